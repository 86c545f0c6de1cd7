package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// A staller stands between a process and PostgreSQL. While it stalls, lines stay
// open and nothing comes through them, as with a machine that has lost its power.
type staller struct {
	stalls atomic.Bool
	word   atomic.Value // a []byte with which a stall begins; nil: with none
	lines  sync.WaitGroup
}

// at lets a stall begin with the first message that holds word.
func (s *staller) at(word string) { s.word.Store([]byte(word)) }

// newStaller returns a staller and the URL that leads through it.
func newStaller(t *testing.T, database string) (*staller, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, server := &staller{}, u.Host
	s.lines.Go(func() {
		for {
			here, err := ln.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", server)
			if err != nil {
				_ = here.Close()
				continue
			}
			s.lines.Go(func() { s.carry(there, here) })
			s.lines.Go(func() { s.carry(here, there) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		s.stalls.Store(false)
		s.lines.Wait()
	})
	u.Host = ln.Addr().String()
	return s, u.String()
}

func (s *staller) carry(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if word, ok := s.word.Load().([]byte); ok && word != nil && bytes.Contains(buffer[:n], word) {
			s.word.Store([]byte(nil))
			s.stalls.Store(true)
		}
		for s.stalls.Load() {
			time.Sleep(5 * time.Millisecond)
		}
		if err != nil {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// stopLimit is what a service manager is told to wait for at least.
const stopLimit = 15 * time.Second

// stops sends SIGTERM and sees that the process ends in time, as asked.
func (r replica) stops(t *testing.T) string {
	t.Helper()
	asked := time.Now()
	r.signal(t, syscall.SIGTERM)
	code, out := r.wait(t)
	took := time.Since(asked)
	if code != exitOK || took > stopLimit {
		t.Errorf("SIGTERM: exit %d after %v\n%s", code, took, out)
	}
	t.Logf("stopped %v after SIGTERM", took)
	return out
}

func TestProgram_stops_although_its_database_hangs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		latency time.Duration // of AvePoint: the sweep runs on
		asked   []string
	}{
		{"idle", 0, nil},
		{"at work", 100 * time.Millisecond, nil},
		{"asked", 0, []string{"gaps", "status", "customer 1", "trend customer 2 7d"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, database := newStaller(t, storetest.Postgres(t))
			e := newEstate(t, 60, tt.latency, "DATABASE_URL="+database, "SWEEP_INTERVAL=4s", "SLACK_CONNECTIONS=1", "AVEPOINT_CONCURRENCY=4")
			r := e.start(t)
			r.ready(t)
			s.stalls.Store(true)
			eventually(t, "readyz that says so", func() bool {
				return status(t, r.health+"/readyz") == http.StatusServiceUnavailable
			})
			for _, text := range tt.asked {
				command := fakeslack.SlashCommand{UserID: "U1", ChannelID: "C1", Command: "/backup-overview", Text: text}
				if _, err := e.slack.Slash(t.Context(), command); err != nil {
					t.Fatal(err)
				}
			}
			r.stops(t)
			if n := len(e.slack.Messages("C1", "U1")); n < len(tt.asked) {
				t.Errorf("%d messages to who asked %d times", n, len(tt.asked))
			}
		})
	}
}

// A server that takes connections and says nothing, or nothing more, is tried
// again and again, and used when it speaks.
func TestProgram_waits_for_a_database_that_says_nothing(t *testing.T) {
	t.Parallel()
	for name, stall := range map[string]func(*staller){
		"from the beginning":      func(s *staller) { s.stalls.Store(true) },
		"from the first question": func(s *staller) { s.at("SHOW transaction_read_only") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, database := newStaller(t, storetest.Postgres(t))
			stall(s)
			e := newEstate(t, 3, 0, "DATABASE_URL="+database, "SLACK_CONNECTIONS=1")
			r := e.start(t)
			within(t, time.Minute, "readyz that says so", func() bool {
				return strings.Contains(fetch(t, r.health+"/readyz"), "the database cannot be reached")
			})
			s.stalls.Store(false)
			within(t, time.Minute, "ready", func() bool { return status(t, r.health+"/readyz") == http.StatusOK })
			if out := r.stops(t); !strings.Contains(out, `"msg":"database not opened"`) {
				t.Errorf("the log does not say it:\n%s", out)
			}
		})
	}
}

// One that says nothing holds no stop, either, at whatever moment of the start.
func TestProgram_stops_while_its_database_says_nothing(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"SHOW transaction_read_only", "pg_advisory_lock", "goose_db_version", "river_migration"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			s, database := newStaller(t, storetest.Postgres(t))
			s.at(word)
			r := newEstate(t, 3, 0, "DATABASE_URL="+database).start(t)
			eventually(t, "the stall", s.stalls.Load)
			if got := status(t, r.health+"/livez"); got != http.StatusOK {
				t.Errorf("livez: %d", got)
			}
			r.stops(t)
		})
	}
}

// A standby takes no writes until it becomes the primary; a SQLite file's owner
// changes by hand alone.
func TestProgram_waits_for_a_primary(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	readOnly := func(value string) {
		conn, err := pgx.Connect(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		for _, statement := range []string{"SET default_transaction_read_only = off", "ALTER DATABASE " + pgx.Identifier{conn.Config().Database}.Sanitize() + " SET default_transaction_read_only = " + value} {
			if _, err := conn.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	readOnly("on")
	r := newEstate(t, 3, 0, "DATABASE_URL="+database, "SLACK_CONNECTIONS=1").start(t)
	eventually(t, "readyz that says so", func() bool {
		return strings.Contains(fetch(t, r.health+"/readyz"), "the database cannot be written to")
	})
	readOnly("off")
	r.ready(t)
	r.stops(t)
}

func TestPassing(t *testing.T) {
	t.Parallel()
	const lite, server = "sqlite://x.db", "postgres://bot@db/bot"
	for _, tt := range []struct {
		url  string
		err  error
		want bool
	}{
		{server, store.ErrUnreachable, true},
		{server, store.ErrReadOnly, true},
		{lite, store.ErrReadOnly, false},
		{lite, store.ErrBusy, true},
		{lite, store.ErrFull, true},
		{lite, store.ErrCorrupt, false},
		{lite, store.ErrInUse, false},
		{server, store.ErrNewer, false},
		{server, store.ErrHalf, false},
	} {
		if got := passing(tt.url, fmt.Errorf("open: %w", tt.err)); got != tt.want {
			t.Errorf("%s, %v: %v, want %v", tt.url, tt.err, got, tt.want)
		}
	}
}
