package slack_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{KeepTraffic: -1})
	feed, stop := s.ws.Changes()
	ts := s.form("chat.postMessage", "channel", ops, "text", "a").text("ts")
	s.form("chat.update", "channel", ops, "ts", ts, "text", "b")
	s.form("chat.postEphemeral", "channel", ops, "user", ana, "text", "c")
	s.form("chat.delete", "channel", ops, "ts", ts)
	s.dial()
	for _, want := range []slack.Change{
		{Kind: slack.MessagePosted, Message: slack.Message{Text: "a"}},
		{Kind: slack.MessageChanged, Message: slack.Message{Text: "b"}},
		{Kind: slack.MessagePosted, Message: slack.Message{Text: "c"}, UserID: ana},
		{Kind: slack.MessageDeleted, Message: slack.Message{Text: "b"}},
		{Kind: slack.SocketOpened, Sockets: 1},
	} {
		got := <-feed
		if got.Kind != want.Kind || got.Message.Text != want.Message.Text || got.UserID != want.UserID || got.Sockets != want.Sockets {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	stop()
	stop()
	if _, open := <-feed; open {
		t.Error("the feed goes on")
	}
}

// TestChanges_slowReader: nobody waits for a reader, who learns that they missed
// something.
func TestChanges_slowReader(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	feed, stop := s.ws.Changes()
	defer stop()
	for range 2000 {
		if _, err := s.ws.Say(ana, ops, "", "a"); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	for len(feed) > 0 {
		<-feed
		read++
	}
	if _, err := s.ws.Say(ana, ops, "", "last"); err != nil {
		t.Fatal(err)
	}
	if lost, last := <-feed, <-feed; lost.Kind != slack.ChangesLost || last.Message.Text != "last" || read != 1024 {
		t.Errorf("read %d, then %v and %v", read, lost.Kind, last.Message.Text)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	go func() {
		time.Sleep(10 * time.Millisecond)
		_, _ = s.ws.Say(ana, ops, "", "now")
	}()
	m, err := s.ws.Await(s.context(), ops, ana, func(m slack.Message) bool { return m.Text == "now" })
	if err != nil || m.UserID != ana {
		t.Errorf("%+v, %v", m, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.ws.Await(ctx, ops, ana, func(slack.Message) bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
}
