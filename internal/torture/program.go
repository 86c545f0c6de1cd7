package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// programPath is what is built and run.
const programPath = "github.com/backup-overview/backup-overview/cmd/backup-overview"

// How the program lives in a storm.
const (
	stormLeast = 200 * time.Millisecond
	stormMost  = 2 * time.Second
)

// programEvery is how often each channel has a digest.
const programEvery = 10 * time.Second

// program has the program itself say digests in many channels, in a storm until
// there are enough of them, and then in peace until all are out.
func (s settings) program(ctx context.Context, st *stage) error {
	if err := s.subscribe(ctx, st, programEvery); err != nil {
		return err
	}
	victims, err := s.victims(ctx, st, s.storm)
	if err != nil {
		return err
	}
	s.infect(st.slack)
	began := time.Now()
	if err := s.rage(ctx, st, victims); err != nil {
		return err
	}
	f, err := st.figures(ctx, victims)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%d posts in %v, of which %d were limited and %d lost\n",
		len(st.witness.all()), time.Since(began).Round(time.Second), st.witness.of(limited), st.witness.of(lost))
	return s.settle(ctx, st, f)
}

// rage has the victims live and die until enough deliveries were asked for.
func (s settings) rage(ctx context.Context, st *stage, victims []*victim) error {
	living, cancel := context.WithCancel(ctx)
	defer cancel()
	group, living := errgroup.WithContext(living)
	for _, v := range victims {
		group.Go(func() error { return v.run(living) })
	}
	group.Go(func() error {
		defer cancel()
		return st.enough(living, s.deliveries)
	})
	if err := group.Wait(); err != nil && (!errors.Is(err, context.Canceled) || ctx.Err() != nil) {
		return err
	}
	return nil
}

// settle has one process bring everything to its end, with nothing going wrong
// any more, and looks what came of it.
func (s settings) settle(ctx context.Context, st *stage, f figures) error {
	st.slack.ClearFaults()
	if err := st.slack.AwaitLate(ctx); err != nil {
		return err
	}
	if err := s.peace(ctx, st); err != nil {
		return err
	}
	wants, name, err := st.kept(ctx)
	if err != nil {
		return err
	}
	last, err := st.figures(ctx, nil)
	if err != nil {
		return err
	}
	f.possible = last.possible
	return s.verdict(count(wants, st.found(name)), f)
}

// peace runs one process until nothing is open, and stops it.
func (s settings) peace(ctx context.Context, st *stage) error {
	return s.peaceOf(ctx, st, st.quiet)
}

// peaceOf runs one process until something is so, and stops it.
func (s settings) peaceOf(ctx context.Context, st *stage, so func(context.Context) error, env ...string) error {
	victims, err := s.victims(ctx, st, nil, env...)
	if err != nil {
		return err
	}
	v := victims[0]
	p, err := startProcess(v.command())
	if err != nil {
		return err
	}
	quiet, cancel := context.WithTimeout(ctx, time.Minute+4*s.wait)
	defer cancel()
	v.up(quiet, p.printed) // an orderly end needs a begin
	if err := so(quiet); err != nil {
		_, _ = v.kill(ctx, p)
		return fmt.Errorf("deliveries are still open: %w\n%s", err, p.printed.tail())
	}
	if code, took := p.stop(); code != 0 {
		return fmt.Errorf("%w with %d, %v after SIGTERM:\n%s", errEnded, code, took, p.printed.tail())
	}
	return nil
}

// subscribe makes the database: each channel is bound to all customers and has a
// digest.
func (s settings) subscribe(ctx context.Context, st *stage, every time.Duration) (err error) {
	db, err := store.Open(ctx, store.Options{URL: st.database.url})
	if err != nil {
		return err
	}
	defer func() { err = joinClose(err, db) }()
	now := time.Now()
	for i := range s.channels {
		if err := db.SetBinding(ctx, store.Binding{Channel: channelID(i), All: true, By: anyone, At: now}); err != nil {
			return err
		}
		err := db.SaveSubscription(ctx, store.Subscription{
			ID: "torture" + strconv.Itoa(i), Channel: channelID(i), Schedule: "@every " + every.String(), Zone: "UTC",
			By: anyone, Created: now,
		}, anyone, now)
		if err != nil {
			return err
		}
	}
	return nil
}

// storm draws lives from birth: the program is killed while it starts, too.
func (s settings) storm(replica int) func() (time.Duration, bool) {
	random := rand.New(rand.NewPCG(uint64(s.seed), uint64(replica)))
	return func() (time.Duration, bool) { return between(random, stormLeast, stormMost), true }
}

// victims are so many replicas of the program, which it builds first.
func (s settings) victims(ctx context.Context, st *stage, lives func(replica int) func() (time.Duration, bool), env ...string) ([]*victim, error) {
	binary := filepath.Join(st.dir, "backup-overview")
	if out, err := exec.CommandContext(ctx, "go", "build", "-race=false", "-o", binary, programPath).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	victims := make([]*victim, s.replicas)
	for i := range victims {
		health, err := freeAddress()
		if err != nil {
			return nil, err
		}
		all := append(s.environment(st, health), env...)
		victims[i] = &victim{
			command: func() *exec.Cmd {
				cmd := exec.Command(binary) //nolint:noctx // it is killed by hand
				cmd.Dir, cmd.Env = st.dir, all
				return cmd
			},
			up:    func(ctx context.Context, _ *output) bool { return ready(ctx, health) },
			after: st.noteOpen,
		}
		if lives != nil {
			victims[i].life = lives(i)
		}
	}
	return victims, nil
}

// environment is that of a program in this world.
func (s settings) environment(st *stage, health string) []string {
	level := "info"
	if s.verbose {
		level = "debug"
	}
	return []string{
		"SLACK_API_URL=" + st.slackURL + "/api/", "SLACK_APP_TOKEN=" + st.slack.AppToken(), "SLACK_BOT_TOKEN=" + st.slack.BotToken(),
		"AVEPOINT_GRAPH_URL=" + st.avepointURL, "AVEPOINT_TOKEN_URL=" + st.avepointURL + "/connect/token",
		"AVEPOINT_CLIENT_ID=" + fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET=" + fakeavepoint.DefaultClientSecret,
		"AVEPOINT_RATE=1000", "DATABASE_URL=" + st.database.url, "HTTP_ADDR=" + health, "LOG_FORMAT=text", "LOG_LEVEL=" + level,
		"DELIVERY_WAIT=" + s.wait.String(), "OPS_CHANNEL=" + opsChannel,
	}
}

// ready waits until the program says that it is, or ctx ends.
func ready(ctx context.Context, health string) bool {
	client := &http.Client{Timeout: time.Second}
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+health+"/readyz", nil)
		if err != nil {
			return false
		}
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return true
			}
		}
		rest(ctx, 20*time.Millisecond)
	}
	return false
}

// freeAddress is one of this machine that was free a moment ago.
func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}
