package outbox

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

func TestClassify_knows_every_error_of_Slack(t *testing.T) {
	t.Parallel()
	tests := []struct {
		codes string
		want  Outcome // without Class
	}{
		// F3
		{"ratelimited rate_limited", Outcome{Verdict: Limited, After: 30 * time.Second}},
		{"message_limit_exceeded", Outcome{Verdict: Halted, After: time.Hour}},
		// F6
		{"internal_error fatal_error service_unavailable request_timeout", Outcome{Verdict: Ambiguous}},
		{"duplicate_message_not_found duplicate_channel_not_found", Outcome{Verdict: Ambiguous}},
		// F9, F27
		{"link_disabled invalid_auth account_inactive token_revoked not_authed token_expired", Outcome{Verdict: Halted}},
		// F14
		{"channel_not_found not_in_channel no_permission is_archived restricted_action restricted_action_read_only_channel", Outcome{Verdict: Closed}},
		{"restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked", Outcome{Verdict: Closed}},
		{"ekm_access_denied messages_tab_disabled user_disabled cannot_dm_bot posting_to_channel_denied", Outcome{Verdict: Closed}},
		// F17, F26
		{"message_not_found cant_update_message edit_window_closed thread_not_found", Outcome{Verdict: Gone}},
		// F18
		{"invalid_blocks invalid_blocks_format invalid_attachments only_one_table_allowed msg_blocks_too_long", Outcome{Verdict: Refused}},
		{"msg_too_long no_text too_many_attachments metadata_too_large metadata_must_be_sent_from_app invalid_metadata_format", Outcome{Verdict: Refused}},
		// F19
		{"team_access_not_granted not_allowed_token_type missing_scope", Outcome{Verdict: Forbidden}},
		// F20
		{"org_login_required team_added_to_org", Outcome{Verdict: Halted, After: 2 * time.Hour}},
		// what nobody knows is still a no
		{"a_code_of_tomorrow restricted_actions", Outcome{Verdict: Failed}},
	}
	for _, tt := range tests {
		for _, code := range strings.Fields(tt.codes) {
			tt.want.Class = code
			err := fmt.Errorf("wrapped: %w", slack.SlackErrorResponse{Err: code})
			if diff := cmp.Diff(tt.want, Classify(err)); diff != "" {
				t.Errorf("%s: %s", code, diff)
			}
		}
	}
}

func TestClassify_names_the_scope(t *testing.T) {
	t.Parallel()
	for needed, want := range map[string]string{
		"files:write": "files:write", "chat:write,chat:write.public": "chat:write", "": "", "<script>": "", strings.Repeat("a", 99): "",
	} {
		if got := Classify(slack.SlackErrorResponse{Err: "missing_scope", Needed: needed}).Scope; got != want {
			t.Errorf("%q: %q, want %q", needed, got, want)
		}
	}
}

func TestClassify_lets_no_strange_word_into_the_log(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "xox" + "b-1-secret", "a b", "A", strings.Repeat("a", 61), "line\nline"} {
		if got := Classify(slack.SlackErrorResponse{Err: code}); got != (Outcome{Verdict: Failed, Class: "unknown_error"}) {
			t.Errorf("%q: %+v", code, got)
		}
	}
}

func TestClassify_knows_errors_of_the_connection(t *testing.T) {
	t.Parallel()
	post := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://slack.com/api/chat.postMessage", Err: err}
	}
	tests := []struct {
		name string
		err  error
		want Outcome
	}{
		{"none", nil, Outcome{}},
		{"timeout", post(context.DeadlineExceeded), Outcome{Verdict: Ambiguous, Class: "timeout"}},
		{"cancelled", post(context.Canceled), Outcome{Verdict: Ambiguous, Class: "cancelled"}},
		{"reset", post(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), Outcome{Verdict: Ambiguous, Class: "reset"}},
		{"closed", post(io.EOF), Outcome{Verdict: Ambiguous, Class: "cut_off"}},
		{"cut off", io.ErrUnexpectedEOF, Outcome{Verdict: Ambiguous, Class: "cut_off"}},
		{"nobody knows", errors.New("?"), Outcome{Verdict: Ambiguous, Class: "no_answer"}},
		{"refused", post(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), Outcome{Verdict: Failed, Class: "unreachable"}},
		{"no name", post(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host"}}), Outcome{Verdict: Failed, Class: "unreachable"}},
		{"no proxy", post(&net.OpError{Op: "proxyconnect", Err: errors.New("?")}), Outcome{Verdict: Failed, Class: "unreachable"}},
		{"untrusted", post(x509.UnknownAuthorityError{}), Outcome{Verdict: Failed, Class: "untrusted"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Classify(tt.err)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// What slack-go makes of an answer is asked of slack-go: its error types differ
// from header to header.
func TestClassify_knows_what_the_SDK_makes_of_an_answer(t *testing.T) {
	t.Parallel()
	limited := func(after time.Duration) Outcome {
		return Outcome{Verdict: Limited, Class: "ratelimited", After: after}
	}
	unsure := func(class string) Outcome { return Outcome{Verdict: Ambiguous, Class: class} }
	tests := []struct {
		name, after, body string
		status            int
		want              Outcome
	}{
		{"F1", "7", `{"ok":false,"error":"ratelimited"}`, 429, limited(7 * time.Second)},
		{"F2 none", "", ``, 429, limited(30 * time.Second)},
		{"F2 zero", "0", ``, 429, limited(30 * time.Second)},
		{"F2 less than none", "-3", ``, 429, limited(30 * time.Second)},
		{"F2 garbage", "soon", ``, 429, limited(30 * time.Second)},
		{"F2 date", "Wed, 25 Nov 2026 08:00:00 GMT", ``, 429, limited(30 * time.Second)},
		{"F2 beyond a number", "99999999999999999999", ``, 429, limited(30 * time.Second)},
		{"F2 beyond a day", "99999999", ``, 429, limited(30 * time.Second)},
		{"F3", "", `{"ok":false,"error":"ratelimited"}`, 200, limited(30 * time.Second)},
		{"F4 500", "", `{"ok":false,"error":"invalid_auth"}`, 500, unsure("status_500")},
		{"F4 503", "3", `gone`, 503, unsure("status_503")},
		{"F5 HTML", "", `<html>`, 200, unsure("unreadable")},
		{"F5 half", "", `{"ok":true,"ts":"17`, 200, unsure("cut_off")},
		{"F5 nothing", "", ``, 200, unsure("cut_off")},
		{"F5 another kind", "", `{"ok":"yes"}`, 200, unsure("unreadable")},
		{"F5 good without a message", "", `{"ok":true}`, 200, unsure("unreadable")},
		{"F5 neither good nor bad", "", `{}`, 200, unsure("unreadable")},
		{"a proxy's no", "", `no`, 403, Outcome{Verdict: Failed, Class: "status_403"}},
		{"good", "", `{"ok":true,"ts":"1.2"}`, 200, Outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			box := answering(t, func(rw http.ResponseWriter) {
				if tt.after != "" {
					rw.Header().Set("Retry-After", tt.after)
				}
				rw.WriteHeader(tt.status)
				_, _ = io.WriteString(rw, tt.body)
			})
			_, out := box.post(t.Context(), testDelivery(), testMessage(), true)
			if diff := cmp.Diff(tt.want, out); diff != "" {
				t.Error(diff)
			}
			if strings.HasSuffix(tt.name, "a message") || strings.HasPrefix(tt.name, "F5 ne") || tt.name == "good" {
				return // for a question these are other answers
			}
			if out := Classify(box.ask(t.Context(), "auth.test", nil, nil)); out.Verdict != tt.want.Verdict || out.After != tt.want.After {
				t.Errorf("asked: %+v, want %+v", out, tt.want)
			}
		})
	}
}

// F5: an answer is no answer wherever it is cut off.
func TestPost_takes_no_part_of_an_answer_for_an_answer(t *testing.T) {
	t.Parallel()
	const whole = `{"ok":true,"channel":"C1","ts":"1700000000.000100","message":{"text":"hello"}}`
	for n := range len(whole) {
		box := answering(t, func(rw http.ResponseWriter) {
			rw.Header().Set("Content-Length", strconv.Itoa(len(whole)))
			_, _ = io.WriteString(rw, whole[:n])
			_ = http.NewResponseController(rw).Flush()
			panic(http.ErrAbortHandler)
		})
		if ts, out := box.post(t.Context(), testDelivery(), testMessage(), true); out.Verdict != Ambiguous {
			t.Errorf("cut at %d: %+v %s", n, out, ts)
		}
	}
}

// answering is an outbox whose Slack always gives one answer.
func answering(t *testing.T, answer func(http.ResponseWriter)) *Outbox {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { answer(rw) }))
	t.Cleanup(server.Close)
	box := newWorld(t).outbox("alone", func(o *Options) { o.APIURL, o.Wait, o.HTTP = server.URL+"/", 0, server.Client() })
	return box
}
