package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// answerMost bounds what is read of an answer. A page of history may be large.
const answerMost = 16 << 20

// grace is how long a call that is under way may last when the process stops.
const grace = 7 * time.Second

// underWay is the context of a call that was begun: it has the call's time
// limit, and outlives a process that stops by some seconds. A call that is cut
// off leaves its delivery unsure.
func (o *Outbox) underWay(ctx context.Context) (context.Context, context.CancelFunc) {
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.limit)
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		<-call.Done()
		timer.Stop()
	})
	return call, func() { stop(); cancel() }
}

// client is slack-go for one delivery: with the token as it is now, and without
// retries of its own.
func (o *Outbox) client(token string, w *wire) *slack.Client {
	return slack.New(token, slack.OptionAPIURL(o.options.APIURL), slack.OptionHTTPClient(w))
}

// wire is an HTTP client that remembers of the last answer what may be logged,
// and by how much Slack's clock is ahead of ours.
type wire struct {
	o           *Outbox
	status      int
	contentType string
	length      int64
}

// Do sends a request.
func (w *wire) Do(r *http.Request) (*http.Response, error) {
	w.status, w.contentType, w.length = 0, "", 0
	response, err := w.o.options.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	w.status, w.contentType = response.StatusCode, response.Header.Get("Content-Type")
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		w.o.ahead.Store(int64(date.Sub(w.o.now())))
	}
	response.Body = &counted{ReadCloser: response.Body, wire: w}
	return response, nil
}

// counted is a body that tells how long it was, and ends when it is too long.
type counted struct {
	io.ReadCloser
	wire *wire
}

func (c *counted) Read(p []byte) (int, error) {
	if c.wire.length >= answerMost {
		return 0, errUnreadable
	}
	n, err := c.ReadCloser.Read(p)
	c.wire.length += int64(n)
	return n, err
}

// ask calls a method that only tells something, and decodes no more of its
// answer than is asked for: a page of history holds messages of others, whose
// every field slack-go would have to understand. Its errors are for Classify.
func (o *Outbox) ask(ctx context.Context, method string, values url.Values, answer any) error {
	token, err := o.options.Token()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.options.APIURL+method, strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := (&wire{o: o}).Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return read(response, answer)
}

// read reads an answer as slack-go would.
func read(response *http.Response, answer any) error {
	switch after := response.Header.Get("Retry-After"); {
	case response.StatusCode == http.StatusTooManyRequests && after != "":
		seconds, err := strconv.ParseInt(after, 10, 32)
		if err != nil {
			return err
		}
		return &slack.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	case response.StatusCode != http.StatusOK:
		return slack.StatusCodeError{Code: response.StatusCode, Status: response.Status}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var result slack.SlackResponse
	if err := json.Unmarshal(body, &result); err != nil {
		return err
	}
	if !result.Ok {
		if result.Err() == nil {
			return fmt.Errorf("%w: it is neither good nor an error", errUnreadable)
		}
		return result.Err()
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(body, answer)
}
