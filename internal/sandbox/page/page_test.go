package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestSession_saysWhoIsWho(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{
		Team: "Northbridge", Command: "/bo", UserID: ana, ChannelID: review,
		Words: []Word{{Name: "help", About: "what one can ask"}}, Suggest: func() []string { return []string{"Contoso"} },
	})
	s.ws.AddUser(slack.User{ID: "U0DEL", Name: "del", Deleted: true})
	s.ws.AddUser(slack.User{ID: "U0MEM", Name: "mem"})
	s.ws.AddUser(slack.User{ID: "U0OWN", Name: "own", IsOwner: true, IsAdmin: true})
	if _, err := s.ws.OpenIM(ana); err != nil {
		t.Fatal(err)
	}

	var got sessionJSON
	s.get("/api/session", &got)
	roles := map[string]string{}
	for _, u := range got.Users {
		roles[u.ID] = u.Role
	}
	kinds := map[string]string{}
	for _, c := range got.Channels {
		if c.Kind == "direct" {
			c.Name = "direct"
		}
		kinds[c.Name] = c.Kind
	}
	want := map[string]string{
		ana: "admin", gus: "guest", eve: "outsider", "U0DEL": "deactivated", "U0MEM": "member", "U0OWN": "owner", s.ws.BotUserID(): "bot",
	}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	wantKinds := map[string]string{"backup-review": "public", "den": "private", "ext-fabrikam": "shared", "direct": "direct"}
	if diff := cmp.Diff(wantKinds, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if got.Command != "/bo" || got.Team.Name != "Northbridge" || got.First != (firstJSON{ana, review}) || len(got.Words) != 1 || got.Names[0] != "Contoso" {
		t.Errorf("session is %+v", got)
	}
}

func TestMessages_showOnlyWhatThePersonSees(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	bot := s.ws.BotToken()
	s.call("chat.postMessage", bot, map[string]any{"channel": den, "text": "in the den"}, nil)
	s.call("chat.postMessage", bot, map[string]any{
		"channel": shared, "text": "for all", "blocks": []any{map[string]any{"type": "divider"}},
	}, nil)
	s.call("chat.postEphemeral", bot, map[string]any{"channel": shared, "user": ana, "text": "for ana"}, nil)

	cases := map[string][]string{
		"channel=" + den + "&as=" + ana:    {"in the den"},
		"channel=" + den + "&as=" + gus:    {},
		"channel=" + den + "&as=":          {}, // nobody is not everybody
		"channel=" + den:                   {},
		"channel=" + shared + "&as=" + ana: {"for all", "for ana"},
		"channel=" + shared + "&as=" + eve: {"for all"},
		"channel=C0NONE&as=" + ana:         {},
	}
	for query, want := range cases {
		var got struct{ Messages []messageJSON }
		s.get("/api/messages?"+query, &got)
		texts := []string{}
		for _, m := range got.Messages {
			texts = append(texts, m.Text)
			if m.Ephemeral != (m.Text == "for ana") || m.UserID != s.ws.BotUserID() {
				t.Errorf("%s: %+v", query, m)
			}
		}
		if diff := cmp.Diff(want, texts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestSlash_sendsWhatSlackSendsAndTellsFailures(t *testing.T) {
	t.Parallel()
	s := setupImpatient(t, Options{Command: "/bo"}, 500*time.Millisecond)
	command := `{"as":"U0ANA","channel":"C0REVIEW","text":"\"contoso.com\" & co"}`

	if got := s.post("/api/slash", command); got.status != http.StatusOK || !strings.Contains(got.body, `"dispatch_failed"`) {
		t.Errorf("without a socket: %d %s", got.status, got.body)
	}
	a := s.connect()
	if got := s.post("/api/slash", command); !strings.Contains(got.body, `"operation_timeout"`) {
		t.Errorf("without an ack: %d %s", got.status, got.body)
	}
	a.read()

	done := make(chan response, 1)
	go func() { done <- s.post("/api/slash", command) }()
	e := a.take(nil)
	if want := "“<http://contoso.com|contoso.com>” &amp; co"; e.Type != "slash_commands" || e.Payload.Text != want || e.Payload.UserID != ana {
		t.Errorf("envelope is %+v, want text %q", e, want)
	}
	if got := <-done; got.status != http.StatusOK || strings.Contains(got.body, "error") {
		t.Errorf("acknowledged: %d %s", got.status, got.body)
	}
	if got := s.post("/api/slash", `{"as":"U0NONE","channel":"C0REVIEW","text":""}`); got.status != http.StatusNotFound {
		t.Errorf("unknown person: %d %s", got.status, got.body)
	}
}

func TestClick_reachesTheApp(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	a := s.connect()
	var posted struct{ TS string }
	s.call("chat.postMessage", s.ws.BotToken(), map[string]any{"channel": review, "text": "buttons", "blocks": []any{map[string]any{
		"type": "actions", "block_id": "b", "elements": []any{map[string]any{
			"type": "button", "action_id": "refresh", "value": "v1", "text": map[string]any{"type": "plain_text", "text": "Refresh"},
		}},
	}}}, &posted)
	click := func(ts string) string {
		return fmt.Sprintf(`{"as":%q,"channel":%q,"message_ts":%q,"block_id":"b","action_id":"refresh","value":"v1","values":["v1"]}`, ana, review, ts)
	}

	done := make(chan response, 1)
	go func() { done <- s.post("/api/click", click(posted.TS)) }()
	e := a.take(nil)
	if len(e.Payload.Actions) != 1 || e.Payload.Actions[0].ActionID != "refresh" || e.Payload.Actions[0].Value != "v1" {
		t.Errorf("envelope is %+v", e)
	}
	if got := <-done; strings.Contains(got.body, "error") {
		t.Errorf("click: %d %s", got.status, got.body)
	}
	if got := s.post("/api/click", click("1.000001")); !strings.Contains(got.body, `"no_such_element"`) {
		t.Errorf("click on nothing: %d %s", got.status, got.body)
	}
}

func TestViews_submitErrorsAndClose(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	a := s.connect()
	openModal(s, a)

	var open struct{ Views []viewJSON }
	s.get("/api/views?as="+ana, &open)
	if len(open.Views) != 1 || !json.Valid(open.Views[0].View) {
		t.Fatalf("views are %+v", open.Views)
	}
	var others struct{ Views []viewJSON }
	if s.get("/api/views?as="+gus, &others); len(others.Views) != 0 {
		t.Errorf("the guest sees %+v", others.Views)
	}
	submit := fmt.Sprintf(`{"as":%q,"view":%q,"inputs":{"at/at":["25:00"]}}`, ana, open.Views[0].ID)
	answer := func(payload any) response {
		done := make(chan response, 1)
		go func() { done <- s.post("/api/submit", submit) }()
		e := a.take(payload)
		if got := e.Payload.View.State.Values["at"]["at"].Value; got != "25:00" {
			t.Errorf("submitted %q", got)
		}
		return <-done
	}
	if got := answer(map[string]any{"response_action": "errors", "errors": map[string]any{"at": "No such time."}}); !strings.Contains(got.body, `{"at":"No such time."}`) {
		t.Errorf("errors: %s", got.body)
	}
	if got := answer(map[string]any{"response_action": "errors", "errors": map[string]any{"note": "x"}}); !strings.Contains(got.body, "trouble_connecting") {
		t.Errorf("errors of no input: %s", got.body)
	}
	answer(nil)
	if s.get("/api/views?as="+ana, &open); len(open.Views) != 0 {
		t.Errorf("still open: %+v", open.Views)
	}
}

// openModal opens a form with one input for ana.
func openModal(s *stage, a *app) {
	s.t.Helper()
	done := make(chan response, 1)
	go func() { done <- s.post("/api/slash", `{"as":"U0ANA","channel":"C0REVIEW","text":"subscribe"}`) }()
	e := a.take(nil)
	<-done
	showModal(s, e.Payload.TriggerID)
}

func showModal(s *stage, triggerID string) {
	s.t.Helper()
	text := func(t string) map[string]any { return map[string]any{"type": "plain_text", "text": t} }
	s.call("views.open", s.ws.BotToken(), map[string]any{"trigger_id": triggerID, "view": map[string]any{
		"type": "modal", "title": text("Subscribe"), "submit": text("Order"), "blocks": []any{map[string]any{
			"type": "section", "block_id": "note", "text": text("A digest for this channel."),
		}, map[string]any{
			"type": "input", "block_id": "at", "label": text("Time"),
			"element": map[string]any{"type": "plain_text_input", "action_id": "at"},
		}},
	}}, nil)
}

func TestSay_isEscapedAsSlackDoes(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	s.post("/api/say", `{"as":"U0ANA","channel":"C0REVIEW","text":"<!channel> & <b>"}`)
	if got := s.ws.Messages(review, ana); len(got) != 1 || got[0].Text != "&lt;!channel&gt; &amp; &lt;b&gt;" {
		t.Errorf("messages are %+v", got)
	}
}

func TestFile_goesToWhoIsInTheChannel(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	bot := s.ws.BotToken()
	var place struct {
		URL string `json:"upload_url"`
		ID  string `json:"file_id"`
	}
	s.call("files.getUploadURLExternal", bot, map[string]any{"filename": "gaps \"1\".csv", "length": 8}, &place)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, place.URL, strings.NewReader("a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	uploaded, err := s.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	uploaded.Body.Close()
	s.call("files.completeUploadExternal", bot, map[string]any{"files": []any{map[string]any{"id": place.ID, "title": "Gaps"}}, "channel_id": den}, nil)

	var got struct{ Messages []messageJSON }
	s.get("/api/messages?channel="+den+"&as="+ana, &got)
	if diff := cmp.Diff([]fileJSON{{ID: place.ID, Name: `gaps "1".csv`, Title: "Gaps", Bytes: 8}}, got.Messages[0].Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	file := s.do(http.MethodGet, "/api/file?id="+place.ID+"&as="+ana, "", nil)
	if file.body != "a,b\n1,2\n" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment;") || file.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("file: %d %q %v", file.status, file.body, file.header)
	}
	for _, who := range []string{gus, eve, ""} {
		if got := s.do(http.MethodGet, "/api/file?id="+place.ID+"&as="+who, "", nil); got.status != http.StatusNotFound {
			t.Errorf("%q gets %d %q", who, got.status, got.body)
		}
	}
}

func TestTraffic_hidesSecretsAndContinues(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	a := s.connect()
	a.say(review, "hello")
	done := make(chan response, 1)
	go func() { done <- s.post("/api/slash", `{"as":"U0ANA","channel":"C0REVIEW","text":""}`) }()
	responseURL := a.take(nil).Payload.ResponseURL
	<-done
	s.answer(responseURL, "answered", false)
	var all struct{ Frames []frameJSON }
	s.get("/api/traffic", &all)
	if len(all.Frames) < 5 {
		t.Fatalf("%d frames", len(all.Frames))
	}
	body := s.do(http.MethodGet, "/api/traffic?since=0", "", nil).body
	for _, secret := range []string{s.ws.BotToken(), s.ws.AppToken(), responseURL[strings.LastIndexByte(responseURL, '/')+1:]} {
		if strings.Contains(body, secret) {
			t.Errorf("the traffic holds the secret %s", secret)
		}
	}
	var later struct{ Frames []frameJSON }
	if s.get(fmt.Sprintf("/api/traffic?since=%d", all.Frames[2].Seq), &later); len(later.Frames) == 0 || later.Frames[0].Seq != all.Frames[2].Seq+1 {
		t.Errorf("after frame %d come %+v", all.Frames[2].Seq, later.Frames)
	}
	var at float64
	if _, err := fmt.Sscanf(all.Frames[0].At, "%f", &at); err != nil || time.Since(time.UnixMilli(int64(at*1000))) > time.Minute {
		t.Errorf("a frame's time is %q", all.Frames[0].At)
	}
}

func TestActs_refuseWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	for _, path := range []string{"/api/slash", "/api/say", "/api/click", "/api/submit", "/api/close"} {
		for _, body := range []string{``, `[]`, `{"as":1}`, `{"unknown":true}`, `{"text":"` + strings.Repeat("x", largest) + `"}`} {
			if got := s.post(path, body); got.status != http.StatusBadRequest {
				t.Errorf("POST %s %.20s: %d %s", path, body, got.status, got.body)
			}
		}
		if got := s.do(http.MethodGet, path, "", nil); got.status != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d", path, got.status)
		}
	}
}
