package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// direct is an HTTP transport without a network, so that time can be made up.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if recover() != nil {
			response, err = nil, io.EOF
		}
	}()
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// A thousand deliveries in two hundred channels, under Slack's limits: none is
// refused, so nothing goes faster than they allow; and they take no longer than
// the workspace's limit asks for.
func TestRun_is_as_fast_as_Slack_allows_and_no_faster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const channels, each = 200, 5
		ws := slack.New(slack.Options{RateLimits: true})
		defer ws.Close()
		db := storetest.Open(t, storetest.SQLite(t))
		defer db.Close()
		box, err := New(Options{
			Store: db, Owner: "one", APIURL: "http://slack.test/api/", HTTP: &http.Client{Transport: direct{ws.Handler()}},
			Token:  func() (string, error) { return ws.BotToken(), nil },
			Render: map[string]func(context.Context, store.Delivery) (formatting.Message, error){"digest": plainly},
		})
		if err != nil {
			t.Fatal(err)
		}
		var rows []store.Delivery
		for i := range each {
			for c := range channels {
				id := fmt.Sprintf("C%03d", c)
				if i == 0 {
					ws.AddChannel(slack.Channel{ID: id, Name: id, Members: []string{ws.BotUserID()}})
				}
				rows = append(rows, store.Delivery{Kind: store.NewMessage, Channel: id, What: "digest", Body: fmt.Append(nil, i)})
			}
		}
		if err := db.Enqueue(t.Context(), time.Now(), rows...); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := box.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		t.Logf("1,000 deliveries in 200 channels took %v", took)
		if took < 195*time.Second || took > 210*time.Second {
			t.Errorf("it took %v, want 200 s", took)
		}
		if refused := ws.Refusals(); len(refused) != 0 {
			for _, r := range refused[:1] {
				t.Errorf("%d refusals, the first %s %s", len(refused), r.Kind, r.Code)
			}
		}
		spaced(t, ws, channels, each)
	})
}

// spaced checks the messages' own time stamps.
func spaced(t *testing.T, ws *slack.Workspace, channels, each int) {
	t.Helper()
	var all []float64
	for c := range channels {
		last := 0.0
		got := ws.Messages(fmt.Sprintf("C%03d", c), "")
		for i, m := range got {
			var at float64
			if _, err := fmt.Sscan(m.TS, &at); err != nil {
				t.Fatal(err)
			}
			if m.Text != fmt.Sprint(i) || i > 0 && at-last < 0.999 {
				t.Errorf("C%03d: message %d is %q, %.3f s after the one before", c, i, m.Text, at-last)
			}
			last = at
			all = append(all, at)
		}
		if len(got) != each {
			t.Errorf("C%03d has %d messages", c, len(got))
		}
	}
	slices.Sort(all)
	for i := 300; i < len(all); i++ {
		if all[i]-all[i-300] < 59 {
			t.Errorf("301 messages in %.1f s", all[i]-all[i-300])
			return
		}
	}
}

// S7: whatever goes wrong, the token and the text stay out of the log.
func TestRun_logs_no_secret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFile, soon)
	token := w.slack.BotToken()
	for _, f := range []slack.Fault{
		{Drop: true, Times: 1},
		{Status: 500, Body: token, Times: 1},
		{Body: "<html>" + token, Times: 1},
		{Error: token, Times: 1},
		{Status: 429, RetryAfter: token, Times: 1},
		{Body: token, ContentType: token, Times: 1},
		{Error: "invalid_blocks", Times: 9},
		{TruncateAt: 9, Times: 1},
	} {
		w.slack.Fail("chat.postMessage", f)
	}
	w.slack.Fail("conversations.history", slack.Fault{Body: token, Times: 2})
	w.slack.Fail("upload", slack.Fault{Drop: true, Times: 1})
	for range 4 {
		w.fileOf(w.say("Contoso canary", "C1", "C2", "C3", "C9")[0])
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if err := w.box.Run(ctx); err != nil {
		t.Error(err)
	}
	for _, secret := range []string{token, "canary", "upload/v1", "sandboxbottoken"} {
		if bytes.Contains([]byte(w.log.String()), []byte(secret)) {
			t.Errorf("%q is in the log:\n%s", secret, w.log.String())
		}
	}
	if w.log.String() == "" {
		t.Error("nothing was logged")
	}
}

func TestNew_wants_what_it_needs(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	token := func() (string, error) { return "", errors.New("none") }
	for name, o := range map[string]Options{
		"no store": {Owner: "one", Token: token}, "no owner": {Store: db, Token: token}, "no token": {Store: db, Owner: "one"},
		"a wait in the past": {Store: db, Owner: "one", Token: token, Wait: -1}, "a rate of less than none": {Store: db, Owner: "one", Token: token, PerSecond: -1},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	box, err := New(Options{Store: db, Owner: "one", Token: token})
	if err != nil || box.limit != 10*time.Second || box.lease != 30*time.Second || box.options.Wait != 45*time.Second || box.options.APIURL != "https://slack.com/api/" {
		t.Errorf("%+v, %v", box, err)
	}
}
