package slack

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

const jsonType = "application/json; charset=utf-8"

// method is one Web API method. Its run is called with mu held.
type method struct {
	run      func(*Workspace, call) (answer, *callError)
	tier     int // 0: special
	token    tokenKind
	anyScope []string // one of them is enough; checks that depend on the arguments are in run
}

// call is one call of a method.
type call struct {
	args
	name   string
	scopes []string
}

// answer is what a method adds to {"ok":true}.
type answer map[string]any

// callError is a refusal of a call, with Slack's error code.
type callError struct {
	kind             string // of Refusal; "" for RefusedCall
	code             string
	needed, provided string
	retryAfter       int // seconds
	problems         []blockcheck.Problem
	planned          bool // by a fault: no refusal
}

// fail is a refusal by code alone.
func fail(code string) *callError { return &callError{code: code} }

// serveAPI runs one call: faults first, then token, scope, rate, and the method.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, formToken, badBody := readArgs(r)
	w.recordCall(name, a)
	fault := w.begin(r, name, cmp.Or(a.text("channel"), a.text("channel_id")))
	perform := func() ([]byte, []string, *callError) { return w.perform(r, name, a, formToken, badBody) }
	if fault != nil && fault.Late > 0 {
		w.serveLate(rw, r, name, fault, perform)
		return
	}
	if fault != nil && !w.pause(r.Context(), fault.Delay) {
		panic(http.ErrAbortHandler)
	}
	if fault != nil && fault.instead() {
		w.noteFault(name, fault)
		fault.write(rw, nil)
		return
	}
	body, scopes, failure := perform()
	if fault != nil && fault.spoils() {
		w.noteFault(name, fault)
		fault.write(rw, body)
		return
	}
	w.writeAnswer(rw, name, body, scopes, failure)
}

func (w *Workspace) recordCall(name string, a args) {
	shown := maps.Clone(a)
	w.record(Frame{Kind: "api", ToSlack: true, Name: name}, marshal(shown))
}

func (w *Workspace) noteFault(name string, f *Fault) {
	body, _ := f.answer()
	if f.Drop {
		body = []byte("(connection dropped)")
	}
	w.record(Frame{Kind: "api", Name: name, Status: max(f.Status, http.StatusOK)}, body)
}

// begin counts the call and picks its fault. It takes mu itself.
func (w *Workspace) begin(r *http.Request, name, channel string) *Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.learnURL(r)
	w.books.calls[name]++
	return w.faultFor(name, channel)
}

// pause waits for a fault's delay; false where the caller or the workspace went.
func (w *Workspace) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-w.life.Done():
	}
	return false
}

// perform does the call and builds the body of its answer. It takes mu itself.
func (w *Workspace) perform(r *http.Request, name string, a args, formToken, badBody string) ([]byte, []string, *callError) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, known := w.methods[name]
	if !known {
		return w.failed(name, fail("unknown_method")), nil, nil
	}
	token := cmp.Or(bearer(r.Header), formToken)
	if m.token == appToken {
		token = bearer(r.Header) // as a parameter it is an error
	}
	scopes, failure := w.authenticate(token, m.token)
	if failure == nil {
		failure = allow(scopes, m.anyScope)
	}
	if failure == nil {
		failure = w.throttle(name, m.tier)
	}
	if failure == nil && badBody != "" {
		failure = fail(badBody)
	}
	if failure != nil {
		return w.failed(name, failure), scopes, failure
	}
	result, failure := m.run(w, call{args: a, name: name, scopes: scopes})
	if failure != nil {
		return w.failed(name, failure), scopes, failure
	}
	return succeeded(r, result), scopes, nil
}

// succeeded completes an answer. Slack warns of JSON without a charset.
func succeeded(r *http.Request, result answer) []byte {
	if result == nil {
		result = answer{}
	}
	result["ok"] = true
	contentType := r.Header.Get("Content-Type")
	if mediaType(contentType) == "application/json" && !strings.Contains(contentType, "charset") {
		result["warning"] = "missing_charset"
		metadata, _ := result["response_metadata"].(map[string]any)
		if metadata == nil {
			metadata = map[string]any{}
		}
		metadata["warnings"] = []string{"missing_charset"}
		result["response_metadata"] = metadata
	}
	return marshal(result)
}

// failed notes a refusal and builds its body.
func (w *Workspace) failed(name string, e *callError) []byte {
	if !e.planned {
		kind := cmp.Or(e.kind, RefusedCall)
		w.refuse(Refusal{Kind: kind, Where: name, Code: e.code, Detail: e.needed, Problems: e.problems})
	}
	body := answer{"ok": false, "error": e.code}
	if e.code == "unknown_method" {
		body["req_method"] = name
	}
	if e.code == "missing_scope" {
		body["needed"], body["provided"] = e.needed, e.provided
	}
	if messages := problemTexts(e.problems); len(messages) > 0 {
		body["response_metadata"] = map[string]any{"messages": messages}
		body["errors"] = messages
	}
	return marshal(body)
}

func problemTexts(problems []blockcheck.Problem) []string {
	var texts []string
	for _, p := range blockcheck.Refused(problems) {
		texts = append(texts, p.String())
	}
	return texts
}

func (w *Workspace) writeAnswer(rw http.ResponseWriter, name string, body []byte, scopes []string, failure *callError) {
	header, status := rw.Header(), http.StatusOK
	header.Set("Content-Type", jsonType)
	header.Set("X-Slack-Req-Id", hexID(16))
	if scopes != nil {
		header.Set("X-Oauth-Scopes", strings.Join(scopes, ","))
	}
	if m := w.methods[name]; len(m.anyScope) > 0 {
		header.Set("X-Accepted-Oauth-Scopes", strings.Join(slices.Clone(m.anyScope), ","))
	}
	if failure != nil && failure.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(failure.retryAfter))
		status = http.StatusTooManyRequests
	}
	w.record(Frame{Kind: "api", Name: name, Status: status}, body)
	rw.WriteHeader(status)
	_, _ = rw.Write(body)
}
