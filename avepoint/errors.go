package avepoint

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What went wrong, for errors.Is. Each comes inside an [*Error] that says more.
var (
	// ErrNotFound means that AvePoint does not know the customer, or that the
	// app's customer scope leaves the customer out (404).
	ErrNotFound = errors.New("not found")
	// ErrForbidden means that the app lacks a scope, named in [Error.Scope], or
	// may not read this customer (403).
	ErrForbidden = errors.New("not permitted")
	// ErrRateLimited means too many requests (429); [Error.RetryAfter] is set
	// where AvePoint said how long to wait.
	ErrRateLimited = errors.New("rate limited")
	// ErrBusy means 503, a call that took too long, or a time budget that ran
	// out, the caller's own deadline included.
	ErrBusy = errors.New("busy")
	// ErrUnavailable means that no usable connection came about or that the
	// service failed: 500, 502, 504, a dropped connection, DNS, TLS, or an
	// identity service that does not work.
	ErrUnavailable = errors.New("unavailable")
	// ErrUnreadable means an answer that is not what was asked for: not JSON,
	// wrong types, pages that do not add up, a redirect elsewhere. Nothing of
	// such an answer is used.
	ErrUnreadable = errors.New("unreadable answer")
	// ErrPartial comes with ErrUnreadable where the pages do not add up to one
	// whole: half an answer, of which nothing is used either.
	ErrPartial = errors.New("the pages do not add up")
	// ErrCredentials means that the identity service refused the client id,
	// secret or certificate, or that the API refused a new token.
	ErrCredentials = errors.New("credentials refused")
	// ErrOtherCustomer means that the answer belongs to another customer than
	// the one asked for. Nothing of it is used.
	ErrOtherCustomer = errors.New("answer is for another customer")
	// ErrTooLarge means an answer beyond the package's bounds.
	ErrTooLarge = errors.New("answer too large")
)

// Error is a call that did not succeed. Its text holds no token, no secret, no
// query string and no byte of a response body, so it may be logged.
type Error struct {
	// Kind is one of the package's Err values, or nil where none fits: another
	// status such as 400, or a caller who gave up.
	Kind error
	// Path of the request, without host and query.
	Path string
	// StatusCode is 0 where no response came, and 200 where one came but could
	// not be used.
	StatusCode int
	// RetryAfter is what the response asked for, 0 where it did not.
	RetryAfter time.Duration
	// RequestID is AvePoint's request-id header, for their support.
	RequestID string
	// Scope is what the call needs; set with [ErrForbidden].
	Scope string
	// Code is the error code of the identity service, such as invalid_client.
	Code string
	// Reason says in our words what is wrong.
	Reason string
	// Err is the cause: a network, TLS or context error, or nil.
	Err error

	retry retryClass
}

// Error says which call failed and why, on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	for _, part := range e.parts() {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(part)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request-id %s)", e.RequestID)
	}
	return b.String()
}

func (e *Error) parts() []string {
	var parts []string
	if e.Kind != nil {
		parts = append(parts, e.Kind.Error())
	}
	if e.StatusCode != 0 && e.StatusCode != http.StatusOK {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.StatusCode, http.StatusText(e.StatusCode))))
	}
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Scope != "" {
		parts = append(parts, "needs "+e.Scope)
	}
	if e.RetryAfter > 0 {
		parts = append(parts, "retry after "+e.RetryAfter.String())
	}
	if e.Reason != "" {
		parts = append(parts, e.Reason)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return parts
}

// Unwrap gives errors.Is the kind and the cause.
func (e *Error) Unwrap() []error {
	errs := make([]error, 0, 2)
	if e.Kind != nil {
		errs = append(errs, e.Kind)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

// unreadable is an answer that cannot be used, for a reason in our own words.
func unreadable(format string, args ...any) *Error {
	return &Error{Kind: ErrUnreadable, StatusCode: http.StatusOK, Reason: fmt.Sprintf(format, args...)}
}

// tooLarge is an answer beyond one of the bounds.
func tooLarge(format string, args ...any) *Error {
	return &Error{Kind: ErrTooLarge, StatusCode: http.StatusOK, Reason: fmt.Sprintf(format, args...)}
}
