package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

func TestRun_sends_what_is_due_and_returns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := w.say("hello", "C1", "C2")
	w.run(w.box)
	w.once("C1", "hello")
	w.once("C2", "hello")
	m := w.slack.Messages("C1", "")[0]
	var metadata struct {
		Type    string            `json:"event_type"`
		Payload map[string]string `json:"event_payload"`
	}
	if err := json.Unmarshal(m.Metadata, &metadata); err != nil || metadata.Type != "bkp" || len(metadata.Payload) != 1 || metadata.Payload["d"] != rows[0].ID {
		t.Errorf("metadata %s, %v", m.Metadata, err)
	}
	if s := w.stats(); s.Pending+s.Sending != 0 || s.Sent24h != 2 {
		t.Errorf("%+v", s)
	}
	if s := w.box.Stats(); s.Sent != 2 || s.Ambiguous != 0 || len(s.Refused) != 0 {
		t.Errorf("%+v", s)
	}
	if n := w.slack.Calls("chat.postMessage"); n != 2 {
		t.Errorf("%d calls", n)
	}
	for _, f := range w.slack.Traffic(0) {
		if f.ToSlack && f.Name == "chat.postMessage" {
			for _, want := range []string{`"parse":"none"`, `"unfurl_links":"false"`, `"unfurl_media":"false"`, `"client_msg_id":"`} {
				if !strings.Contains(strings.ReplaceAll(f.Body, `": "`, `":"`), want) {
					t.Errorf("%s is missing in %s", want, f.Body)
				}
			}
			if strings.Contains(f.Body, "link_names") {
				t.Error(f.Body)
			}
		}
	}
}

func TestClientID_is_a_UUID_of_version_5(t *testing.T) {
	t.Parallel()
	a, b := clientID("A"), clientID("B")
	if a == b || a != clientID("A") || len(a) != 36 || a[14] != '5' || !strings.ContainsRune("89ab", rune(a[19])) {
		t.Errorf("%s %s", a, b)
	}
}

func TestRun_keeps_the_order_of_a_channel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []string
	for i := range 30 {
		want = append(want, fmt.Sprint(i))
		w.say(fmt.Sprint(i), "C1")
	}
	w.run(w.box)
	w.once("C1", want...)
}

// F1, F2: the lane waits as long as Slack says, or 30 s; the others go on.
func TestRun_waits_as_long_as_Slack_says(t *testing.T) {
	t.Parallel()
	for after, least := range map[string]time.Duration{"1": time.Second, "soon": 30 * time.Second, "": 30 * time.Second, "0": 30 * time.Second} {
		t.Run("after "+after, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.slack.Fail("chat.postMessage", slack.Fault{Status: 429, RetryAfter: after, Channel: "C1", Times: 1})
			w.say("one", "C1")
			w.say("two", "C1", "C2", "C3")
			began := time.Now()
			w.until(w.box, func() bool {
				return len(w.texts("C2"))+len(w.texts("C3")) == 2 && w.box.Stats().Refused["ratelimited"] == 1
			})
			w.once("C1")
			w.once("C2", "two")
			w.once("C3", "two")
			if s := w.box.Stats(); s.Refused["ratelimited"] != 1 || s.Ambiguous != 0 {
				t.Errorf("%+v", s)
			}
			rows, err := w.store.ClaimDeliveries(t.Context(), "other", 9, time.Second, began.Add(least-100*time.Millisecond))
			if err != nil || len(rows) != 0 {
				t.Errorf("it may go before %v: %v, %v", least, rows, err)
			}
			if after != "1" {
				return
			}
			w.settle(w.box)
			w.once("C1", "one", "two")
		})
	}
}

// F1: 30 % 429 over many messages: nothing lost, nothing doubled, order kept.
func TestRun_lives_with_many_429s(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, slack.Options{Seed: 7}, func(o *Options) { o.PerChannel = 100 })
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "ratelimited", Status: 429, RetryAfter: "1", Probability: 0.3, Times: 6})
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprint(i))
		w.say(fmt.Sprint(i), "C1", "C2")
	}
	w.settle(w.box)
	w.once("C1", want...)
	w.once("C2", want...)
}

// F3: a workspace that has used up its messages waits for an hour, and is told.
func TestRun_waits_an_hour_for_messages_that_are_used_up(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "message_limit_exceeded", Times: 1})
	w.say("hello", "C1")
	w.run(w.box)
	s := w.box.Stats()
	if s.Halted != "message_limit_exceeded" || time.Until(s.HaltedUntil) < 59*time.Minute {
		t.Errorf("%+v", s)
	}
	calls := w.slack.Calls("chat.postMessage")
	w.run(w.box)
	if n := w.slack.Calls("chat.postMessage"); n != calls {
		t.Errorf("%d calls while it waits", n-calls)
	}
	later := w.outbox("later", func(o *Options) { o.Now = func() time.Time { return time.Now().Add(61 * time.Minute) } })
	w.run(later)
	w.once("C1", "hello")
	if told := w.texts("C9"); len(told) != 1 || !strings.Contains(told[0], "messages") {
		t.Errorf("told %q", told)
	}
}

// F9, F27: all lanes wait while the token is refused, and go on by themselves.
func TestRun_waits_while_the_token_is_refused(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"invalid_auth", "token_revoked", "account_inactive", "token_expired", "not_authed", "org_login_required", "team_added_to_org"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			var ahead time.Duration
			w := newWorld(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(ahead) } })
			w.slack.RefuseToken(w.slack.BotToken(), code)
			w.say("hello", "C1", "C2", "C3")
			w.run(w.box)
			s := w.box.Stats()
			if s.Halted != code || s.HaltedUntil.IsZero() {
				t.Errorf("%+v", s)
			}
			calls := w.slack.Calls("chat.postMessage")
			w.run(w.box)
			if n := w.slack.Calls("chat.postMessage") + w.slack.Calls("auth.test"); n != calls {
				t.Errorf("%d calls while it waits", n-calls)
			}
			ahead = time.Until(s.HaltedUntil) + time.Second
			w.run(w.box) // refused once more, by a question
			if n := w.slack.Calls("chat.postMessage"); n != calls {
				t.Errorf("%d messages tried", n-calls)
			}
			if s := w.stats(); s.Pending != 3 || s.Dead != 0 {
				t.Errorf("%+v", s)
			}
			w.slack.RestoreTokens()
			ahead += 3 * time.Hour
			w.run(w.box)
			for _, c := range []string{"C1", "C2", "C3"} {
				w.once(c, "hello")
			}
			if s := w.box.Stats(); s.Halted != "" {
				t.Errorf("%+v", s)
			}
			w.log.has(t, code, "Slack refuses the app", "again")
		})
	}
}

// F9: a new token is tried at once.
func TestRun_takes_a_new_token_at_once(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.slack.BotToken()
	token := old
	box := w.outbox("tokens", func(o *Options) { o.Token = func() (string, error) { return token, nil } })
	w.slack.SetTokens("xox"+"b-2-new", w.slack.AppToken())
	w.say("hello", "C1")
	w.run(box)
	w.once("C1")
	token = w.slack.BotToken()
	time.Sleep(10 * time.Millisecond)
	later := time.Now().Add(2 * time.Minute)
	box.now = func() time.Time { return later }
	w.run(box)
	w.once("C1", "hello")
	if strings.Contains(w.log.String(), old) || strings.Contains(w.log.String(), token) {
		t.Error("a token is in the log")
	}
}

func TestRun_does_nothing_before_the_bot_is_signed_in(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Token = func() (string, error) { return "", errors.New("not yet") } })
	w.say("hello", "C1")
	w.run(w.box)
	if s := w.stats(); s.Pending != 1 || w.slack.Calls("chat.postMessage") != 0 {
		t.Errorf("%+v", s)
	}
}

// F18: down the ladder, then given up and told.
func TestRun_sends_a_simpler_form_of_what_Slack_refuses(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "only_one_table_allowed", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, withTable)
			w.slack.Fail("chat.postMessage", slack.Fault{Error: code, Times: 1})
			w.put(store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "table"})
			w.run(w.box)
			got := w.slack.Messages("C1", "")
			if len(got) != 1 || strings.Contains(string(got[0].Blocks), `"table"`) || got[0].Blocks == nil {
				t.Errorf("%d messages, blocks %s", len(got), got[0].Blocks)
			}
			if s := w.box.Stats(); s.Refused[code] != 1 || s.Sent != 1 {
				t.Errorf("%+v", s)
			}
			w.log.has(t, "simpler form", code)
		})
	}
}

func TestRun_gives_up_what_Slack_refuses_as_plain_text_too(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withTable)
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "invalid_blocks", Channel: "C1"})
	w.put(store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "table"})
	w.say("hello", "C2")
	w.run(w.box)
	if n := w.slack.Calls("chat.postMessage"); n != 5 { // three forms, hello, the notice
		t.Errorf("%d calls", n)
	}
	if s := w.stats(); s.Dead != 1 || w.box.Stats().Dead != 1 {
		t.Errorf("%+v", s)
	}
	if told := w.texts("C9"); len(told) != 1 || !strings.Contains(told[0], "C1") {
		t.Errorf("told %q", told)
	}
	w.once("C2", "hello")
}

// F18: metadata that Slack does not take is left out, not the blocks.
func TestRun_leaves_out_metadata_that_Slack_refuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withTable)
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "metadata_too_large", Times: 1})
	w.put(store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "table"})
	w.run(w.box)
	if got := w.slack.Messages("C1", ""); len(got) != 1 || got[0].Metadata != nil || !strings.Contains(string(got[0].Blocks), `"table"`) {
		t.Errorf("%+v", got)
	}
}

// withTable renders "table" as a table, whose simpler form has none.
func withTable(o *Options) {
	o.Render["table"] = func(context.Context, store.Delivery) (formatting.Message, error) {
		cell := sdk.NewTableRawTextCell
		table := sdk.NewTableBlock("")
		table.AddRow(cell("Customer"), cell("Gap"))
		table.AddRow(cell("Contoso"), cell("3"))
		return formatting.Message{Text: "a table", Blocks: []sdk.Block{table}}, nil
	}
}

// F17, F26: a message that is gone is posted anew, once, and said so.
func TestRun_posts_anew_what_is_gone(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"message_not_found", "cant_update_message", "edit_window_closed"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			root := w.say("first", "C1")[0]
			w.run(w.box)
			if code == "message_not_found" {
				w.slack.Erase("C1", w.slack.Messages("C1", "")[0].TS)
			} else {
				w.slack.Fail("chat.update", slack.Fault{Error: code, Times: 1})
			}
			edit := func(step int64, text string) {
				w.put(store.Delivery{Kind: store.EditMessage, Channel: "C1", Root: root.ID, Step: step, What: "alert", Body: []byte(text)})
				w.run(w.box)
			}
			edit(1, "second")
			edit(2, "third")
			got := w.texts("C1")
			if code != "message_not_found" {
				got = got[1:]
			}
			if len(got) != 1 || got[0] != "third" {
				t.Errorf("%q", w.texts("C1"))
			}
			for _, f := range w.slack.Traffic(0) {
				if f.ToSlack && f.Name == "chat.postMessage" && strings.Contains(f.Body, "second") && !strings.Contains(f.Body, "Re-posted") {
					t.Errorf("not said to be posted anew: %s", f.Body)
				}
			}
			if n := w.slack.Calls("chat.postMessage"); n != 2 {
				t.Errorf("%d posted", n)
			}
		})
	}
}

func TestRun_edits_and_replies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.say("first", "C1")[0]
	w.put(store.Delivery{Kind: store.ThreadReply, Channel: "C1", Root: root.ID, What: "alert", Body: []byte("reply")})
	w.run(w.box)
	w.put(store.Delivery{Kind: store.EditMessage, Channel: "C1", Root: root.ID, Step: 1, What: "alert", Body: []byte("changed")})
	w.run(w.box)
	got := w.slack.Messages("C1", "")
	if len(got) != 2 || got[0].Text != "changed" || got[1].ThreadTS != got[0].TS || got[1].Text != "reply" {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(string(got[0].Metadata), root.ID) {
		t.Errorf("the edit changed the metadata: %s", got[0].Metadata)
	}
	w.put(store.Delivery{Kind: store.BroadcastReply, Channel: "C1", Root: root.ID, What: "alert", Body: []byte("for all")})
	w.run(w.box)
	if all := w.slack.Messages("C1", ""); len(all) != 3 || all[2].ThreadTS != got[0].TS || !all[2].Broadcast || all[1].Broadcast {
		t.Errorf("%+v", all)
	}
	w.slack.Erase("C1", got[0].TS)
	w.put(store.Delivery{Kind: store.ThreadReply, Channel: "C1", Root: root.ID, What: "alert", Body: []byte("late reply")})
	w.settle(w.box)
	got = w.slack.Messages("C1", "")
	if last := got[len(got)-1]; last.ThreadTS != "" || !strings.HasPrefix(last.Text, "Re-posted") || !strings.HasSuffix(last.Text, "late reply") {
		t.Errorf("%+v", last)
	}
}

// What was said to a person changes too, though chat.update takes no user for a
// channel.
func TestRun_edits_and_replies_to_a_person(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.say("first", "U1")[0]
	w.run(w.box)
	w.put(store.Delivery{Kind: store.EditMessage, Channel: "U1", Root: root.ID, Step: 1, What: "alert", Body: []byte("changed")})
	w.put(store.Delivery{Kind: store.ThreadReply, Channel: "U1", Root: root.ID, What: "alert", Body: []byte("reply")})
	w.settle(w.box)
	var got []slack.Message
	for _, c := range w.slack.Channels() {
		if c.IsIM {
			got = w.slack.Messages(c.ID, "U1")
		}
	}
	if len(got) != 2 || got[0].Text != "changed" || got[1].Text != "reply" || got[1].ThreadTS != got[0].TS {
		t.Errorf("%+v", got)
	}
}

// F19: without the scope for files there are no files, and the rest works.
func TestRun_names_the_scope_that_is_missing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFile)
	w.slack.SetScopes("chat:write", "channels:read", "channels:history")
	w.fileOf(w.say("digest", "C1")[0])
	w.settle(w.box)
	w.once("C1", "digest")
	if told := w.slack.Messages("C9", ""); len(told) != 1 || !strings.Contains(string(told[0].Blocks), "files:write") {
		t.Errorf("told %+v", told)
	}
	if s := w.stats(); s.Dead != 1 {
		t.Errorf("%+v", s)
	}
	w.log.has(t, "files:write")
}

// F19: without the scope for messages everything waits, and nothing is lost.
func TestRun_waits_for_the_scope_to_post(t *testing.T) {
	t.Parallel()
	var ahead time.Duration
	w := newWorld(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(ahead) } })
	w.slack.SetScopes("channels:read")
	w.say("hello", "C1")
	w.run(w.box)
	if s := w.box.Stats(); s.Halted != "missing_scope" {
		t.Errorf("%+v", s)
	}
	w.log.has(t, "chat:write")
	w.slack.SetScopes("chat:write")
	ahead = time.Hour
	w.run(w.box)
	w.once("C1", "hello")
}

// withFile makes the file of "csv".
func withFile(o *Options) {
	o.Files = map[string]func(context.Context, store.Delivery) (string, func(io.Writer) error, error){
		"csv": func(context.Context, store.Delivery) (string, func(io.Writer) error, error) {
			return "digest.csv", func(w io.Writer) error { _, err := io.WriteString(w, "a;b\n1;2\n"); return err }, nil
		},
	}
}

// fileOf enqueues a file in the thread of a message.
func (w *world) fileOf(root store.Delivery) {
	w.put(store.Delivery{Kind: store.ThreadFile, Channel: root.Channel, Root: root.ID, What: "csv"})
}

func TestRun_puts_a_file_into_the_thread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFile)
	w.fileOf(w.say("digest", "C1")[0])
	w.settle(w.box)
	got := w.slack.Messages("C1", "")
	if len(got) != 2 || got[1].ThreadTS != got[0].TS || len(got[1].FileIDs) != 1 {
		t.Fatalf("%+v", got)
	}
	if files := w.slack.Files(); len(files) != 1 || string(files[0].Content) != "a;b\n1;2\n" || files[0].Name != "digest.csv" {
		t.Errorf("%+v", files)
	}
}

// A file whose upload fails was seen by nobody, and one whose sharing has an
// unknown outcome is looked up by its id.
func TestRun_shares_a_file_once(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		method string
		fault  slack.Fault
	}{
		"no URL":           {"files.getUploadURLExternal", slack.Fault{Status: 503, Times: 2}},
		"no upload":        {"upload", slack.Fault{Drop: true, Times: 2}},
		"shared, no word":  {"files.completeUploadExternal", slack.Fault{AfterAccept: true, Drop: true, Times: 1}},
		"shared, half":     {"files.completeUploadExternal", slack.Fault{TruncateAt: 20, Times: 1}},
		"not shared":       {"files.completeUploadExternal", slack.Fault{Status: 503, Times: 1}},
		"shared, 5xx":      {"files.completeUploadExternal", slack.Fault{AfterAccept: true, Status: 502, Times: 1}},
		"limited":          {"files.completeUploadExternal", slack.Fault{Status: 429, RetryAfter: "1", Times: 1}},
		"internal trouble": {"files.completeUploadExternal", slack.Fault{AfterAccept: true, Error: "internal_error", Times: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, withFile, soon)
			w.slack.Fail(fault.method, fault.fault)
			w.fileOf(w.say("digest", "C1")[0])
			w.settle(w.box)
			if got := w.slack.Messages("C1", ""); len(got) != 2 || len(got[1].FileIDs) != 1 {
				t.Errorf("%d messages: %+v", len(got), got)
			}
		})
	}
}

// One lane that is blocked does not block the others.
func TestRun_lets_no_lane_wait_for_another(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Wait = 0 })
	w.slack.Fail("chat.postMessage", slack.Fault{Delay: 6 * time.Second, Channel: "C1"})
	w.say("slow", "C1")
	for range 20 {
		w.say("quick", "C2", "C3")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.box.Run(ctx) }()
	began := time.Now()
	for len(w.texts("C2"))+len(w.texts("C3")) < 40 {
		if time.Since(began) > 5500*time.Millisecond {
			t.Fatal("the others wait")
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.once("C1", "slow") // it was under way
	if s := w.stats(); s.Sending != 0 {
		t.Errorf("%+v", s)
	}
}

func TestRun_stops_soon_and_leaves_what_it_cannot_end(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Wait = 0 })
	w.slack.Fail("chat.postMessage", slack.Fault{Delay: time.Minute, Channel: "C1"})
	w.say("stuck", "C1")
	w.say("two", "C1")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.box.Run(ctx) }()
	for w.slack.Calls("chat.postMessage") == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	began := time.Now()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
	if s := w.stats(); s.Sending != 1 || s.Pending != 1 {
		t.Errorf("%+v", s)
	}
}

func TestRun_gives_back_what_cannot_be_made(t *testing.T) {
	t.Parallel()
	var fails atomic.Bool
	fails.Store(true)
	w := newWorld(t, func(o *Options) {
		o.Render["alert"] = func(ctx context.Context, d store.Delivery) (formatting.Message, error) {
			if fails.Load() {
				panic("a hole in the renderer")
			}
			return plainly(ctx, d)
		}
	})
	w.say("hello", "C1")
	w.put(store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "digest", Body: []byte("others go")})
	w.until(w.box, func() bool { return len(w.texts("C1")) > 0 })
	w.once("C1", "others go")
	w.log.has(t, "panicked")
	fails.Store(false)
	w.settle(w.box)
	w.once("C1", "others go", "hello")
}
