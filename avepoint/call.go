package avepoint

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	prefix    = "/partner/external/v3/general"
	userAgent = "backup-overview (+https://github.com/backup-overview/backup-overview)"

	// callTimeout bounds one try, its body included.
	callTimeout = 30 * time.Second
	// maxBody bounds what is read for one customer, after decompression.
	maxBody = 16 << 20

	brokenConnection = "the connection broke, or what came was not HTTP(S)"
)

// request is one call of the API.
type request struct {
	method, path string // path is escaped
	query        url.Values
	body         string
	scope        string
	to           target
	limit        int64 // of the response's body
}

// answer is one JSON value.
type answer struct {
	json      []byte
	size      int64 // of the body it came in
	requestID string
}

// pathSegment escapes an id for a path. What cannot be an id is not asked for.
func pathSegment(id string) (string, error) {
	const longest = 256
	if strings.TrimSpace(id) == "" || id == "." || id == ".." || len(id) > longest {
		return "", &Error{Kind: ErrNotFound, Reason: "this cannot be a customer id"}
	}
	return url.PathEscape(id), nil
}

// call sends a request until it is answered with JSON, the retry policy has
// enough, or ctx is done.
func (c *Client) call(ctx context.Context, r request) (answer, error) {
	for sent := 1; ; sent++ {
		a, err := c.try(ctx, r, sent)
		if err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return answer{}, ended(ctx, r.path)
		}
		wait, again := c.retry.next(err, sent, left(ctx), rand.Float64())
		if !again {
			return answer{}, err
		}
		c.shared.counts.retry()
		c.shared.log.DebugContext(ctx, "avepoint call waits", slog.String("path", r.path), slog.Int("attempt", sent), slog.Duration("wait", wait))
		if !sleep(ctx, wait) {
			return answer{}, ended(ctx, r.path)
		}
	}
}

// try sends a request once, and once more with a new token where the first was
// refused.
func (c *Client) try(ctx context.Context, r request, sent int) (answer, *Error) {
	token, source, err := c.shared.tokens.token(ctx, r.scope)
	if err != nil {
		return answer{}, asError(err, r.path)
	}
	a, failed := c.send(ctx, r, token, sent)
	if failed == nil || failed.StatusCode != http.StatusUnauthorized {
		return a, failed
	}
	source.forget(token)
	token, _, err = c.shared.tokens.token(ctx, r.scope)
	if err != nil {
		return answer{}, asError(err, r.path)
	}
	c.shared.counts.retry()
	a, failed = c.send(ctx, r, token, sent)
	if failed != nil && failed.StatusCode == http.StatusUnauthorized {
		failed.Reason = "a new token was refused as well"
	}
	return a, failed
}

// send waits for its turn, sends one request and reads the answer.
func (c *Client) send(ctx context.Context, r request, token string, sent int) (answer, *Error) {
	grant, err := c.shared.limiter.acquire(ctx, c.class)
	if err != nil {
		return answer{}, asError(err, r.path)
	}
	defer grant.release()
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	a, failed := c.exchange(limited, r, token)
	if failed != nil && failed.StatusCode == http.StatusTooManyRequests {
		grant.slowDown(failed.RetryAfter)
	}
	c.record(ctx, r, sent, a, failed, time.Since(grant.started))
	return a, failed
}

func (c *Client) exchange(ctx context.Context, r request, token string) (answer, *Error) {
	u := c.shared.graph.JoinPath(r.path)
	u.RawQuery = r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), strings.NewReader(r.body))
	if err != nil {
		return answer{}, &Error{Path: r.path, Reason: "the request cannot be written"}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	resp, err := c.shared.http.Do(req)
	if err != nil {
		e := &Error{Path: r.path}
		describe(e, err, brokenConnection)
		return answer{}, e
	}
	defer resp.Body.Close()
	a, failed := read(resp, r.limit)
	if failed != nil {
		failed.Path, failed.RequestID = r.path, safeWord(resp.Header.Get("request-id"))
		if errors.Is(failed.Kind, ErrForbidden) {
			failed.Scope = r.scope
		}
	}
	return a, failed
}

// read takes a response's JSON, or says what the response is instead. The body
// of a refusal is left alone: it may come slowly or never.
func read(resp *http.Response, limit int64) (answer, *Error) {
	if failed := checkStatus(resp); failed != nil {
		return answer{}, failed
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	size := int64(len(body))
	switch kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); {
	case err != nil:
		e := &Error{StatusCode: resp.StatusCode}
		describe(e, err, brokenConnection)
		return answer{}, e
	case size > limit:
		return answer{}, tooLarge("a body beyond %d bytes", limit)
	case kind == "text/html":
		return answer{}, unreadable("HTML of %d bytes instead of JSON", size)
	}
	value, failed := checkJSON(body)
	return answer{json: value, size: size, requestID: safeWord(resp.Header.Get("request-id"))}, failed
}

// checkStatus turns a status other than success into an error.
func checkStatus(resp *http.Response) *Error {
	e := &Error{StatusCode: resp.StatusCode, RetryAfter: parseRetryAfter(resp.Header, time.Now())}
	switch code := resp.StatusCode; {
	case code == http.StatusOK, code == http.StatusCreated:
		return nil
	case code < 300:
		e.Kind, e.Reason = ErrUnreadable, "no content where an answer was expected"
	case code < 400:
		e.Kind, e.Reason = ErrUnreadable, "redirect that cannot be followed"
	case code == http.StatusUnauthorized:
		e.Kind = ErrCredentials
	case code == http.StatusForbidden:
		e.Kind = ErrForbidden
	case code == http.StatusNotFound, code == http.StatusGone:
		e.Kind = ErrNotFound
	case code == http.StatusTooManyRequests:
		e.Kind, e.retry = ErrRateLimited, limited
	case code == http.StatusServiceUnavailable, code == http.StatusRequestTimeout:
		e.Kind, e.retry = ErrBusy, passing
	case code >= 500:
		e.Kind, e.retry = ErrUnavailable, passing
	}
	return e
}

// record counts a request and writes one line of it, of which nothing is
// secret.
func (c *Client) record(ctx context.Context, r request, sent int, a answer, failed *Error, took time.Duration) {
	if failed == nil {
		c.shared.counts.add(ctx, c.class.String(), r.to, nil, took)
	} else {
		c.shared.counts.add(ctx, c.class.String(), r.to, failed, took)
	}
	if !c.shared.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	status, requestID := http.StatusOK, a.requestID
	attrs := []slog.Attr{slog.String("path", r.path), slog.Int("attempt", sent), slog.Duration("took", took)}
	if failed != nil {
		status, requestID = failed.StatusCode, failed.RequestID
		attrs = append(attrs, slog.Any("err", failed))
	}
	attrs = append(attrs, slog.Int("status", status), slog.String("request_id", requestID))
	c.shared.log.LogAttrs(ctx, slog.LevelDebug, "avepoint call", attrs...)
}

// asError puts the path into an error from below, which others may hold too.
func asError(err error, path string) *Error {
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Path: path, Err: err}
	}
	copied := *e
	if copied.Path == "" {
		copied.Path = path
	}
	return &copied
}

// ended is the error of a call whose context is done: the time budget's, the
// caller's deadline, or a caller who gave up.
func ended(ctx context.Context, path string) *Error {
	e := &Error{Path: path, Err: ctx.Err()}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.Kind = ErrBusy
		if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
			e.Reason = cause.Error()
		}
	}
	return e
}

func left(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return plainBudget
	}
	return time.Until(deadline)
}

// sleep reports whether the wait was completed.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
