package slack

import (
	"regexp"
	"time"
)

// Frame is one message between the app and Slack, as the developer panel shows it.
type Frame struct {
	Seq     int // grows by one; the first is 1
	At      time.Time
	Kind    string // "api", "socket", "response_url", "upload"
	ToSlack bool   // from the app; false: from Slack
	Name    string // API method, or envelope type (hello, slash_commands, ack, disconnect…)
	Socket  int    // for sockets; the first is 1
	Status  int    // HTTP status of an answer
	Body    string // tokens, tickets and response_url secrets masked; cut at 64 KiB
}

const frameLimit = 64 << 10

// Traffic returns the frames whose Seq is above since, oldest first, as far as
// they are still kept.
func (w *Workspace) Traffic(since int) []Frame {
	w.mu.Lock()
	frames := tail(w.books.frames, w.books.keep)
	w.mu.Unlock()
	var newer []Frame
	for _, f := range frames {
		if f.Seq > since {
			f.Body = w.mask(f.Body)
			newer = append(newer, f)
		}
	}
	return newer
}

// Calls returns how often a Web API method was called, refused calls too.
// "response_url", "upload" and "link" (WebSocket handshakes) count as well.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.books.calls[method]
}

// record notes a frame. It takes mu itself. The body is kept as it is and masked
// when it is read: masking every frame would cost more than sending it.
func (w *Workspace) record(f Frame, body []byte) {
	if w.books.keep == 0 {
		return
	}
	f.Body = string(body[:min(len(body), frameLimit)])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.books.seq++
	f.Seq, f.At = w.books.seq, w.Now()
	w.books.frames = bounded(w.books.frames, f, w.books.keep)
	w.publishFrame(f.Seq)
}

// masking replaces what would let a reader act as the app.
type masking struct {
	pattern *regexp.Regexp
	with    string
}

func newMasks() []masking {
	return []masking{
		{regexp.MustCompile(`\b(xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]+`), "$1-…"},
		{regexp.MustCompile(`(ticket(?:=|%3D))[^&"\\\s]+`), "$1…"},
		{regexp.MustCompile(`(/(?:commands|actions)/[A-Z0-9]+/[0-9]+/)[A-Za-z0-9]+`), "$1…"},
		{regexp.MustCompile(`(/upload/v1/)[A-Za-z0-9]+`), "$1…"},
	}
}

func (w *Workspace) mask(text string) string {
	for _, m := range w.masks {
		text = m.pattern.ReplaceAllString(text, m.with)
	}
	return text
}
