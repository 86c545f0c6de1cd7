package avepoint

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryPolicy_next(t *testing.T) {
	t.Parallel()
	const long = time.Hour
	second := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	sweep, person := sweepRetries(), personRetries()
	for _, test := range []struct {
		name   string
		policy retryPolicy
		e      Error
		sent   int
		left   time.Duration
		jitter float64
		want   time.Duration
		again  bool
	}{
		{"never", sweep, Error{retry: never}, 1, long, 0.5, 0, false},
		{"never, though asked to", sweep, Error{retry: never, RetryAfter: 1}, 1, long, 0.5, 0, false},
		{"passing, first", sweep, Error{retry: passing}, 1, long, 0.5, second(0.5), true},
		{"passing, second", sweep, Error{retry: passing}, 2, long, 0.5, second(2), true},
		{"passing, third", sweep, Error{retry: passing}, 3, long, 1, second(15), true},
		{"passing, no fourth", sweep, Error{retry: passing}, 4, long, 0, 0, false},
		{"passing, full jitter", person, Error{retry: passing}, 3, long, 0, 0, true},
		{"passing, no time left", person, Error{retry: passing}, 3, second(5), 0.5, second(7.5), false},
		{"passing, told when", person, Error{retry: passing, RetryAfter: second(7)}, 1, long, 0.5, second(7), true},
		{"limited, sweep", sweep, Error{retry: limited}, 1, long, 0, second(30), true},
		{"limited, sweep, late", sweep, Error{retry: limited}, 2, long, 0.999999999, second(60), true},
		{"limited, sweep, no third", sweep, Error{retry: limited}, 3, long, 0, 0, false},
		{"limited, sweep, no time left", sweep, Error{retry: limited}, 2, second(40), 0.5, second(45), false},
		{"limited, person", person, Error{retry: limited}, 1, long, 0, second(1), true},
		{"limited, person, late", person, Error{retry: limited}, 2, long, 0.999999999, second(3), true},
		{"limited, person, no third", person, Error{retry: limited}, 3, long, 0, 0, false},
		{"limited, told when", person, Error{retry: limited, RetryAfter: second(17)}, 1, second(25), 0.9, second(17), true},
		{"limited, told too late", person, Error{retry: limited, RetryAfter: second(25)}, 1, second(25), 0, second(25), false},
	} {
		got, again := test.policy.next(&test.e, test.sent, test.left, test.jitter)
		if again != test.again || again && (got-test.want).Abs() > time.Microsecond {
			t.Errorf("%s: %s, %v; want %s, %v", test.name, got, again, test.want, test.again)
		}
	}
}

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "17": 17 * time.Second, " 17 ": 17 * time.Second, "-5": 0, "soon": 0, "1.5": 0,
		"Tue, 24 Nov 2026 12:00:30 GMT": 30 * time.Second,
		"Tue, 24 Nov 2026 11:59:30 GMT": 0,
		"Tue, 24 Nov 2026 12:00:30":     0,
		"99999999":                      longestRetryAfter,
		"99999999999999999999999":       longestRetryAfter,
		"Fri, 24 Nov 2126 12:00:30 GMT": longestRetryAfter,
	} {
		if got := parseRetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

// TestCall_statuses is the table of what each answer means: its kind, how often
// it is sent again, and within which time, for a person and for the sweep.
func TestCall_statuses(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for _, test := range []struct {
		name string
		api  http.HandlerFunc
		kind error
		// calls and the longest time of a person's reading and the sweep's
		person, sweep         int
		personTime, sweepTime time.Duration
	}{
		{"400", status(400), nil, 1, 1, 0, 0},
		{"401", status(401), ErrCredentials, 2, 2, 0, 0},
		{"402", status(402), nil, 1, 1, 0, 0},
		{"403", status(403), ErrForbidden, 1, 1, 0, 0},
		{"404", status(404), ErrNotFound, 1, 1, 0, 0},
		{"410", status(410), ErrNotFound, 1, 1, 0, 0},
		{"418", status(418), nil, 1, 1, 0, 0},
		{"429", status(429), ErrRateLimited, 3, 2, 6 * second, 60 * second}, // a third try of the sweep may not fit
		{"429, 7 s", status(429, "Retry-After", "7"), ErrRateLimited, 3, 3, 14 * second, 14 * second},
		{"429, 24 s", status(429, "Retry-After", "24"), ErrRateLimited, 2, 3, 24 * second, 48 * second},
		{"429, 25 s", status(429, "Retry-After", "25"), ErrRateLimited, 1, 3, 0, 50 * second},
		{"429, 10 min", status(429, "Retry-After", "600"), ErrRateLimited, 1, 1, 0, 0},
		{"503, 10 min", status(503, "Retry-After", "600"), ErrBusy, 1, 1, 0, 0},
		{"429, zero", status(429, "Retry-After", "0"), ErrRateLimited, 3, 2, 6 * second, 60 * second},
		{"408", status(408), ErrBusy, 4, 4, 20 * second, 20 * second},
		{"500", status(500), ErrUnavailable, 4, 4, 20 * second, 20 * second},
		{"501", status(501), ErrUnavailable, 4, 4, 20 * second, 20 * second},
		{"502", status(502), ErrUnavailable, 4, 4, 20 * second, 20 * second},
		{"503", status(503), ErrBusy, 4, 4, 20 * second, 20 * second},
		{"504", status(504), ErrUnavailable, 4, 4, 20 * second, 20 * second},
		{"dropped", drop, ErrUnavailable, 4, 4, 20 * second, 20 * second},
		{"204", status(204), ErrUnreadable, 1, 1, 0, 0},
		{"202", status(202), ErrUnreadable, 1, 1, 0, 0},
		{"206", status(206), ErrUnreadable, 1, 1, 0, 0},
		{"304", status(304), ErrUnreadable, 1, 1, 0, 0},
		{"200, HTML", answers("<html>body-canary"), ErrUnreadable, 1, 1, 0, 0},
		{"200, nothing", answers(""), ErrUnreadable, 4, 4, 20 * second, 20 * second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check := func(forPerson bool, wantCalls int, within time.Duration) {
				synctest.Test(t, func(t *testing.T) {
					s := &stub{api: test.api}
					c := s.client(t)
					if forPerson {
						c = c.ForPerson()
					}
					start := time.Now()
					_, err := c.Overview(t.Context(), theID)
					checkFailure(t, err, test.kind)
					took, calls := time.Since(start), first(s.counts())
					late := !forPerson && wantCalls == 2 && calls == 3 && took < plainBudget // 30 + 59 s fit
					if !late && (calls != wantCalls || took > within+time.Millisecond) {
						t.Errorf("person %v: %d calls in %s, want %d in %s", forPerson, calls, took, wantCalls, within)
					}
				})
			}
			check(true, test.person, test.personTime)
			check(false, test.sweep, test.sweepTime)
		})
	}
}

func first(a, _ int) int { return a }

// checkFailure wants the kind and no other, and no secret in the text.
func checkFailure(t *testing.T, err, kind error) {
	t.Helper()
	for _, other := range kinds() {
		if errors.Is(err, other) != errors.Is(other, kind) {
			t.Errorf("%v: Is(%v) is %v", err, other, errors.Is(err, other))
		}
	}
	if err == nil {
		t.Fatal("no error")
	}
	holdsNoSecret(t, fmt.Sprintf("%v %+v %#v %q", err, err, err.Error(), err))
}

func kinds() []error {
	return []error{
		ErrNotFound, ErrForbidden, ErrRateLimited, ErrBusy, ErrUnavailable,
		ErrUnreadable, ErrCredentials, ErrOtherCustomer, ErrTooLarge,
	}
}

// What passes is survived, and the answer is whole.
func TestCall_passingFailures(t *testing.T) {
	t.Parallel()
	body := testdata(t, "overview_bare.json")
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, first := range map[string][]http.HandlerFunc{
		"429":         {status(429)},
		"429 twice":   {status(429), status(429)},
		"503":         {status(503)},
		"dropped":     {drop},
		"truncated":   {answers(body[:100])},
		"three kinds": {status(500), drop, status(502)},
		"401":         {status(401)},
		"401 and 503": {status(401), status(503)},
	} {
		for _, forPerson := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				s := &stub{api: steps(append(append([]http.HandlerFunc{}, first...), answers(body))...)}
				c := s.client(t)
				if forPerson {
					c = c.ForPerson()
				} else if name == "429 twice" {
					return // 60 to 120 s: it may or may not fit
				}
				if got, err := c.Overview(t.Context(), theID); err != nil || len(got.Modules) != 2 {
					t.Errorf("%s: %+v, %v", name, got, err)
				}
			})
		}
	}
	// One try of the sweep may hang for 30 s, and the next one succeeds.
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: steps(hang, answers(body))}
		start := time.Now()
		if _, err := s.client(t).Overview(t.Context(), theID); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < callTimeout || took > callTimeout+time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A Retry-After is obeyed to the second, as seconds and as a date.
func TestCall_retryAfter(t *testing.T) {
	t.Parallel()
	for _, asDate := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			value := "17"
			if asDate {
				value = time.Now().Add(17 * time.Second).UTC().Format(http.TimeFormat)
			}
			s := &stub{api: steps(status(429, "Retry-After", value), answers("[]"))}
			start := time.Now()
			if _, err := s.client(t).ForPerson().Overview(t.Context(), theID); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took != 17*time.Second {
				t.Errorf("%q: took %s", value, took)
			}
		})
	}
}

func TestError_details(t *testing.T) {
	t.Parallel()
	s := &stub{api: status(403)}
	_, err := s.serve(t).Overview(t.Context(), theID)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.StatusCode != 403 || e.RequestID != "req-403" || e.Scope != ScopeOverview || e.RetryAfter != 0 {
		t.Errorf("%+v", e)
	}
	want := "overview of customer " + theID + ": /partner/external/v3/general/customers/" + theID +
		"/cloud-backup-m365/overview: not permitted: 403 Forbidden: needs elements.cbprotected.read.all (request-id req-403)"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	s = &stub{api: status(429, "Retry-After", "600")}
	_, err = s.serve(t).Overview(t.Context(), theID)
	if !errors.As(err, &e) || e.RetryAfter != 10*time.Minute || !strings.Contains(err.Error(), "retry after 10m0s") {
		t.Errorf("%+v", e)
	}
}

// A request-id that is no id stays out of errors and logs.
func TestError_oddRequestID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a canary", "canary\x7f", strings.Repeat("a", 129), "<canary>"} {
		s := &stub{api: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("request-id", id)
			w.WriteHeader(404)
		}}
		_, err := s.client(t).Overview(t.Context(), theID)
		var e *Error
		if !errors.As(err, &e) || e.RequestID != "" {
			t.Errorf("%+v", e)
		}
	}
}
