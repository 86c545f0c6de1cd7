package page

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

type messageJSON struct {
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts,omitempty"`
	Broadcast   bool            `json:"broadcast,omitempty"`
	UserID      string          `json:"user,omitempty"`
	BotID       string          `json:"bot_id,omitempty"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	Ephemeral   bool            `json:"ephemeral,omitempty"`
	Edited      bool            `json:"edited,omitempty"`
	Typed       bool            `json:"typed,omitempty"`
	Files       []fileJSON      `json:"files,omitempty"`
}

type fileJSON struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Bytes int    `json:"bytes"`
}

// messages answers with what a person sees of a channel.
func (p *page) messages(w http.ResponseWriter, r *http.Request) {
	files := p.Workspace.Files()
	list := []messageJSON{}
	for _, m := range p.visible(r.FormValue("channel"), r.FormValue("as")) {
		list = append(list, messageJSON{
			TS: m.TS, ThreadTS: m.ThreadTS, Broadcast: m.Broadcast, UserID: p.author(m), BotID: m.BotID, Text: m.Text, Blocks: m.Blocks,
			Attachments: m.Attachments, Metadata: m.Metadata, Ephemeral: m.Ephemeral, Edited: m.Edited, Typed: m.Typed,
			Files: shown(files, m.FileIDs),
		})
	}
	writeJSON(w, map[string]any{"messages": list})
}

// visible is empty for nobody: an empty viewer would see the ephemeral messages
// of all.
func (p *page) visible(channelID, viewerID string) []slack.Message {
	if viewerID == "" {
		return nil
	}
	return p.Workspace.Messages(channelID, viewerID)
}

func (p *page) author(m slack.Message) string {
	if m.UserID == "" && m.BotID != "" {
		return p.Workspace.BotUserID()
	}
	return m.UserID
}

func shown(files []slack.File, ids []string) []fileJSON {
	var list []fileJSON
	for _, f := range files {
		if slices.Contains(ids, f.ID) {
			list = append(list, fileJSON{ID: f.ID, Name: f.Name, Title: f.Title, Bytes: len(f.Content)})
		}
	}
	return list
}

// file gives an uploaded file to somebody who is in one of its channels.
func (p *page) file(w http.ResponseWriter, r *http.Request) {
	for _, f := range p.Workspace.Files() {
		if f.ID != r.FormValue("id") || !p.isIn(f.ChannelIDs, r.FormValue("as")) {
			continue
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		_, _ = w.Write(f.Content) // the browser went away
		return
	}
	writeError(w, http.StatusNotFound, "no such file")
}

func (p *page) isIn(channelIDs []string, userID string) bool {
	return slices.ContainsFunc(channelIDs, func(id string) bool {
		c, ok := p.Workspace.Channel(id)
		return ok && slices.Contains(c.Members, userID)
	})
}

type viewJSON struct {
	ID   string          `json:"id"`
	Hash string          `json:"hash"`
	View json.RawMessage `json:"view"`
}

// views answers with a person's open modals, the topmost last.
func (p *page) views(w http.ResponseWriter, r *http.Request) {
	list := []viewJSON{}
	for _, v := range p.Workspace.Views(r.FormValue("as")) {
		list = append(list, viewJSON{ID: v.ID, Hash: v.Hash, View: v.JSON})
	}
	writeJSON(w, map[string]any{"views": list})
}

type frameJSON struct {
	Seq     int    `json:"seq"`
	At      string `json:"at"` // seconds since 1970, with milliseconds
	Kind    string `json:"kind"`
	ToSlack bool   `json:"to_slack"`
	Name    string `json:"name"`
	Socket  int    `json:"socket,omitempty"`
	Status  int    `json:"status,omitempty"`
	Body    string `json:"body"`
}

// withoutSecret cuts the last part of a path: whoever knows the whole path of a
// response_url or an upload may use it.
func withoutSecret(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i+1] + "…"
	}
	return name
}

// traffic answers with the frames after the given one; secrets in bodies are
// masked by the workspace.
func (p *page) traffic(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.Atoi(r.FormValue("since")) // 0: all
	list := []frameJSON{}
	for _, f := range p.Workspace.Traffic(since) {
		list = append(list, frameJSON{
			Seq: f.Seq, At: strconv.FormatFloat(float64(f.At.UnixMilli())/1000, 'f', 3, 64), Kind: f.Kind,
			ToSlack: f.ToSlack, Name: withoutSecret(f.Name), Socket: f.Socket, Status: f.Status, Body: f.Body,
		})
	}
	writeJSON(w, map[string]any{"frames": list})
}
