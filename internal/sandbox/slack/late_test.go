package slack_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// try calls a method as form does, and returns the error of a call that was
// never answered.
func (s *stage) try(ctx context.Context, method, body string) (status int, err error) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL+"/api/"+method, strings.NewReader(body+"&token="+s.ws.BotToken()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// TestFail_late: what was asked is done later, although the caller was reset,
// answered with an error, or gave up; and it is done once.
func TestFail_late(t *testing.T) {
	t.Parallel()
	const late = 150 * time.Millisecond
	for name, c := range map[string]struct {
		fault   slack.Fault
		patient time.Duration
		status  int
	}{
		"reset":          {slack.Fault{Drop: true}, time.Minute, 0},
		"unavailable":    {slack.Fault{Status: 503}, time.Minute, 503},
		"gave up":        {slack.Fault{}, 20 * time.Millisecond, 0},
		"reset later":    {slack.Fault{Drop: true, Delay: 30 * time.Millisecond}, time.Minute, 0},
		"waited":         {slack.Fault{}, time.Minute, 200},
		"fatal, but did": {slack.Fault{Error: "fatal_error"}, time.Minute, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, slack.Options{})
			c.fault.Late, c.fault.Times = late, 1
			s.ws.Fail("chat.postMessage", c.fault)
			ctx, cancel := context.WithTimeout(t.Context(), c.patient)
			defer cancel()
			begun := time.Now()
			status, err := s.try(ctx, "chat.postMessage", "text=a&channel="+ops)
			if status != c.status || (err == nil) != (c.status != 0) {
				t.Errorf("status %d, %v", status, err)
			}
			if got := s.texts(ops, ana); got != "" && time.Since(begun) < late {
				t.Errorf("after %v ana sees %q", time.Since(begun), got)
			}
			if err := s.ws.AwaitLate(s.context()); err != nil {
				t.Fatal(err)
			}
			if got := s.texts(ops, ana); got != "a" || time.Since(begun) < late {
				t.Errorf("after %v ana sees %q", time.Since(begun), got)
			}
		})
	}
}

// TestFail_late_closed: a workspace that is closed does nothing any more.
func TestFail_late_closed(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.Fail("chat.postMessage", slack.Fault{Drop: true, Late: time.Hour})
	if _, err := s.try(t.Context(), "chat.postMessage", "text=a&channel="+ops); err == nil {
		t.Error("not reset")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.ws.AwaitLate(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nothing is late: %v", err)
	}
	s.ws.Close()
	if got := s.texts(ops, ""); got != "" {
		t.Errorf("%q", got)
	}
}
