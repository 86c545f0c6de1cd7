package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// How the small process lives: killed every 20 to 200 ms, now and then before it
// is at work at all.
const (
	smallLeast = 20 * time.Millisecond
	smallMost  = 200 * time.Millisecond
	unborn     = 0.05
)

// outbox has the outbox alone send a plan.
func (s settings) outbox(ctx context.Context, st *stage) error {
	s.infect(st.slack)
	victims := make([]*victim, s.replicas)
	group, living := errgroup.WithContext(ctx)
	began := time.Now()
	for i := range victims {
		v, err := s.small(st, i)
		if err != nil {
			return err
		}
		victims[i] = v
		group.Go(func() error { return v.run(living) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := st.slack.AwaitLate(ctx); err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%d calls in %v, of which %d were limited and %d lost\n",
		len(st.witness.all()), time.Since(began).Round(time.Second), st.witness.of(limited), st.witness.of(lost))
	plan := newPlan(s.seed, s.deliveries, s.channels)
	wants, err := st.asked(ctx, plan)
	if err != nil {
		return err
	}
	f, err := st.figures(ctx, victims)
	if err != nil {
		return err
	}
	return s.verdict(count(wants, st.found(namedByPlan(plan))), f)
}

// small is the process that runs the outbox alone: this program itself.
func (s settings) small(st *stage, replica int) (*victim, error) {
	raw, err := json.Marshal(task{
		Database: st.database.url, SlackURL: st.slackURL, Token: st.slack.BotToken(),
		Seed: s.seed, Deliveries: s.deliveries, Channels: s.channels, Replica: replica, Replicas: s.replicas,
		Position: filepath.Join(st.dir, "position"+strconv.Itoa(replica)), Wait: s.wait,
		PerChannel: 100, PerSecond: 1000, Verbose: s.verbose,
	})
	if err != nil {
		return nil, err
	}
	return &victim{
		command: func() *exec.Cmd { return exec.Command(s.self, childArgument, string(raw)) }, //nolint:noctx // it is killed by hand
		up:      atWork,
		life:    s.smallLife(replica),
		after:   st.noteOpen,
	}, nil
}

// smallLife draws how long each life of the small process lasts.
func (s settings) smallLife(replica int) func() (time.Duration, bool) {
	random := rand.New(rand.NewPCG(uint64(s.seed), uint64(replica)))
	return func() (time.Duration, bool) { return between(random, smallLeast, smallMost), random.Float64() < unborn }
}

func between(random *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(random.Int64N(int64(most-least)+1))
}

// atWork waits until the process says so.
func atWork(ctx context.Context, printed *output) bool {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for !printed.holds(upLine) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// namedByPlan reads what a message of the plan shows. The id of an edit, should
// one stand in a message, means the message that it edits.
func namedByPlan(plan []step) func(fakeslack.Message, string) (string, int) {
	root := map[string]string{}
	for _, s := range plan {
		if s.Kind == edit {
			root[s.ID] = s.Root
		}
	}
	return func(m fakeslack.Message, file string) (string, int) {
		id, shown := readState(m.Text, file)
		if of, ok := root[id]; ok {
			id = of
		}
		return id, shown
	}
}
