package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/slack-go/slack"
)

// Verdict is what the outcome of a call means for the delivery.
type Verdict int

// Verdicts. Of all but Accepted and Ambiguous it is sure that Slack did not
// take the message.
const (
	Accepted  Verdict = iota
	Ambiguous         // nobody knows: to be looked up
	Limited           // too fast: the lane waits
	Halted            // nothing can be sent to anybody: all lanes wait
	Closed            // the channel is closed to the bot: the lane is parked
	Gone              // the message to edit, or the thread, is not there any more
	Refused           // what the message holds: a simpler form may go
	Forbidden         // the app lacks a scope
	Failed            // anything else: try again later
)

const (
	// limitedFor is the pause after a 429 that does not say how long, and
	// limitedMost the longest that is believed: a longer one is a mistake.
	limitedFor, limitedMost = 30 * time.Second, 24 * time.Hour
	// exhaustedFor is the pause when the workspace has used up its messages,
	// and restrictedFor while its organisation keeps the app out.
	exhaustedFor, restrictedFor = time.Hour, 2 * time.Hour
)

// Outcome is the result of a call of Slack's Web API.
type Outcome struct {
	Verdict Verdict
	// Class names the error for the log, the metrics and the operator: Slack's
	// code, or one of our own. It never holds anything secret.
	Class string
	After time.Duration // how long to wait; zero: as the number of failures says
	Scope string        // that is missing, where Slack names it
}

// Classify says what the error of a call of slack-go means. nil is Accepted,
// and what is not known is Ambiguous: a message too few can be seen to, one
// too many cannot.
func Classify(err error) Outcome {
	if err == nil {
		return Outcome{}
	}
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return ofCode(refused)
	}
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return Outcome{Verdict: Limited, Class: "ratelimited", After: retryAfter(limited.RetryAfter)}
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return ofStatus(status.Code)
	}
	// slack-go gives the parser's error for a 429 whose Retry-After is no
	// number: it has looked at the status before.
	var number *strconv.NumError
	if errors.As(err, &number) {
		return Outcome{Verdict: Limited, Class: "ratelimited", After: limitedFor}
	}
	return ofTransport(err)
}

// retryAfter is the pause that Slack asks for; zero, less and nonsense count as
// missing.
func retryAfter(d time.Duration) time.Duration {
	if d <= 0 || d > limitedMost {
		return limitedFor
	}
	return d
}

// ofStatus is the outcome of an answer other than 200.
func ofStatus(code int) Outcome {
	class := "status_" + strconv.Itoa(code)
	switch {
	case code == http.StatusTooManyRequests:
		return Outcome{Verdict: Limited, Class: "ratelimited", After: limitedFor}
	case code == http.StatusRequestTimeout, code < 400, code >= 500:
		return Outcome{Verdict: Ambiguous, Class: class}
	}
	return Outcome{Verdict: Failed, Class: class} // something in between said no
}

// ofTransport is the outcome of a call without a whole answer. A connection
// that did not come about has carried nothing.
func ofTransport(err error) Outcome {
	var dial *net.OpError
	var name *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &name),
		errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect" || dial.Op == "socks connect"):
		return Outcome{Verdict: Failed, Class: "unreachable"}
	case errors.As(err, &untrusted), errors.As(err, &authority), errors.As(err, &plain):
		return Outcome{Verdict: Failed, Class: "untrusted"}
	}
	return Outcome{Verdict: Ambiguous, Class: lostClass(err)}
}

// lostClass names how an answer was lost.
func lostClass(err error) string {
	var network net.Error
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.As(err, &syntax), errors.As(err, &kind), errors.Is(err, errUnreadable):
		return "unreadable"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "cut_off"
	}
	return "no_answer"
}

// errUnreadable is an answer with status 200 that does not say what it should.
var errUnreadable = errors.New("Slack's answer cannot be read")

// offline reports whether Slack was not reached at all.
func (o Outcome) offline() bool {
	return o.Class == "unreachable" || o.Class == "untrusted" || o.Class == "no_token"
}
