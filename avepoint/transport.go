package avepoint

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// errRedirect is what a redirect to another host ends in. It does not say
// where to: the address may hold a token.
var errRedirect = errors.New("redirect to another host refused")

const maxRedirects = 5

// newHTTPClient copies the caller's client, or makes one that takes proxies
// from the environment, and refuses redirects to another host.
func newHTTPClient(given *http.Client, concurrency int) *http.Client {
	client := &http.Client{}
	if given != nil {
		*client = *given
	} else {
		client.Transport = newTransport(concurrency)
	}
	also := client.CheckRedirect
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		first := via[0].URL
		if req.URL.Scheme != first.Scheme || req.URL.Host != first.Host || len(via) > maxRedirects || req.Method != via[0].Method {
			return errRedirect
		}
		if also != nil {
			return also(req, via)
		}
		return nil
	}
	return client
}

func newTransport(concurrency int) http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // another program replaced it
		standard = &http.Transport{Proxy: http.ProxyFromEnvironment}
	}
	transport := standard.Clone()
	// A connection that finds no place is closed: at many calls a second each
	// would then be made anew.
	transport.MaxIdleConnsPerHost = concurrency
	transport.MaxIdleConns = 0 // over all hosts: no bound of its own
	return transport
}

// honest returns a client whose answers that look like JSON say so: x/oauth2
// takes text/plain for a form and would miss both token and error code.
func honest(client *http.Client) *http.Client {
	copied := *client
	copied.Transport = jsonTransport{client.Transport}
	return &copied
}

type jsonTransport struct{ next http.RoundTripper }

func (t jsonTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body := bufio.NewReader(resp.Body)
	if start, _ := body.Peek(1); len(start) == 1 && start[0] == '{' {
		resp.Header.Set("Content-Type", "application/json")
	}
	resp.Body = peeked{body, resp.Body}
	return resp, nil
}

// peeked is a body whose beginning was looked at.
type peeked struct {
	io.Reader
	io.Closer
}

// describe completes e with what a failed exchange was. Only causes whose text
// is known to hold nothing of the response are named and kept: net/http quotes
// a malformed response in its error. The others are described as otherwise.
func describe(e *Error, err error, otherwise string) {
	e.Kind, e.retry = ErrUnavailable, passing
	var (
		dns    *net.DNSError
		op     *net.OpError
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		netErr net.Error
	)
	switch {
	case errors.Is(err, errRedirect):
		e.Kind, e.retry, e.Err = ErrUnreadable, never, errRedirect
	case errors.As(err, &verify):
		e.retry, e.Err = never, verify
	case errors.As(err, &record):
		e.retry, e.Reason = never, "the server does not speak TLS"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		e.Kind, e.Reason = ErrBusy, "no complete answer in time"
	case errors.As(err, &dns):
		e.Err = dns
	case errors.As(err, &op):
		e.Err = op
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason = "the connection was closed before the answer was complete"
	default:
		e.Reason = otherwise
	}
}

// safeWord lets through what identifiers and error codes are made of, so that
// nothing else from outside gets into an error or a log.
func safeWord(s string) string {
	const longest = 128
	unsafe := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:|", r))
	}
	if len(s) > longest || strings.ContainsFunc(s, unsafe) {
		return ""
	}
	return s
}
