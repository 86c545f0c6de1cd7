package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
)

// ErrRefused says that Slack does not accept a token of the bot, so that
// nothing works until an operator mends it.
var ErrRefused = errors.New("Slack refuses the token")

// RefusedError says which token Slack refuses, and in which words. It is
// [ErrRefused].
type RefusedError struct {
	Variable string // the setting that holds the token
	Code     string // Slack's error code
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("Slack refuses %s (%s): %s", e.Variable, e.Code, e.Hint())
}

// Is makes a RefusedError an [ErrRefused].
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// Hint says how to mend the refusal.
func (e *RefusedError) Hint() string {
	switch e.Code {
	case "token_expired":
		return "token rotation is on in the app's settings; create the app anew with rotation off, as the manifest says"
	case "missing_scope", "not_allowed_token_type":
		return "it needs another scope or is of the wrong kind; take it from the app's settings as the README says"
	case "account_inactive", "token_revoked", "user_removed_from_team":
		return "the app was removed or the token revoked; install the app again and take the new token"
	default:
		return "copy it again from the app's settings"
	}
}

// refused returns err as a [RefusedError] of the token in variable, when that
// is what it is: trying again with the same token would be useless.
// https://docs.slack.dev/reference/methods/auth.test
func refused(err error, variable string) (*RefusedError, bool) {
	code := slackCode(err)
	switch code {
	case "invalid_auth", "account_inactive", "not_authed", "token_revoked",
		"token_expired", "not_allowed_token_type", "missing_scope", "team_disabled",
		"user_removed_from_team", "forbidden_team", "invalid_app_id":
		return &RefusedError{Variable: variable, Code: code}, true
	}
	return nil, false
}

// slackCode is the error code of an answer of Slack's Web API, or "".
func slackCode(err error) string {
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return answer.Err
	}
	return ""
}

// Home is the workspace that the bot is signed in to.
type Home struct {
	TeamID   string
	TeamName string
	UserID   string // the bot's own
	URL      string // of the workspace
}

// callTimeout bounds one call of Slack's Web API and one post to a
// response_url, the body included.
const callTimeout = 10 * time.Second

// web is Slack's Web API with the token now in force.
type web struct {
	url    string
	http   *http.Client
	client atomic.Pointer[slack.Client]
	home   atomic.Pointer[Home]
	token  atomic.Value  // string: the bot token that Slack took last
	doubt  chan struct{} // a call was refused as if the token were; at most one
}

// stay refuses redirects: slack-go sends the token in the form, which Go would
// send on to whichever host.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// idleConnections to one host are kept, so that answers under load do not dial
// anew: Go keeps two.
const idleConnections = 32

func newWeb(apiURL string) *web {
	transport := http.DefaultTransport
	if standard, ok := transport.(*http.Transport); ok {
		standard = standard.Clone()
		standard.MaxIdleConnsPerHost = idleConnections
		transport = standard
	}
	w := &web{
		url:   apiURL,
		http:  &http.Client{Timeout: callTimeout, Transport: transport, CheckRedirect: stay},
		doubt: make(chan struct{}, 1),
	}
	w.client.Store(w.dial(Tokens{}))
	w.home.Store(&Home{})
	return w
}

// dial returns a client of the Web API. slack-go's own retries stay off: each
// caller says what may be repeated.
func (w *web) dial(tokens Tokens) *slack.Client {
	return slack.New(tokens.Bot, slack.OptionAPIURL(w.url), slack.OptionHTTPClient(w.http))
}

// signIn checks the bot token and remembers whose it is.
// https://docs.slack.dev/reference/methods/auth.test
func (w *web) signIn(ctx context.Context, tokens Tokens) error {
	client := w.dial(tokens)
	answer, err := client.AuthTestContext(ctx)
	if refusal, ok := refused(err, "SLACK_BOT_TOKEN"); ok {
		return refusal
	}
	if err != nil {
		return fmt.Errorf("sign in to Slack: %w", err)
	}
	w.client.Store(client)
	w.token.Store(tokens.Bot)
	w.home.Store(&Home{
		TeamID:   answer.TeamID,
		TeamName: answer.Team,
		UserID:   answer.UserID,
		URL:      answer.URL,
	})
	return nil
}

// slackPatience is the longest pause that Slack may ask for and that a person
// is kept waiting.
const slackPatience = 5 * time.Second

// call makes one call of the Web API, and once more after a short pause that
// Slack asks for: then it has surely not taken the first. A refusal of the
// token is a hint to the session, which looks whether that is so.
func (w *web) call(ctx context.Context, do func(*slack.Client) error) error {
	client := w.client.Load()
	err := do(client)
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok && limited.RetryAfter <= slackPatience {
		if sleep(ctx, max(limited.RetryAfter, time.Second)) != nil {
			return err
		}
		err = do(client)
	}
	if _, ok := refused(err, "SLACK_BOT_TOKEN"); ok && client == w.client.Load() {
		select {
		case w.doubt <- struct{}{}:
		default:
		}
	}
	return err
}

// check returns the refusal of the token in force, if that is what Slack says
// of it.
func (w *web) check(ctx context.Context) error {
	_, err := w.client.Load().AuthTestContext(ctx)
	if refusal, ok := refused(err, "SLACK_BOT_TOKEN"); ok {
		return refusal
	}
	return nil
}
