package avepoint

import "time"

// Endpoint names a door of the platform, for faults and counters.
type Endpoint string

// The doors.
const (
	EndpointToken     Endpoint = "token"
	EndpointOverview  Endpoint = "overview"
	EndpointCustomers Endpoint = "customers"
	EndpointCustomer  Endpoint = "customer"
)

// Match says which requests a fault meets; what is left empty matches all.
type Match struct {
	Endpoint   Endpoint
	CustomerID string
	// Page is the pageIndex asked for.
	Page int
}

// Fault is something that goes wrong with an answer. Several may be set at
// once where that makes sense (a Delay before a Status).
type Fault struct {
	// Times is how many requests it meets; 0 means every one until
	// ClearFaults. The first Skip matching requests are left alone.
	Times, Skip int

	// Delay is waited before anything else happens.
	Delay time.Duration
	// Drop closes the connection without a byte. Go's own client repeats a
	// GET silently when a reused connection ends so, and that repetition meets
	// the next fault: use DropMidway where the count matters.
	Drop bool
	// DropMidway closes the connection within the status line.
	DropMidway bool

	// Status is sent instead of the answer, with Body, or with an error body
	// of the vendor's kind.
	Status int
	// RetryAfter is the header verbatim: "17", an HTTP date, nonsense.
	RetryAfter string
	// Body, if not empty, replaces the answer's body, with ContentType (empty:
	// application/json) and, without a Status, 200.
	Body, ContentType string
	// Header is added to the answer.
	Header map[string]string
	// OAuthError is the error code sent by the identity service with Status
	// (default 400).
	OAuthError string
	// RedirectTo sends the caller elsewhere with 302 (or Status).
	RedirectTo string

	// ExpireToken forgets the caller's token before it is looked at.
	ExpireToken bool

	// HangAfterHeaders sends the headers and then nothing until the caller
	// leaves.
	HangAfterHeaders bool
	// SlowBody sends the body a byte at a time with this pause.
	SlowBody time.Duration
	// TruncateAt cuts the body after so many bytes and closes the connection,
	// though Content-Length promised all. A negative number sends none.
	TruncateAt int
	// EndAt cuts the body after so many bytes and ends the answer properly. A
	// negative number sends none.
	EndAt int

	// WrongTypes sends counts as words, names as numbers, data as an object.
	WrongTypes WrongType
	// WrongCustomer is sent as customerId in each row.
	WrongCustomer string
	// RowsChange makes the pages after the first those of another moment: a row
	// has come in front, so one row shifts over each page's end and totalCount
	// is one more.
	RowsChange bool
	// PageRepeats answers every pageIndex with the first page.
	PageRepeats bool
	// TotalCount is added to metadata.totalCount.
	TotalCount int
}

// WrongType says what is of the wrong type in an answer.
type WrongType int

// The zero WrongType changes nothing.
const (
	_ WrongType = iota
	// CountsWrong sends words, fractions, booleans and null for counts.
	CountsWrong
	// NamesWrong sends numbers for names.
	NamesWrong
	// DataWrong sends an object where the rows should be.
	DataWrong
	// TotalWrong sends a word as totalCount.
	TotalWrong
)
