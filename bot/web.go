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
	TeamID       string
	TeamName     string
	EnterpriseID string
	BotUserID    string
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
	lost   chan string // the code with which the token in force was refused; at most one
}

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
		url:  apiURL,
		http: &http.Client{Timeout: callTimeout, Transport: transport},
		lost: make(chan string, 1),
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
	select {
	case <-w.lost: // of the token before
	default:
	}
	w.client.Store(client)
	w.home.Store(&Home{
		TeamID:       answer.TeamID,
		TeamName:     answer.Team,
		EnterpriseID: answer.EnterpriseID,
		BotUserID:    answer.UserID,
	})
	return nil
}

// call makes one call of the Web API. A token that Slack refuses all at once is
// told to the session, which signs in again; a scope that is missing is not
// such a refusal.
func (w *web) call(do func(*slack.Client) error) error {
	err := do(w.client.Load())
	if refusal, ok := refused(err, "SLACK_BOT_TOKEN"); ok && refusal.Code != "missing_scope" {
		select {
		case w.lost <- refusal.Code:
		default:
		}
	}
	return err
}
