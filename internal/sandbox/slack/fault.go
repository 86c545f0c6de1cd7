package slack

import (
	"net/http"
	"strconv"
	"time"
)

// Fault makes calls go wrong. Its zero value answers 200 with an empty body.
type Fault struct {
	Status      int           // HTTP status; 0: 200
	RetryAfter  string        // the Retry-After header, verbatim; "": none
	Error       string        // answers {"ok":false,"error":…}
	Body        string        // answers this instead
	ContentType string        // of Body; default text/html
	Delay       time.Duration // before anything else; alone, the call then succeeds
	Late        time.Duration // of Web API methods: does what was asked so long after the call came, even if the caller is gone
	AfterAccept bool          // does what was asked, then answers as above
	Drop        bool          // closes the connection instead of answering
	TruncateAt  int           // cuts the true answer after so many bytes; implies AfterAccept
	Times       int           // how many calls; 0: all until ClearFaults
	Probability float64       // share of calls that it hits; 0: all
	Channel     string        // only calls that name this channel
}

type plannedFault struct {
	Fault
	method string
	left   int // calls; negative: no end
}

// Fail adds a fault for a Web API method, or for "response_url", "upload",
// "link" (the WebSocket handshake), or "*" for every Web API method. Of several
// that fit a call, the one added first applies.
func (w *Workspace) Fail(method string, f Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := f.Times
	if left == 0 {
		left = -1
	}
	w.faults = append(w.faults, &plannedFault{Fault: f, method: method, left: left})
}

// ClearFaults removes every fault.
func (w *Workspace) ClearFaults() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = nil
}

// faultFor uses up one fault for a call, or returns nil.
func (w *Workspace) faultFor(method, channel string) *Fault {
	for _, f := range w.faults {
		if f.left == 0 || !f.fits(method, channel) {
			continue
		}
		if f.Probability > 0 && w.random.Float64() >= f.Probability {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return &f.Fault
	}
	return nil
}

func (f *plannedFault) fits(method, channel string) bool {
	api := method != "response_url" && method != "upload" && method != "link"
	return (f.method == method || f.method == "*" && api) && (f.Channel == "" || f.Channel == channel)
}

// spoils reports whether the fault answers in place of the true answer.
func (f *Fault) spoils() bool {
	answers := f.Drop || f.Status != 0 || f.Error != "" || f.Body != "" || f.RetryAfter != "" || f.TruncateAt > 0
	return answers || f.Delay == 0 && f.Late == 0
}

// instead reports whether the fault answers without doing what was asked.
func (f *Fault) instead() bool { return f.spoils() && !f.AfterAccept && f.TruncateAt == 0 }

// write answers as the fault says; truth is what would have been answered.
func (f *Fault) write(rw http.ResponseWriter, truth []byte) {
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	case f.TruncateAt > 0:
		f.truncate(rw, truth)
		return
	}
	body, contentType := f.answer()
	if f.RetryAfter != "" {
		rw.Header().Set("Retry-After", f.RetryAfter)
	}
	rw.Header().Set("Content-Type", contentType)
	rw.WriteHeader(max(f.Status, http.StatusOK))
	_, _ = rw.Write(body)
}

func (f *Fault) answer() ([]byte, string) {
	switch {
	case f.Body != "" && f.ContentType == "":
		return []byte(f.Body), "text/html; charset=utf-8"
	case f.Body != "":
		return []byte(f.Body), f.ContentType
	case f.Error != "":
		return marshal(map[string]any{"ok": false, "error": f.Error}), jsonType
	case f.Status == http.StatusTooManyRequests:
		return marshal(map[string]any{"ok": false, "error": "ratelimited"}), jsonType
	}
	return nil, "text/plain; charset=utf-8"
}

// truncate promises the whole answer and breaks off in the middle.
func (f *Fault) truncate(rw http.ResponseWriter, truth []byte) {
	rw.Header().Set("Content-Type", jsonType)
	rw.Header().Set("Content-Length", strconv.Itoa(len(truth)))
	_, _ = rw.Write(truth[:min(f.TruncateAt, len(truth))])
	_ = http.NewResponseController(rw).Flush()
	panic(http.ErrAbortHandler)
}
