package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
)

// childArgument has the driver be the small process that runs the outbox alone;
// what it is to do follows as JSON.
const childArgument = "outbox-alone"

// upLine is what a child prints when it is at work.
const upLine = "at work\n"

// A task is what a child is to do.
type task struct {
	Database, SlackURL, Token string
	Seed                      int64
	Deliveries, Channels      int
	Replica, Replicas         int
	Position                  string // a file that says how much of its part is asked for
	Wait                      time.Duration
	PerChannel, PerSecond     float64
	Verbose                   bool
}

const (
	whatState = "state" // how a message of the plan is rendered
	whatFile  = "file"
	// aheadMost is how many deliveries may be open before more are asked for: few
	// enough that edits are sent, not superseded, and many enough to keep all
	// lanes busy.
	aheadMost = 60
	feedChunk = 12
)

// runChild asks for the deliveries of its part of the plan, sends what is open,
// and returns when everything is done.
func runChild(ctx context.Context, raw string, stdout, stderr io.Writer) error {
	var t task
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	if t.Verbose {
		log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	db, err := store.Open(ctx, store.Options{URL: t.Database, Log: log})
	if err != nil {
		return err
	}
	o, err := outbox.New(t.options(db, log))
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, upLine)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return t.send(ctx, o) })
	group.Go(func() error {
		defer cancel()
		return t.feed(ctx, db)
	})
	err = group.Wait()
	return joinClose(err, db)
}

// options are those of an outbox that is alone.
func (t task) options(db *store.Store, log *slog.Logger) outbox.Options {
	return outbox.Options{
		Store: db, Owner: store.NewDeliveryID(), APIURL: t.SlackURL + "/api/",
		Token:  func() (string, error) { return t.Token, nil },
		Wait:   t.Wait,
		Render: map[string]func(context.Context, store.Delivery) (formatting.Message, error){whatState: renderState},
		Files:  map[string]func(context.Context, store.Delivery) (string, func(io.Writer) error, error){whatFile: renderFile},
		Ops:    func(context.Context) []string { return nil },
		Shut:   func(context.Context, string) (access.Reason, error) { return 0, nil },

		PerChannel: t.PerChannel, PerSecond: t.PerSecond, Log: log,
	}
}

// send has the outbox work until ctx ends.
func (t task) send(ctx context.Context, o *outbox.Outbox) error {
	for ctx.Err() == nil {
		if err := o.Run(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		rest(ctx, 5*time.Millisecond)
	}
	return nil
}

// feed asks for what is still to be asked for, never far ahead of what is sent,
// and returns when all is asked for and nothing is open. A chunk that was asked
// for just before a kill is asked for again: the keys are the same.
func (t task) feed(ctx context.Context, db *store.Store) error {
	part := partOf(newPlan(t.Seed, t.Deliveries, t.Channels), t.Replica, t.Replicas)
	at, err := t.position()
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		stats, err := db.DeliveryStats(ctx, time.Now())
		if err != nil {
			return err
		}
		open := stats.Pending + stats.Sending
		switch {
		case at >= len(part) && open == 0:
			return nil
		case at < len(part) && open < aheadMost:
			chunk := part[at:min(at+feedChunk, len(part))]
			if err := db.Enqueue(ctx, time.Now(), deliveries(chunk)...); err != nil {
				return err
			}
			at += len(chunk)
			if err := t.remember(at); err != nil {
				return err
			}
		default:
			rest(ctx, 10*time.Millisecond)
		}
	}
	return nil
}

func (t task) position() (int, error) {
	text, err := os.ReadFile(t.Position)
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}

// remember writes the position so that a kill leaves the old one or the new.
func (t task) remember(at int) error {
	if err := os.WriteFile(t.Position+".new", []byte(strconv.Itoa(at)), 0o600); err != nil {
		return err
	}
	return os.Rename(t.Position+".new", t.Position)
}

// deliveries are the steps as the store takes them.
func deliveries(steps []step) []store.Delivery {
	now := time.Now()
	rows := make([]store.Delivery, 0, len(steps))
	for _, s := range steps {
		d := store.Delivery{
			ID: s.ID, Key: "plan/" + s.ID, Channel: s.Channel, Root: s.Root, Step: int64(s.Step), What: whatState,
			Body: fmt.Appendf(nil, `{"step":%d}`, s.Step), Created: now, Expires: now.AddDate(0, 0, 7),
		}
		switch {
		case s.File:
			d.Kind, d.What = store.ThreadFile, whatFile
		case s.Kind == reply:
			d.Kind = store.ThreadReply
		case s.Kind == edit:
			d.Kind = store.EditMessage
		}
		rows = append(rows, d)
	}
	return rows
}

// renderState says whose message it is, and the newest edit that it shows.
func renderState(_ context.Context, d store.Delivery) (formatting.Message, error) {
	shown := int64(0)
	if d.Kind == store.EditMessage {
		shown = d.Step
	}
	return formatting.Message{Text: fmt.Sprintf("%s shows %d", d.ID, shown)}, nil
}

func renderFile(_ context.Context, d store.Delivery) (string, func(io.Writer) error, error) {
	return d.ID + ".csv", func(w io.Writer) error {
		_, err := io.WriteString(w, "customer,gap\n"+d.ID+",1\n")
		return err
	}, nil
}

// readState is what renderState and renderFile said.
func readState(text, file string) (id string, shown int) {
	if file != "" {
		return strings.TrimSuffix(file, ".csv"), 0
	}
	id, digits, _ := strings.Cut(text, " shows ")
	shown, _ = strconv.Atoi(digits)
	return id, shown
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
