package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A row is a delivery as the database has it.
type row struct {
	ID, Channel, Root string
	Kind              store.DeliveryKind
	Step              int
	State             store.DeliveryState
	Topic             string
	Body              []byte
}

// rows are all deliveries, in the order in which they were asked for.
func (st *stage) rows(ctx context.Context) ([]row, error) {
	db, err := st.database.look()
	if err != nil {
		return nil, err
	}
	defer db.Close()
	list, err := db.QueryContext(ctx, "SELECT id, channel, root, kind, step, state, topic, body FROM deliveries ORDER BY created, channel, seq")
	if err != nil {
		return nil, err
	}
	defer list.Close()
	var all []row
	for list.Next() {
		var r row
		if err := list.Scan(&r.ID, &r.Channel, &r.Root, &r.Kind, &r.Step, &r.State, &r.Topic, &r.Body); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, list.Err()
}

// kept are the deliveries of a program as wants, and what its messages say of
// themselves.
func (st *stage) kept(ctx context.Context) ([]want, func(fakeslack.Message, string) (string, int), error) {
	all, err := st.rows(ctx)
	files := map[string]string{} // root → the delivery of its file
	for _, r := range all {
		if r.Kind == store.ThreadFile {
			files[r.Root] = r.ID
		}
	}
	return wantsOf(all), func(m fakeslack.Message, file string) (string, int) {
		root, ok := st.slack.Message(m.ChannelID, m.ThreadTS)
		if file == "" || !ok {
			return "", 0
		}
		return files[deliveryOf(root.Metadata)], 0
	}, err
}

// wantsOf are the wants that rows stand for, once nothing was open. What is open
// again came after that, and may be there or not. What was superseded may be
// there or not if something newer of its topic says it, or if its root was
// superseded. A dead one is wanted: nothing here is past delivering.
func wantsOf(all []row) []want {
	newest, superseded := map[string]string{}, map[string]bool{}
	for _, r := range all {
		newest[r.Channel+r.Topic] = r.ID
		superseded[r.ID] = r.State == store.Superseded
	}
	wants := make([]want, 0, len(all))
	for _, r := range all {
		w := want{ID: r.ID, Channel: r.Channel, Root: r.Root, Step: r.Step}
		switch r.State {
		case store.Pending, store.Sending:
			w.Optional = true
		case store.Superseded:
			w.Optional = superseded[r.Root] || r.Topic != "" && newest[r.Channel+r.Topic] != r.ID
		}
		switch r.Kind {
		case store.EditMessage:
			w.Kind = edit
		case store.ThreadReply, store.BroadcastReply, store.ThreadFile:
			w.Kind = reply
		}
		wants = append(wants, w)
	}
	return wants
}

// enough waits until so many deliveries were asked for.
func (st *stage) enough(ctx context.Context, n int) error {
	return st.until(ctx, func(db *sql.DB) (bool, error) {
		var have int
		err := db.QueryRowContext(ctx, "SELECT count(*) FROM deliveries WHERE state IN ($1, $2)", store.Sending, store.Sent).Scan(&have)
		return have >= n, err
	})
}

// quiet waits until no delivery is open.
func (st *stage) quiet(ctx context.Context) error {
	return st.until(ctx, func(db *sql.DB) (bool, error) {
		var open int
		err := db.QueryRowContext(ctx, "SELECT count(*) FROM deliveries WHERE state IN ($1, $2)", store.Pending, store.Sending).Scan(&open)
		return open == 0, err
	})
}

// until looks into the database again and again.
func (st *stage) until(ctx context.Context, done func(*sql.DB) (bool, error)) error {
	for {
		ok, err := st.glance(done)
		if ok {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		rest(ctx, 200*time.Millisecond)
	}
}

func (st *stage) glance(look func(*sql.DB) (bool, error)) (ok bool, err error) {
	db, err := st.database.look()
	if err != nil {
		return false, err
	}
	defer func() { err = joinClose(err, db) }()
	return look(db)
}

// slots are the messages of the configured digest, with the slots that they say.
func (st *stage) slots(ctx context.Context) ([]said, error) {
	planned, err := st.planned(ctx)
	if err != nil {
		return nil, err
	}
	var list []said
	for _, m := range st.slack.Messages(channelID(0), "") {
		if m.ThreadTS != "" {
			continue
		}
		at, ok := planned[deliveryOf(m.Metadata)]
		if !ok {
			at = time.Unix(0, 1) // no slot
		}
		list = append(list, said{Planned: at, TS: m.TS})
	}
	return list, nil
}

// planned are the slots of the configured digest by the deliveries that say them.
func (st *stage) planned(ctx context.Context) (map[string]time.Time, error) {
	all, err := st.rows(ctx)
	planned := map[string]time.Time{}
	for _, r := range all {
		var body struct {
			Subscription string    `json:"subscription"`
			Planned      time.Time `json:"planned"`
		}
		if r.Kind != store.NewMessage || json.Unmarshal(r.Body, &body) != nil || body.Subscription != store.ConfigSubscription {
			continue
		}
		planned[r.ID] = body.Planned
	}
	return planned, err
}
