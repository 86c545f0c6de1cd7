package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
)

// responseUses is how often Slack takes an answer at one response_url, within
// 30 minutes. https://docs.slack.dev/interactivity/handling-user-interaction
const responseUses = 5

// address is where the answers to one request go.
type address struct {
	url           string // response_url: whoever has it may answer, so it is never logged
	channel, user string
	pressed       bool // on a button: the message pressed on can be replaced
	public        bool // that message is for the whole channel
	uses          *atomic.Int32
}

func newAddress(url, channel, user string) address {
	return address{url: url, channel: channel, user: user, uses: new(atomic.Int32)}
}

// pressedOn is the address of a press on a message.
func (a address) pressedOn(public bool) address {
	a.pressed, a.public = true, public
	return a
}

// replies sends answers on their way: response_url, then an ephemeral message,
// then a direct message. Each form of the ladder is tried when Slack refuses
// the one before.
type replies struct {
	web  *web
	host string // of SLACK_API_URL
	open bool   // SLACK_API_URL is not encrypted, and so may answers be
	log  *slog.Logger
}

// send delivers m. Apart leaves the message that was pressed on as it is.
func (p *replies) send(ctx context.Context, to address, m formatting.Message, apart bool) error {
	var err error
	for _, way := range []func(context.Context, address, formatting.Message, bool) error{
		p.respond, p.ephemeral, p.direct,
	} {
		if err = p.ladder(ctx, way, to, m, apart); err == nil {
			return nil
		}
	}
	return err
}

// ladder tries the forms of m, from the full one to plain text.
func (p *replies) ladder(ctx context.Context, way func(context.Context, address, formatting.Message, bool) error, to address, m formatting.Message, apart bool) error {
	var err error
	for rung := range m.Rungs() {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		err = way(ctx, to, rung, apart)
		cancel()
		if err == nil || !formRefused(err) {
			return err
		}
		p.log.Warn("Slack refuses the form of an answer", "channel_id", to.channel, "err", err)
	}
	return err
}

// formRefused reports whether Slack refuses the message for its form, so that
// a simpler one helps.
func formRefused(err error) bool {
	code := slackCode(err)
	if e, ok := errors.AsType[*responseError](err); ok {
		code = e.code
	}
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "invalid_attachments",
		"only_one_table_allowed", "msg_blocks_too_long", "msg_too_long",
		"no_text", "too_many_attachments":
		return true
	}
	return false
}

// errNoResponseURL says that the request's own URL cannot take the answer.
var errNoResponseURL = errors.New("no response_url to answer at")

// responseError is Slack's refusal of a post to a response_url. The documents
// do not say how it looks, so any status and any short body is taken.
type responseError struct {
	status int
	code   string
}

func (e *responseError) Error() string {
	return fmt.Sprintf("response_url: %d %s", e.status, e.code)
}

// respond answers at the request's response_url.
func (p *replies) respond(ctx context.Context, to address, m formatting.Message, apart bool) error {
	if !p.trusted(to.url) || to.uses.Add(1) > responseUses {
		return errNoResponseURL
	}
	replace := to.uses.Load() > 1 || to.pressed
	return p.post(ctx, to.url, webhook(m, to.public && !apart, replace && !apart))
}

// webhookMessage is a slack.WebhookMessage whose blocks are written once: the
// library's own marshals them, and has the result checked and copied.
type webhookMessage struct {
	Text            string        `json:"text,omitempty"`
	Parse           string        `json:"parse"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	DeleteOriginal  bool          `json:"delete_original"`
}

// webhook is m as a response_url takes it.
func webhook(m formatting.Message, public, replace bool) *webhookMessage {
	w := &webhookMessage{Text: m.Text, Parse: "none", Blocks: m.Blocks, ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: replace}
	if public {
		w.ResponseType = slack.ResponseTypeInChannel
	}
	return w
}

// trusted reports whether answers may be sent to a URL that came in an
// envelope: Slack's own hosts, or the one of the operator's SLACK_API_URL.
func (p *replies) trusted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if u.Hostname() == p.host && p.host != "slack.com" && (p.open || u.Scheme == "https") {
		return true
	}
	return u.Scheme == "https" && (u.Host == "hooks.slack.com" || u.Host == "hooks.slack-gov.com")
}

// post sends one answer. slack-go's PostWebhook would drop the body that says
// whether the URL or the blocks were refused.
func (p *replies) post(ctx context.Context, address string, m *webhookMessage) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("response_url: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errNoResponseURL
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := p.web.http.Do(request)
	if err != nil {
		return fmt.Errorf("response_url: %w", bare(err))
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	code := responseCode(answer)
	if response.StatusCode != http.StatusOK || code != "" {
		return &responseError{status: response.StatusCode, code: code}
	}
	return nil
}

// responseCode is the error in the body of a response_url's answer: "ok" or
// nothing is none, JSON may hold one, and a bare word is one.
func responseCode(body []byte) string {
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil {
		return answer.Error
	}
	word := strings.TrimSpace(string(body))
	if word == "ok" || len(word) > 60 || strings.ContainsAny(word, " <>") {
		return ""
	}
	return word
}

// bare drops the URL that net/http puts into its errors: it is a secret.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// ephemeral answers in the channel, visible to the asker alone.
// https://docs.slack.dev/reference/methods/chat.postEphemeral
func (p *replies) ephemeral(ctx context.Context, to address, m formatting.Message, _ bool) error {
	return p.web.call(ctx, func(api *slack.Client) error {
		_, err := api.PostEphemeralContext(ctx, to.channel, to.user, options(m)...)
		return err
	})
}

// direct answers in the asker's messages with the bot.
// https://docs.slack.dev/reference/methods/chat.postMessage
func (p *replies) direct(ctx context.Context, to address, m formatting.Message, _ bool) error {
	return p.web.post(ctx, to.user, m)
}

// options are m as the Web API takes it, with nothing unfurled and no name
// turned into a mention.
func options(m formatting.Message) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionParse(false),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
}

// post posts a message, to a channel or to a person.
// https://docs.slack.dev/reference/methods/chat.postMessage
func (w *web) post(ctx context.Context, to string, m formatting.Message) error {
	return w.call(ctx, func(api *slack.Client) error {
		_, _, err := api.PostMessageContext(ctx, to, options(m)...)
		return err
	})
}
