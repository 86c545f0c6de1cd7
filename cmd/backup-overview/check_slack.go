package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/bot"
)

// slackTimeout bounds each step with Slack: a call, a dial, the wait for hello.
const slackTimeout = 10 * time.Second

// A neededScope is a scope of the manifest and what is lost without it.
type neededScope struct {
	name, lost string
	vital      bool // the bot could not work
}

// neededScopes follows deploy/slack-manifest.yaml. connections:write is the
// app token's and shows when a connection is opened.
func neededScopes(cfg Config) []neededScope {
	scopes := []neededScope{
		{"commands", "nobody can ask", true},
		{"chat:write", "no digest goes out, answers cannot be shared, and a message that cannot go through response_url is lost", false},
		{"users:read", "everybody is refused, because the bot cannot tell guests and outsiders from members", true},
		{"channels:read", "public channels are shown nothing and get no digest, because the bot cannot tell whether outsiders read along", false},
		{"groups:read", "private channels are shown nothing and get no digest, for the same reason", false},
		{"files:write", "no export", false},
		{"im:write", "no export", false},
		{"channels:history", "a message to a public channel whose answer was lost is sent again without looking for it, so that it can come twice", false},
		{"groups:history", "the same for private channels", false},
	}
	if slices.ContainsFunc(cfg.Access.Admins, func(id string) bool { return strings.HasPrefix(id, "S") }) {
		scopes = append(scopes, neededScope{"usergroups:read", "the user groups in ACCESS_ADMINS make nobody an admin", false})
	}
	return scopes
}

// checkSlack tries both tokens, the scopes and a connection.
func checkSlack(ctx context.Context, cfg Config, clock *clockWatch) []finding {
	tokens, err := cfg.Slack.tokens()
	if err != nil {
		return []finding{{Verdict: failed, What: "Slack tokens", Detail: err.Error(), Mend: "restore the file"}}
	}
	api := slack.New(tokens.Bot,
		slack.OptionAppLevelToken(tokens.App),
		slack.OptionAPIURL(cfg.Slack.API.URL),
		slack.OptionHTTPClient(clock.client("Slack", slackTimeout)),
	)
	return append(checkBotToken(ctx, api, cfg), checkSocket(ctx, api, cfg)...)
}

// checkBotToken signs in, compares the scopes granted with those needed, and
// tries the channels of the configuration.
// https://docs.slack.dev/reference/methods/auth.test
func checkBotToken(ctx context.Context, api *slack.Client, cfg Config) []finding {
	answer, err := api.AuthTestContext(ctx)
	if err != nil {
		return []finding{slackFailure("Slack bot token", "SLACK_BOT_TOKEN", err)}
	}
	signedIn := finding{Verdict: passed, What: "Slack bot token", Detail: fmt.Sprintf("signed in to %s as @%s", answer.Team, answer.User)}
	return slices.Concat([]finding{signedIn}, scopeFindings(answer.Header, neededScopes(cfg)), checkChannels(ctx, api, cfg))
}

// scopeFindings reads the header with which Slack tells a token's scopes.
func scopeFindings(header http.Header, needed []neededScope) []finding {
	const what = "Slack scopes"
	told := header.Get("X-OAuth-Scopes")
	if told == "" {
		return []finding{{Verdict: warned, What: what, Detail: "Slack did not say which are granted", Mend: "compare them with deploy/slack-manifest.yaml under OAuth & Permissions"}}
	}
	granted := strings.FieldsFunc(told, func(r rune) bool { return r == ',' || r == ' ' })
	var findings []finding
	for _, scope := range needed {
		if slices.Contains(granted, scope.name) {
			continue
		}
		f := finding{Verdict: warned, What: "Slack scope " + scope.name, Detail: "is not granted: " + scope.lost, Mend: "add it under OAuth & Permissions and install the app again"}
		if scope.vital {
			f.Verdict = failed
		}
		findings = append(findings, f)
	}
	if len(findings) == 0 {
		return []finding{{Verdict: passed, What: what, Detail: "all that are needed are granted"}}
	}
	return findings
}

// checkSocket opens a Socket Mode connection, waits for hello and leaves at
// once: until then Slack may send a command here that nobody answers.
func checkSocket(ctx context.Context, api *slack.Client, cfg Config) []finding {
	_, url, err := api.StartSocketModeContext(ctx)
	if err != nil {
		return []finding{slackFailure("Slack app token", "SLACK_APP_TOKEN", err)}
	}
	accepted := finding{Verdict: passed, What: "Slack app token", Detail: "accepted"}
	const what = "Slack connection (Socket Mode)"
	hello, err := readHello(ctx, url)
	if err != nil {
		f := unreachable(what, "SLACK_API_URL", err)
		f.Detail = "no connection: " + f.Detail
		f.Mend += "; the proxy must let WebSockets through"
		return []finding{accepted, f}
	}
	if hello.Type != "hello" {
		return []finding{accepted, {Verdict: failed, What: what, Detail: fmt.Sprintf("Slack said %s %s", hello.Type, hello.Reason), Mend: mendDisconnect(hello.Reason)}}
	}
	return []finding{accepted, connectionCount(what, hello.Connections, cfg)}
}

// connectionCount tells of connections that Slack counts for the app beside
// ours. Ten are allowed, and it sends commands to dead ones, too.
func connectionCount(what string, n int, cfg Config) finding {
	f := finding{Verdict: passed, What: what, Detail: fmt.Sprintf("opened; Slack counts %d with this one", n)}
	if n+cfg.Slack.Connections.V > 11 { // 10, and this one leaves
		f.Verdict = warned
		f.Mend = "10 are allowed: lower SLACK_CONNECTIONS or the number of replicas; connections of programs that were cut off go within hours"
	}
	return f
}

// firstFrame is what Slack says first: hello, or disconnect with a reason.
type firstFrame struct {
	Type        string `json:"type"`
	Reason      string `json:"reason"`
	Connections int    `json:"num_connections"`
}

func readHello(ctx context.Context, url string) (firstFrame, error) {
	ctx, cancel := context.WithTimeout(ctx, slackTimeout)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: slackTimeout}
	conn, response, err := dialer.DialContext(ctx, url, nil)
	if response != nil {
		defer response.Body.Close()
	}
	if err != nil {
		return firstFrame{}, err
	}
	defer conn.Close()
	conn.SetReadLimit(1 << 20)
	deadline, _ := ctx.Deadline()
	if err := conn.SetReadDeadline(deadline); err != nil {
		return firstFrame{}, err
	}
	var frame firstFrame
	if err := conn.ReadJSON(&frame); err != nil {
		return firstFrame{}, err
	}
	// Without a close frame Slack would count this connection for hours.
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	return frame, conn.WriteControl(websocket.CloseMessage, bye, deadline)
}

func mendDisconnect(reason string) string {
	switch reason {
	case "link_disabled":
		return "switch Socket Mode on in the app's settings"
	case "too_many_websockets":
		return "10 connections are allowed: stop other copies of the bot, or wait some hours until those that were cut off are gone"
	default:
		return "try again in a minute"
	}
}

// slackFailure tells a refused token, a Slack in trouble and a network that
// does not work apart.
func slackFailure(what, variable string, err error) finding {
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	status, ok := errors.AsType[slack.StatusCodeError](err)
	if limited || ok && status.Code >= http.StatusInternalServerError {
		return finding{Verdict: failed, What: what, Detail: rootCause(err), Mend: "try again in a minute; https://status.slack.com tells of Slack's own trouble"}
	}
	answer, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return unreachable(what, "SLACK_API_URL", err)
	}
	refusal := &bot.RefusedError{Variable: variable, Code: answer.Err}
	return finding{Verdict: failed, What: what, Detail: fmt.Sprintf("Slack refuses %s (%s)", variable, answer.Err), Mend: refusal.Hint()}
}
