package slack_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestAPI_tokens(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	bot := s.ws.BotToken()
	for name, c := range map[string]struct{ token, want string }{
		"none": {"", "not_authed"}, "unknown": {"xoxb-nobody", "invalid_auth"}, "app": {s.ws.AppToken(), "not_allowed_token_type"}, "bot": {bot, ""},
	} {
		if got := s.post("auth.test", c.token, "{}").code(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := s.form("auth.test").text("user_id"); got != s.ws.BotUserID() {
		t.Errorf("token in the form: user %q", got)
	}
	if got := s.post("auth.test", "", map[string]any{"token": bot}).code(); got != "not_authed" {
		t.Errorf("token in JSON: %q", got)
	}
	for _, code := range []string{"account_inactive", "token_revoked", "token_expired"} {
		s.ws.RefuseToken(bot, code)
		if got := s.form("auth.test").code(); got != code {
			t.Errorf("refused token: %q, want %q", got, code)
		}
	}
	s.ws.RefuseToken(bot, "")
	s.ws.RevokeTokens()
	for _, r := range []reply{s.form("auth.test"), s.post("apps.connections.open", s.ws.AppToken(), "")} {
		if r.code() != "token_revoked" {
			t.Errorf("revoked: %s", r.raw)
		}
	}
	s.ws.RestoreTokens()
	if got := s.form("auth.test").code(); got != "" {
		t.Errorf("restored: %q", got)
	}
	s.ws.SetTokens("xoxb-new", "xapp-new")
	if got := s.post("auth.test", bot, "{}").code(); got != "invalid_auth" {
		t.Errorf("old token: %q", got)
	}
	if got := s.post("apps.connections.open", "xapp-new", "").code(); got != "" {
		t.Errorf("new token: %q", got)
	}
}

func TestAPI_scopes(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{Scopes: []string{"commands", "chat:write"}})
	r := s.form("users.info", "user", ana)
	if r.code() != "missing_scope" || r.text("needed") != "users:read" || r.text("provided") != "commands,chat:write" {
		t.Error(r.raw)
	}
	if r.header.Get("X-Oauth-Scopes") != "commands,chat:write" || r.header.Get("X-Accepted-Oauth-Scopes") != "users:read" {
		t.Errorf("headers %v", r.header)
	}
	for method, needed := range map[string]string{
		"conversations.info": "channels:read,groups:read,mpim:read,im:read", "usergroups.users.list": "usergroups:read",
		"files.getUploadURLExternal": "files:write", "conversations.list": "channels:read", "team.info": "team:read",
		"conversations.history": "channels:history,groups:history,mpim:history,im:history", "conversations.open": "im:write,mpim:write",
	} {
		if r := s.form(method, "channel", ops); r.code() != "missing_scope" || r.text("needed") != needed {
			t.Errorf("%s: %s", method, r.raw)
		}
	}
	s.ws.SetScopes("channels:read")
	if got := s.form("conversations.info", "channel", ops).code(); got != "" {
		t.Errorf("public channel: %q", got)
	}
	if r := s.form("conversations.info", "channel", board); r.text("needed") != "groups:read" {
		t.Errorf("private channel: %s", r.raw)
	}
	if got := s.form("chat.postMessage", "channel", ops, "text", "a").code(); got != "missing_scope" {
		t.Errorf("chat.postMessage: %q", got)
	}
}

func TestAPI_bodies(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	bot := s.ws.BotToken()
	r := s.post("chat.postMessage", bot, map[string]any{"channel": ops, "text": "json", "blocks": []any{map[string]any{"type": "divider"}}})
	if r.json["ok"] != true || r.json["warning"] != nil {
		t.Error(r.raw)
	}
	if got := s.post("chat.postMessage", bot, "{").code(); got != "invalid_json" {
		t.Errorf("half JSON: %q", got)
	}
	if got := s.post("chat.postMessage", bot, "[]").code(); got != "json_not_object" {
		t.Errorf("list: %q", got)
	}
	if r := s.form("chat.fly"); r.code() != "unknown_method" {
		t.Error(r.raw)
	}
	request, err := http.NewRequest(http.MethodPost, s.server.URL+"/api/auth.test", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+bot)
	request.Header.Set("Content-Type", "application/json")
	if r := s.do(request); r.text("warning") != "missing_charset" {
		t.Error(r.raw)
	}
}

func TestRate_channel(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{RateLimits: true})
	post := func(channel string) reply { return s.form("chat.postMessage", "channel", channel, "text", "a") }
	if r := post(ops); r.status != http.StatusOK {
		t.Error(r.raw)
	}
	r := post(ops)
	if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != "1" || r.code() != "ratelimited" {
		t.Errorf("%d %v %s", r.status, r.header, r.raw)
	}
	if r := post(board); r.status != http.StatusOK {
		t.Errorf("another channel: %s", r.raw)
	}
	s.ws.Advance(time.Second)
	if r := post(ops); r.status != http.StatusOK {
		t.Errorf("a second later: %s", r.raw)
	}
	if got := s.texts(ops, ana); got != "a|a" {
		t.Errorf("ana sees %q", got)
	}
	url := s.typed(ops)
	s.ws.Advance(2 * time.Second)
	if r := s.post(url, "", map[string]any{"text": "a", "response_type": "in_channel"}); r.status != http.StatusOK {
		t.Error(r.raw)
	}
	if r := s.post(url, "", map[string]any{"text": "a", "response_type": "in_channel"}); r.status != http.StatusTooManyRequests {
		t.Errorf("response_url in the same second: %d", r.status)
	}
	if r := s.post(url, "", map[string]any{"text": "whisper"}); r.status != http.StatusOK {
		t.Errorf("ephemeral answers are not limited: %d", r.status)
	}
}

func TestRate_tier(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{RateLimits: true})
	limited := 0
	for range 51 {
		r := s.post("apps.connections.open", s.ws.AppToken(), "")
		if r.status == http.StatusTooManyRequests {
			limited++
			if r.header.Get("Retry-After") != "2" { // 60 s for 50 calls, rounded up
				t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
			}
		}
	}
	if limited != 1 {
		t.Errorf("%d of 51 limited, want the last", limited)
	}
	if s.ws.Calls("apps.connections.open") != 51 {
		t.Errorf("%d calls", s.ws.Calls("apps.connections.open"))
	}
}

func TestFail_answers(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	post := func() reply { return s.form("chat.postMessage", "channel", ops, "text", "a") }
	s.ws.Fail("chat.postMessage", slack.Fault{Status: 429, RetryAfter: "banana", Times: 1})
	s.ws.Fail("*", slack.Fault{Error: "fatal_error", Times: 1})
	s.ws.Fail("chat.postMessage", slack.Fault{Status: 502, Body: "<html>Bad", Times: 1})
	if r := post(); r.status != 429 || r.header.Get("Retry-After") != "banana" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := post(); r.code() != "fatal_error" || r.status != 200 {
		t.Error(r.raw)
	}
	if r := post(); r.status != 502 || r.raw != "<html>Bad" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if got := s.texts(ops, ana); got != "" {
		t.Errorf("ana sees %q", got)
	}
	s.ws.Fail("chat.postMessage", slack.Fault{Error: "internal_error", AfterAccept: true, Times: 1})
	if r := post(); r.code() != "internal_error" || s.texts(ops, ana) != "a" {
		t.Errorf("%s; ana sees %q", r.raw, s.texts(ops, ana))
	}
	s.ws.Fail("chat.postMessage", slack.Fault{Delay: 20 * time.Millisecond, Times: 1})
	begun := time.Now()
	if r := post(); r.json["ok"] != true || time.Since(begun) < 20*time.Millisecond {
		t.Errorf("after %v: %s", time.Since(begun), r.raw)
	}
	if len(s.ws.Refusals()) != 0 {
		t.Errorf("injected faults count as refusals: %v", s.kinds())
	}
	s.ws.Fail("chat.postMessage", slack.Fault{Error: "ratelimited"})
	s.ws.ClearFaults()
	if r := post(); r.json["ok"] != true {
		t.Error(r.raw)
	}
}

func TestFail_connection(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.Fail("chat.postMessage", slack.Fault{Drop: true, AfterAccept: true, Times: 1})
	s.ws.Fail("chat.postMessage", slack.Fault{TruncateAt: 5, Times: 1})
	for i := range 2 {
		request, err := http.NewRequest(http.MethodPost, s.server.URL+"/api/chat.postMessage", strings.NewReader("channel="+ops+"&text=a&token="+s.ws.BotToken()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := s.client.Do(request)
		body := make([]byte, 100)
		n := 0
		if err == nil {
			n, err = response.Body.Read(body)
			for err == nil && n < len(body) {
				var more int
				more, err = response.Body.Read(body[n:])
				n += more
			}
			response.Body.Close()
		}
		if err == nil || err.Error() == "EOF" || n != i*5 {
			t.Errorf("call %d: %d bytes, %v", i, n, err)
		}
	}
	if got := s.texts(ops, ana); got != "a|a" {
		t.Errorf("both were accepted; ana sees %q", got)
	}
}

// TestFail_probability: a share of calls, the same ones for the same seed.
func TestFail_probability(t *testing.T) {
	t.Parallel()
	run := func() (pattern string) {
		s := setup(t, slack.Options{Seed: 7})
		s.ws.Fail("auth.test", slack.Fault{Error: "fatal_error", Probability: 0.3})
		for range 60 {
			pattern += map[bool]string{true: "x", false: "."}[s.form("auth.test").code() != ""]
		}
		return pattern
	}
	first := run()
	if n := strings.Count(first, "x"); n < 8 || n > 30 {
		t.Errorf("%d of 60 fail: %s", n, first)
	}
	if second := run(); second != first {
		t.Errorf("another run differs: %s, %s", first, second)
	}
}

// TestTraffic_masked: what the developer panel shows holds no secret.
func TestTraffic_masked(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.dial().ackAll(nil)
	opened := s.post("apps.connections.open", s.ws.AppToken(), "").text("url")
	url := s.typed(ops)
	s.post(url, "", map[string]any{"text": "hello"})
	s.form("chat.postMessage", "channel", ops, "text", "leak "+s.ws.BotToken())
	upload := s.form("files.getUploadURLExternal", "filename", "a.csv", "length", "3").text("upload_url")
	ticket := opened[strings.Index(opened, "ticket=")+len("ticket="):]
	names := map[string]bool{}
	last := 0
	for _, f := range s.ws.Traffic(0) {
		names[f.Name] = true
		for _, secret := range []string{s.ws.BotToken(), s.ws.AppToken(), ticket, url[strings.LastIndex(url, "/")+1:], upload[strings.LastIndex(upload, "/")+1:]} {
			if strings.Contains(f.Body+f.Name, secret) {
				t.Errorf("%s holds %s", f.Name, secret)
			}
		}
		if f.Seq != last+1 || f.At.IsZero() {
			t.Errorf("frame %d after %d at %v", f.Seq, last, f.At)
		}
		last = f.Seq
	}
	for _, name := range []string{"hello", "slash_commands", "ack", "chat.postMessage", "apps.connections.open"} {
		if !names[name] {
			t.Errorf("no frame %s in %v", name, names)
		}
	}
	if got := s.ws.Traffic(last - 1); len(got) != 1 {
		t.Errorf("%d frames since %d", len(got), last-1)
	}
	quiet := setup(t, slack.Options{KeepTraffic: -1})
	quiet.form("auth.test")
	if got := len(quiet.ws.Traffic(0)); got != 0 {
		t.Errorf("%d frames kept", got)
	}
}
