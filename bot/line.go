package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
)

// Pauses before a line dials again, by why it lost its socket.
const (
	// offPause follows `link_disabled`: somebody has switched Socket Mode off
	// in the app's settings. It doubles up to 15 times this.
	offPause = time.Minute
	// crowdedPause follows `too_many_websockets`: sockets that nobody holds
	// any more take hours to be forgotten.
	crowdedPause = 30 * time.Second
	// calm is how long a socket must have lived for the pauses to begin anew.
	calm = time.Minute
	// brief is the life of a socket that was never of use, whatever Slack says
	// of its end.
	brief = time.Second
	// free is how often in a row a socket may break before the next dial waits.
	free = 2
)

// line keeps one Socket Mode connection up: when Slack announces that it will
// close the socket, the next one is opened before the old one ends.
type line struct {
	api    *slack.Client
	plain  bool // SLACK_API_URL is not encrypted, and so may sockets be
	intake *intake
	turns  *openings
	state  *lineState
	log    *slog.Logger
	old    sync.WaitGroup // sockets that are read to their end
}

// lineState is what is known of one connection.
type lineState struct {
	open        atomic.Int32 // sockets that said hello and have not ended
	heard       atomic.Int64 // when Slack was last heard on one, Unix nanoseconds
	connections atomic.Int64 // how many connections Slack counts for the app
}

// newLine prepares a connection; [line.run] dials.
func newLine(apiURL string, tokens Tokens, openings *openings, intake *intake, log *slog.Logger) *line {
	return &line{
		api: slack.New(tokens.Bot,
			slack.OptionAppLevelToken(tokens.App),
			slack.OptionAPIURL(apiURL),
			slack.OptionHTTPClient(&http.Client{Timeout: callTimeout, CheckRedirect: stay}),
		),
		plain:  strings.HasPrefix(apiURL, "http://"),
		intake: intake,
		turns:  openings,
		state:  &lineState{},
		log:    log,
	}
}

// run keeps the connection up until ctx ends (nil) or Slack refuses the app
// token ([RefusedError]).
func (l *line) run(ctx context.Context) error {
	defer l.old.Wait()
	var pause backoff
	for {
		if err := l.turns.wait(ctx, pause.next()); err != nil {
			return nil
		}
		s, err := openSocket(ctx, l)
		if ctx.Err() != nil {
			if err == nil { // opened at the last moment: Slack would send commands to it
				_ = s.conn.Close()
			}
			return nil
		}
		if refusal, ok := refused(err, "SLACK_APP_TOKEN"); ok {
			return refusal
		}
		if err != nil {
			pause.failed(retryAfter(err))
			l.log.Warn("no connection to Slack", "wait", pause.wait, "err", err)
			continue
		}
		start := time.Now()
		reason := l.serve(ctx, s)
		pause.ended(reason, time.Since(start))
		l.log.Log(ctx, loudness(reason), "a connection to Slack ends", "reason", reason, "wait", pause.wait)
	}
}

// serve reads a socket until it ends or Slack says that it will; then it is
// read on in the background. It returns the reason.
func (l *line) serve(ctx context.Context, s *socket) string {
	s.heard(time.Now())
	l.old.Go(s.read)
	l.old.Go(func() {
		select {
		case <-ctx.Done():
			s.close()
		case <-s.ended:
		}
	})
	select {
	case reason := <-s.leaving:
		return reason
	case <-s.ended:
		l.log.Debug("socket ended", "err", s.end)
		select {
		case reason := <-s.leaving:
			return reason
		default:
			return "closed"
		}
	case <-ctx.Done():
		return "stopping"
	}
}

// loudness tells a routine end from one that an operator has to look at.
func loudness(reason string) slog.Level {
	switch reason {
	case "link_disabled", "too_many_websockets":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// hello notes that Slack has accepted a socket.
func (l *line) hello(connections int) {
	l.state.open.Add(1)
	l.state.connections.Store(int64(connections))
	l.log.Info("connected to Slack", "connections", connections)
}

// backoff is how long a line waits before it dials again.
type backoff struct {
	wait   time.Duration
	times  int // dials that failed or were turned away, in a row
	broken int // sockets that broke, in a row
}

// next is the pause before the next attempt.
func (b *backoff) next() time.Duration { return jitter(b.wait) }

// failed is an attempt that made no socket. Slack may say when the next is
// welcome.
func (b *backoff) failed(after time.Duration) {
	b.wait = max(doubled(time.Second, b.times, time.Minute), after)
	b.times++
}

// ended is a socket that lived for so long and ended for this reason.
func (b *backoff) ended(reason string, lived time.Duration) {
	if lived >= calm {
		b.times, b.broken = 0, 0
	}
	announced := reason == "warning" || reason == "refresh_requested"
	switch {
	case reason == "link_disabled":
		b.wait = doubled(offPause, b.times, 15*offPause)
		b.times++
	case reason == "too_many_websockets":
		b.wait = doubled(crowdedPause, b.times, 4*crowdedPause)
		b.times++
	case announced && lived >= brief: // the next one takes over at once
		b.wait, b.times, b.broken = 0, 0, 0
	case b.broken < free:
		b.wait, b.times = 0, 0
		b.broken++
	default:
		b.wait, b.times = doubled(2*time.Second, b.broken-free, time.Minute), 0
		b.broken++
	}
}

// doubled is first, doubled n times, at most most.
func doubled(first time.Duration, n int, most time.Duration) time.Duration {
	return min(first<<min(n, 10), most)
}

// retryAfter is the pause that Slack asks for.
func retryAfter(err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter
	}
	return 0
}
