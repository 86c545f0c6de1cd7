package main

import (
	"bytes"
	"io"
	"net/http"
)

// direct asks a handler in this process without a connection: filling the past
// takes some twenty thousand requests.
type direct struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper].
func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	asked := req.Clone(req.Context())
	asked.Host, asked.RequestURI = req.URL.Host, req.URL.RequestURI()
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	w := &written{header: http.Header{}, code: http.StatusOK}
	d.handler.ServeHTTP(w, asked)
	_ = asked.Body.Close() // as a transport must
	return &http.Response{
		Status: http.StatusText(w.code), StatusCode: w.code, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}, req.Context().Err()
}

// written is an answer while it is written. Whole answers are all that it is
// for: it cannot be flushed or taken over.
type written struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (w *written) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *written) WriteHeader(code int) { w.code = code }

// Write implements [http.ResponseWriter].
func (w *written) Write(p []byte) (int, error) { return w.body.Write(p) }
