package main

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// What became of a call, as far as the caller may know.
type outcome int

const (
	answered outcome = iota // done, or surely not done
	limited                 // 429: surely not done
	lost                    // done or not, the caller cannot know
)

// A call is one of the calls that put something into a channel.
type call struct {
	Method     string
	Begun, End time.Time
	Outcome    outcome
}

// A witness stands before the stand-in for Slack and notes the calls that put
// something into a channel.
type witness struct {
	next    http.Handler
	posting chan struct{} // holds one: such a call has begun

	mu    sync.Mutex
	calls []call
}

// ServeHTTP implements [http.Handler].
func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	method, ok := strings.CutPrefix(r.URL.Path, "/api/")
	if !ok || !posts(method) {
		w.next.ServeHTTP(rw, r)
		return
	}
	c := call{Method: method, Begun: time.Now(), Outcome: lost}
	defer func() { w.note(c) }() // also when the connection is dropped by a panic
	select {
	case w.posting <- struct{}{}:
	default:
	}
	answer := &overheard{ResponseWriter: rw}
	w.next.ServeHTTP(answer, r)
	if r.Context().Err() == nil {
		c.Outcome = answer.outcome()
	}
}

// posts reports whether a method puts something where all see it.
func posts(method string) bool {
	return method == "chat.postMessage" || method == "chat.update" || method == "files.completeUploadExternal"
}

func (w *witness) note(c call) {
	c.End = time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
}

// all returns the calls so far.
func (w *witness) all() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// of counts the calls with an outcome.
func (w *witness) of(o outcome) int {
	n := 0
	for _, c := range w.all() {
		if c.Outcome == o {
			n++
		}
	}
	return n
}

// overheard keeps the status and the begin of an answer.
type overheard struct {
	http.ResponseWriter
	status int
	begin  []byte
}

// WriteHeader implements [http.ResponseWriter].
func (o *overheard) WriteHeader(status int) {
	o.status = status
	o.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (o *overheard) Write(p []byte) (int, error) {
	o.begin = append(o.begin, p[:min(len(p), 200-min(200, len(o.begin)))]...)
	return o.ResponseWriter.Write(p)
}

// Unwrap is for [http.ResponseController].
func (o *overheard) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// outcome is what the answer tells. Slack says of some errors that some aspect
// of the operation may have succeeded.
func (o *overheard) outcome() outcome {
	switch {
	case o.status == http.StatusTooManyRequests:
		return limited
	case o.status >= 300, bytes.Contains(o.begin, []byte(`"internal_error"`)), bytes.Contains(o.begin, []byte(`"fatal_error"`)):
		return lost
	}
	return answered
}
