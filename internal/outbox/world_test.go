package outbox

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// longWait is the waiting time of tests that look nothing up: a call may last
// 2 s, and a lease 6. shortWait is that of the others: 400 ms, and 1.2 s.
const longWait, shortWait = 9 * time.Second, 1800 * time.Millisecond

// soon makes an outbox look up soon what it does not know.
func soon(o *Options) { o.Wait = shortWait }

// world is a Slack workspace, a store and an outbox between them.
type world struct {
	t     *testing.T
	slack *slack.Workspace
	store *store.Store
	api   string
	box   *Outbox
	log   *logged

	mu   sync.Mutex
	ops  []string
	shut map[string]access.Reason
}

// newWorld starts a world with channels C1 to C3, and C9 that is told of
// troubles.
func newWorld(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	return newWorldOf(t, slack.Options{}, change...)
}

func newWorldOf(t *testing.T, o slack.Options, change ...func(*Options)) *world {
	t.Helper()
	return newWorldAt(t, storetest.SQLite(t), o, change...)
}

func newWorldAt(t *testing.T, database string, o slack.Options, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, slack: slack.New(o), log: &logged{}, ops: []string{"C9"}, shut: map[string]access.Reason{}}
	server := httptest.NewServer(w.slack.Handler())
	t.Cleanup(func() { w.slack.Close(); server.Close() })
	w.slack.SetURL(server.URL)
	w.api = server.URL + "/api/"
	w.slack.AddUser(slack.User{ID: "U1", Name: "ana"})
	for _, id := range []string{"C1", "C2", "C3", "C9"} {
		w.slack.AddChannel(slack.Channel{ID: id, Name: strings.ToLower(id), Members: []string{"U1", w.slack.BotUserID()}})
	}
	w.store = storetest.Open(t, database)
	w.box = w.outbox("first", change...)
	return w
}

// outbox is another outbox on the same store.
func (w *world) outbox(owner string, change ...func(*Options)) *Outbox {
	w.t.Helper()
	options := Options{
		Store: w.store, Owner: owner, APIURL: w.api, Wait: longWait, PerChannel: 1000, PerSecond: 1000,
		Token:  func() (string, error) { return w.slack.BotToken(), nil },
		Render: map[string]func(context.Context, store.Delivery) (formatting.Message, error){"digest": plainly, "alert": plainly},
		Ops:    func(context.Context) []string { w.mu.Lock(); defer w.mu.Unlock(); return w.ops },
		Shut: func(_ context.Context, channel string) (access.Reason, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.shut[channel], nil
		},
		Summary: func(channel string, since time.Time, class string, _ time.Time) store.Delivery {
			return store.Delivery{Kind: store.NewMessage, Channel: channel, What: "digest", Body: []byte("summary after " + class)}
		},
		Command: func() string { return "/backup-overview" },
		Log:     slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&options)
	}
	box, err := New(options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(box.options.HTTP.CloseIdleConnections)
	return box
}

// plainly says the body.
func plainly(_ context.Context, d store.Delivery) (formatting.Message, error) {
	return formatting.Message{Text: string(d.Body)}, nil
}

// say enqueues a message to each of some channels.
func (w *world) say(text string, channels ...string) []store.Delivery {
	w.t.Helper()
	var rows []store.Delivery
	for _, channel := range channels {
		rows = append(rows, store.Delivery{
			ID: store.NewDeliveryID(), Kind: store.NewMessage, Channel: channel, What: "alert", Body: []byte(text),
			Expires: w.box.now().Add(7 * 24 * time.Hour),
		})
	}
	w.put(rows...)
	return rows
}

func (w *world) put(rows ...store.Delivery) {
	w.t.Helper()
	if err := w.store.Enqueue(w.t.Context(), w.box.now(), rows...); err != nil {
		w.t.Fatal(err)
	}
}

// run runs an outbox once, to its end.
func (w *world) run(box *Outbox) {
	w.t.Helper()
	if err := box.Run(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// until runs an outbox until something is so, or fails.
func (w *world) until(box *Outbox, so func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var err error
		for err == nil && ctx.Err() == nil {
			err = box.Run(ctx)
			sleep(ctx, 5*time.Millisecond)
		}
		done <- err
	}()
	for !so() && sleep(ctx, 5*time.Millisecond) {
	}
	if ctx.Err() != nil {
		w.t.Error("it does not come to that")
	}
	cancel()
	if err := <-done; err != nil {
		w.t.Error(err)
	}
}

// settle runs an outbox until nothing is under way, or fails.
func (w *world) settle(box *Outbox) store.DeliveryStats {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; {
		w.run(box)
		stats := w.stats()
		if stats.Sending == 0 && stats.Pending == 0 {
			return stats
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("still %+v", stats)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (w *world) stats() store.DeliveryStats {
	w.t.Helper()
	stats, err := w.store.DeliveryStats(w.t.Context(), w.box.now())
	if err != nil {
		w.t.Fatal(err)
	}
	return stats
}

// texts are the messages of a channel, oldest first.
func (w *world) texts(channel string) []string {
	var texts []string
	for _, m := range w.slack.Messages(channel, "") {
		texts = append(texts, m.Text)
	}
	return texts
}

// once fails unless a channel has exactly these messages, each once.
func (w *world) once(channel string, want ...string) {
	w.t.Helper()
	if got := w.texts(channel); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s has %q, want %q", channel, got, want)
	}
}

// logged is a log that never may hold a token.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// has fails unless the log says all of this.
func (l *logged) has(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(l.String(), word) {
			t.Errorf("the log does not say %q:\n%s", word, l.String())
		}
	}
}

func testDelivery() store.Delivery {
	return store.Delivery{ID: store.NewDeliveryID(), Kind: store.NewMessage, Channel: "C1", What: "alert"}
}

func testMessage() formatting.Message { return formatting.Message{Text: "hello"} }
