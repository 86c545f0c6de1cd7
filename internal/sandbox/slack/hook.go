package slack

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// The bounds of a response_url.
const (
	hookLife = 30 * time.Minute
	hookUses = 5
)

// hook is one response_url.
type hook struct {
	path, kind        string // kind: "commands" or "actions"
	userID, channelID string
	threadTS          string
	typed             string // the command line, shown with the first in_channel answer
	original          string // ts of the message that replace_original means
	born              time.Time
	uses              int
}

// newHook makes a response_url, and forgets those of yesterday.
func (w *Workspace) newHook(kind, userID, channelID string) *hook {
	now := w.Now()
	if len(w.hooks) > keptRecords {
		for path, h := range w.hooks {
			if now.Sub(h.born) > 24*time.Hour {
				delete(w.hooks, path)
			}
		}
	}
	h := &hook{
		kind: kind, userID: userID, channelID: channelID, born: now,
		path: fmt.Sprintf("/%s/%s/%d/%s", kind, w.options.TeamID, rand.Int64N(1e13), hexID(12)),
	}
	w.hooks[h.path] = h
	return h
}

// serveHook takes an answer through a response_url.
func (w *Workspace) serveHook(rw http.ResponseWriter, r *http.Request) {
	a, _, badBody := readArgs(r)
	if form, ok := a.structure("payload"); ok && form != nil {
		badBody = a.addJSON(form)
	}
	w.record(Frame{Kind: "response_url", ToSlack: true, Name: "response_url"}, marshal(a))
	fault := w.begin(r, "response_url", w.hookChannel(r.URL.Path))
	if fault != nil && !w.pause(r.Context(), fault.Delay) {
		panic(http.ErrAbortHandler)
	}
	if fault != nil && fault.instead() {
		fault.write(rw, nil)
		return
	}
	status, body, retryAfter := w.useHook(r.URL.Path, a, badBody)
	if fault != nil && fault.spoils() {
		fault.write(rw, body)
		return
	}
	w.record(Frame{Kind: "response_url", Name: "response_url", Status: status}, body)
	if retryAfter > 0 {
		rw.Header().Set("Retry-After", fmt.Sprint(retryAfter))
	}
	if len(body) > 0 && body[0] == '{' {
		rw.Header().Set("Content-Type", jsonType)
	}
	rw.WriteHeader(status)
	_, _ = rw.Write(body)
}

// hookChannel is the channel that a response_url answers to, "" for an unknown
// one. It takes mu itself.
func (w *Workspace) hookChannel(path string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if h := w.hooks[path]; h != nil {
		return h.channelID
	}
	return ""
}

// useHook counts a use and posts. Every use counts, the refused ones too: Slack
// does not say, and an app that lives with this lives with the other. It takes mu
// itself.
func (w *Workspace) useHook(path string, a args, badBody string) (status int, body []byte, retryAfter int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.hooks[path]
	if code := h.spent(w.Now()); code != "" {
		w.refuse(Refusal{Kind: RefusedResponseURL, Where: "response_url", Code: code})
		return http.StatusNotFound, marshal(answer{"ok": false, "error": code}), 0
	}
	h.uses++
	failure := fail(badBody)
	if badBody == "" {
		_, failure = w.answerThrough(h, a)
	}
	if failure == nil {
		return http.StatusOK, []byte("ok"), 0
	}
	body = w.failed("response_url", failure)
	switch {
	case failure.retryAfter > 0:
		return http.StatusTooManyRequests, body, failure.retryAfter
	case failure.code == "channel_not_found", failure.code == "is_archived":
		return http.StatusNotFound, body, 0
	}
	return http.StatusBadRequest, body, 0
}

// spent says why a response_url takes nothing more; "" where it does.
func (h *hook) spent(now time.Time) string {
	switch {
	case h == nil:
		return "invalid_url"
	case now.Sub(h.born) > hookLife:
		return "expired_url"
	case h.uses >= hookUses:
		return "used_url"
	}
	return ""
}

// answerInAck posts a command's answer that came as the payload of the ack; it is
// no use of the response_url. It takes mu itself.
func (w *Workspace) answerInAck(h *hook, payload json.RawMessage) (ts string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := args{}
	failure := fail(a.addJSON(payload))
	if failure.code == "" {
		ts, failure = w.answerThrough(h, a)
	}
	if failure != nil && !failure.planned {
		w.refuse(Refusal{Kind: RefusedAckPayload, Where: "socket", Code: failure.code, Problems: failure.problems})
	}
	return ts
}
