package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// fallEvery is how often a customer falls or recovers.
	fallEvery = 2 * time.Second
	// objects are those of each customer, and left those that are protected of one
	// that fell.
	objects, left = 1250, 1100
)

// alerted has the program tell of customers that fall and recover, in a storm until
// enough was said. In the end all is well, and every message has to say so.
func (s settings) alerted(ctx context.Context, st *stage) error {
	customers, err := s.bind(ctx, st)
	if err != nil {
		return err
	}
	victims, err := s.victims(ctx, st, s.storm, "SWEEP_INTERVAL=1s", "ALERT_WINDOW=6s", "ALERT_CONFIRM=2s", "ALERT_RECHECK=1s", "ALERT_GROUP_WAIT=1s")
	if err != nil {
		return err
	}
	s.infect(st.slack)
	falling, stop := context.WithCancel(ctx)
	defer stop()
	group, falling := errgroup.WithContext(falling)
	group.Go(func() error { s.fall(falling, st, customers); return nil })
	if err := s.rage(ctx, st, victims); err != nil {
		return err
	}
	stop()
	_ = group.Wait() // it returns nil
	for _, id := range customers {
		protect(st.avepoint, id, objects)
	}
	f, err := st.figures(ctx, victims)
	if err != nil {
		return err
	}
	st.slack.ClearFaults()
	if err := st.slack.AwaitLate(ctx); err != nil {
		return err
	}
	if err := s.peaceOf(ctx, st, st.told, "SWEEP_INTERVAL=1s", "ALERT_WINDOW=6s", "ALERT_CONFIRM=2s", "ALERT_RECHECK=1s", "ALERT_GROUP_WAIT=1s"); err != nil {
		return err
	}
	return s.judgeAlerts(ctx, st, f)
}

// bind binds each channel to a customer of its own.
func (s settings) bind(ctx context.Context, st *stage) (customers []string, err error) {
	db, err := store.Open(ctx, store.Options{URL: st.database.url})
	if err != nil {
		return nil, err
	}
	defer func() { err = joinClose(err, db) }()
	for _, n := range st.avepoint.Names() { // some answer too slowly for so short lives
		st.avepoint.Remove(n.ID)
	}
	for i := range s.channels {
		id := st.avepoint.Put(fakeavepoint.Customer{Organization: "Harbor " + strconv.Itoa(i)})
		protect(st.avepoint, id, objects)
		customers = append(customers, id)
		if err := db.SetBinding(ctx, store.Binding{Channel: channelID(i), Customers: []string{id}, By: anyone, At: time.Now()}); err != nil {
			return nil, err
		}
	}
	return customers, nil
}

// protect has a customer say that so many of its objects are protected.
func protect(p *fakeavepoint.Platform, id string, n int64) {
	p.SetRows(id, []fakeavepoint.Row{{Module: "Exchange Online", Scanned: objects, Protected: n}})
}

// fall has one customer after the other fall or recover.
func (s settings) fall(ctx context.Context, st *stage, customers []string) {
	random := rand.New(rand.NewPCG(uint64(s.seed), 0xFA11))
	fallen := map[string]bool{}
	rest(ctx, 10*time.Second) // until the rules know what is normal
	for ctx.Err() == nil {
		id := customers[random.IntN(len(customers))]
		fallen[id] = !fallen[id]
		n := int64(objects)
		if fallen[id] {
			n = left
		}
		protect(st.avepoint, id, n)
		rest(ctx, fallEvery)
	}
}

// told waits until no incident is open, channels were told of all, and nothing is on
// its way.
func (st *stage) told(ctx context.Context) error {
	quiet := 0
	return st.until(ctx, func(db *sql.DB) (bool, error) {
		var open int
		err := db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM incidents WHERE customer > 0 AND (closed = 0 OR flushed < step)) +
			(SELECT count(*) FROM deliveries WHERE state IN ($1, $2))`, store.Pending, store.Sending).Scan(&open)
		if quiet++; open > 0 || err != nil {
			quiet = 0
		}
		return quiet > 15, err // for three seconds
	})
}

// judgeAlerts compares what was to be said with what was, and looks whether every
// message says that it is over.
func (s settings) judgeAlerts(ctx context.Context, st *stage, f figures) error {
	all, err := st.rows(ctx)
	if err != nil {
		return err
	}
	root := map[string]string{} // of edits
	var wants []want
	for _, w := range wantsOf(all) {
		if w.Kind == edit {
			root[w.ID] = w.Root
			continue
		}
		wants = append(wants, w)
	}
	found := st.found(func(fakeslack.Message, string) (string, int) { return "", 0 })
	var unfinished []string
	for i := range found {
		if of, edited := root[found[i].ID]; edited {
			found[i].ID = of
		}
		m, _ := st.slack.Message(found[i].Channel, found[i].TS)
		if found[i].Thread == "" && strings.Contains(m.Text, "Harbor") && !strings.HasPrefix(m.Text, "✅") {
			unfinished = append(unfinished, m.Text)
		}
	}
	last, err := st.figures(ctx, nil)
	if err != nil {
		return err
	}
	f.possible = last.possible
	err = s.verdict(count(wants, found), f)
	for _, text := range unfinished {
		err = errors.Join(err, fmt.Errorf("%w: not over: %s", errWrong, text))
	}
	return err
}
