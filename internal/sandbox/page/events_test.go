package page

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// stream reads the events of one connection.
type stream struct {
	t       *testing.T
	scanner *bufio.Scanner
}

func (s *stage) listen() *stream {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.page.URL+"/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.http.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { answer.Body.Close() })
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		s.t.Fatalf("content type %q", got)
	}
	return &stream{t: s.t, scanner: bufio.NewScanner(answer.Body)}
}

// next returns the next event's name and data; "" at the end of the stream.
func (s *stream) next() (name, data string) {
	for s.scanner.Scan() {
		line := s.scanner.Text()
		switch {
		case strings.HasPrefix(line, "event: "):
			name = strings.TrimPrefix(line, "event: ")
		case strings.HasPrefix(line, "data: "):
			data = strings.TrimPrefix(line, "data: ")
		case line == "" && name != "":
			return name, data
		}
	}
	return "", ""
}

// changes reads until a change of this kind came.
func (s *stream) changes(kind string) changeJSON {
	s.t.Helper()
	for {
		name, data := s.next()
		if name == "" {
			s.t.Fatalf("the stream ended before %s", kind)
		}
		var list []changeJSON
		if name != "changes" {
			continue
		}
		if err := json.Unmarshal([]byte(data), &list); err != nil {
			s.t.Fatalf("%v in %s", err, data)
		}
		for _, c := range list {
			if c.Kind == kind {
				return c
			}
		}
	}
}

func TestEvents_helloThenWhatChanges(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	one, two := s.listen(), s.listen()
	name, boot := one.next()
	if name != "hello" || !strings.Contains(boot, `"boot":`) {
		t.Fatalf("first event is %s %s", name, boot)
	}
	if _, again := two.next(); again != boot {
		t.Errorf("one process says %s and %s", boot, again)
	}
	a := s.connect()
	if got := one.changes(slack.SocketOpened); got.Sockets != 1 {
		t.Errorf("socket change is %+v", got)
	}
	a.say(review, "hello")
	for _, listener := range []*stream{one, two} {
		if got := listener.changes(slack.MessagePosted); got.ChannelID != review || got.UserID != "" {
			t.Errorf("change is %+v", got)
		}
	}
	s.call("chat.postEphemeral", s.ws.BotToken(), map[string]any{"channel": review, "user": ana, "text": "x"}, nil)
	if got := one.changes(slack.MessagePosted); got.UserID != ana {
		t.Errorf("an ephemeral message's change is %+v", got)
	}
}

func TestEvents_endWithTheWorkspace(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	listener := s.listen()
	listener.next()
	s.ws.Close()
	for name, _ := listener.next(); name != ""; name, _ = listener.next() {
	}
}

func TestBatch_foldsAndCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		more := make(chan slack.Change, 10)
		posted := slack.Change{Kind: slack.MessagePosted, ChannelID: review}
		changed := slack.Change{Kind: slack.MessageChanged, ChannelID: review}
		for _, c := range []slack.Change{{Kind: slack.FrameRecorded, Seq: 1}, changed, changed, posted, {Kind: slack.FrameRecorded, Seq: 9}} {
			more <- c
		}
		start := time.Now()
		got := batch(posted, more)
		want := []changeJSON{
			{Kind: slack.MessagePosted, ChannelID: review},
			{Kind: slack.MessageChanged, ChannelID: review},
			{Kind: slack.MessagePosted, ChannelID: review},
			{Kind: slack.FrameRecorded, Seq: 9},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if took := time.Since(start); took != gather {
			t.Errorf("gathered for %v, want %v", took, gather)
		}
		close(more)
		if got := batch(posted, more); len(got) != 1 {
			t.Errorf("at the end of the feed: %+v", got)
		}
	})
}
