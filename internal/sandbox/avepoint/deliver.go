package avepoint

import (
	"net/http"
	"strconv"
)

// breakOff drops the connection if the fault says so, and does not return then.
func (f Fault) breakOff(w http.ResponseWriter) {
	if f.DropMidway {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = conn.Write([]byte("HTTP/1.1 2"))
			_ = conn.Close()
			panic(http.ErrAbortHandler)
		}
	}
	if f.Drop || f.DropMidway {
		panic(http.ErrAbortHandler)
	}
}

// deliver sends an answer the way the fault wants it sent.
func (p *Platform) deliver(w http.ResponseWriter, r *http.Request, a answer, f Fault) {
	body := cut(a.body, f.EndAt)
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range a.header {
		h.Set(name, value)
	}
	if f.ContentType != "" {
		h.Set("Content-Type", f.ContentType)
	}
	if f.RetryAfter != "" {
		h.Set("Retry-After", f.RetryAfter)
	}
	for name, value := range f.Header {
		h.Set(name, value)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	p.send(w, r, body, f)
}

// send writes the body, or what the fault leaves of it.
func (p *Platform) send(w http.ResponseWriter, r *http.Request, body []byte, f Fault) {
	flush := http.NewResponseController(w).Flush
	switch {
	case f.HangAfterHeaders:
		_ = flush()
		p.waitForEnd(r)
		panic(http.ErrAbortHandler)
	case f.TruncateAt != 0:
		if n := min(f.TruncateAt, len(body)-1); n > 0 {
			_, _ = w.Write(body[:n])
		}
		_ = flush()
		panic(http.ErrAbortHandler)
	case f.SlowBody > 0:
		for i := range body {
			if !p.wait(r, f.SlowBody) {
				return
			}
			_, _ = w.Write(body[i : i+1])
			_ = flush()
		}
	default:
		_, _ = w.Write(body)
	}
}

// cut keeps n bytes: all for 0, none for a negative number.
func cut(body []byte, n int) []byte {
	switch {
	case n == 0:
		return body
	case n < 0:
		return nil
	default:
		return body[:min(n, len(body))]
	}
}

// waitForEnd waits until the caller or the platform goes.
func (p *Platform) waitForEnd(r *http.Request) {
	select {
	case <-p.closed:
	case <-r.Context().Done():
	}
}
