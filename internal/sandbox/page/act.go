package page

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// largest bounds a request's body: a whole modal's inputs fit.
const largest = 256 << 10

// answerJSON says what became of an act. Error is Slack's code where the app did
// not respond; the request itself was fine then.
type answerJSON struct {
	Error  string            `json:"error,omitempty"`
	Errors map[string]string `json:"errors,omitempty"` // of a submission, by block_id
	TookMS int64             `json:"took_ms,omitempty"`
}

func (p *page) slash(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID    string `json:"as"`
		ChannelID string `json:"channel"`
		Text      string `json:"text"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	receipt, err := p.Workspace.Slash(r.Context(), slack.SlashCommand{
		UserID: in.UserID, ChannelID: in.ChannelID, Command: p.Command, Text: in.Text, Escaped: true,
	})
	p.answer(w, receipt, err)
}

func (p *page) say(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID    string `json:"as"`
		ChannelID string `json:"channel"`
		ThreadTS  string `json:"thread_ts"`
		Text      string `json:"text"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	_, err := p.Workspace.Say(in.UserID, in.ChannelID, in.ThreadTS, escapeText(in.Text))
	p.answer(w, slack.Receipt{}, err)
}

// escapeText is what Slack's own client does to a typed message: nothing in it is
// a mention or link only because it looks like one.
func escapeText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

func (p *page) click(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID    string   `json:"as"`
		ChannelID string   `json:"channel"`
		MessageTS string   `json:"message_ts"`
		ViewID    string   `json:"view"`
		BlockID   string   `json:"block_id"`
		ActionID  string   `json:"action_id"`
		Value     string   `json:"value"`
		Values    []string `json:"values"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	receipt, err := p.Workspace.Click(r.Context(), slack.Click{
		UserID: in.UserID, ChannelID: in.ChannelID, MessageTS: in.MessageTS, ViewID: in.ViewID,
		BlockID: in.BlockID, ActionID: in.ActionID, Value: in.Value, Values: in.Values,
	})
	p.answer(w, receipt, err)
}

func (p *page) submit(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID string              `json:"as"`
		ViewID string              `json:"view"`
		Inputs map[string][]string `json:"inputs"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	receipt, err := p.Workspace.SubmitView(r.Context(), slack.Submission{UserID: in.UserID, ViewID: in.ViewID, Inputs: in.Inputs})
	if err == nil && receipt.Errors != nil && len(receipt.Errors) == 0 { // they named no input block
		writeJSON(w, answerJSON{Error: "trouble_connecting"})
		return
	}
	p.answer(w, receipt, err)
}

func (p *page) close(w http.ResponseWriter, r *http.Request) {
	var in struct {
		UserID string `json:"as"`
		ViewID string `json:"view"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	receipt, err := p.Workspace.CloseView(r.Context(), slack.Closing{UserID: in.UserID, ViewID: in.ViewID})
	p.answer(w, receipt, err)
}

// answer tells the page what a person would see: a code where the app failed.
func (p *page) answer(w http.ResponseWriter, receipt slack.Receipt, err error) {
	switch {
	case err == nil:
		writeJSON(w, answerJSON{Errors: receipt.Errors, TookMS: receipt.Took.Milliseconds()})
	case errors.Is(err, slack.ErrNoAck):
		writeJSON(w, answerJSON{Error: "operation_timeout"})
	case errors.Is(err, slack.ErrNoSocket):
		writeJSON(w, answerJSON{Error: "dispatch_failed"})
	case errors.Is(err, slack.ErrNoElement):
		writeJSON(w, answerJSON{Error: "no_such_element"})
	case errors.Is(err, slack.ErrUnknown):
		writeError(w, http.StatusNotFound, "no such user or channel")
	default:
		p.Log.Warn("act refused by the workspace", "err", err)
		writeJSON(w, answerJSON{Error: "not_allowed"})
	}
}

// readJSON reads a request's body, or answers why not. The content type is
// asked for because a form of another page cannot send it.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType, "the body must be application/json")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, largest))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not what was expected")
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, value any) { writeStatus(w, http.StatusOK, value) }

func writeError(w http.ResponseWriter, status int, text string) {
	writeStatus(w, status, answerJSON{Error: text})
}

func writeStatus(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // a RawMessage of the workspace that is not JSON
		status, body = http.StatusInternalServerError, []byte(`{"error":"unreadable message"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the browser went away
}
