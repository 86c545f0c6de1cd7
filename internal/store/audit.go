package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// Actions of the audit.
const (
	ActionBind    = "bind"
	ActionUnbind  = "unbind"
	ActionSuspend = "suspend"
	ActionMove    = "move"
	ActionLapse   = "lapse" // what was confirmed for a shared channel is so no more

	ActionSubscribe   = "subscribe"
	ActionUnsubscribe = "unsubscribe"
	ActionPause       = "pause"
	ActionResume      = "resume"

	ActionAck      = "acknowledge"
	ActionSnooze   = "snooze"
	ActionWake     = "unsnooze"
	ActionAccept   = "accept"
	ActionUndo     = "undo"
	ActionSettings = "alert settings"

	ActionWatch   = "watch"
	ActionUnwatch = "unwatch"
	ActionForget  = "forget"
)

// Entry is one act in the audit. Before and After are JSON: of a binding its
// rule, as {"customers":["…"]}, {"pattern":"…"} or {"all":true}; of a
// subscription that of its digest, as {"schedule":"…","zone":"…"}; of a
// suspension After is the reason; of a move Before is the id that the channel
// had; of a pause After is {"watched":false,"until":"…"}. They are empty where there was nothing, or is nothing now.
type Entry struct {
	At       time.Time
	Who      string // id of a user of Slack; empty: the bot itself
	Action   string
	Channel  string // id
	Customer string // id, of an act that concerns one customer
	Before   string
	After    string
}

// By is who does something, where and when.
type By struct {
	User    string // id of a user of Slack
	Channel string // id
	At      time.Time
}

// entry is that of an act in the audit.
func (b By) entry(action string) Entry {
	return Entry{At: b.At, Who: b.User, Action: action, Channel: b.Channel}
}

// act is who acted on an incident, as it is stored.
func (b By) act() Act { return Act{By: b.User, At: at(ms(b.At))} }

// Audit gives what was done, oldest first. It must not be stopped to write.
func (s *Store) Audit(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		lastAt, lastID := int64(-1<<62), ""
		for {
			page, err := s.auditPage(ctx, &lastAt, &lastID)
			if err != nil {
				yield(Entry{}, fmt.Errorf("audit: %w", err))
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if len(page) < pageOf {
				return
			}
		}
	}
}

func (s *Store) auditPage(ctx context.Context, lastAt *int64, lastID *string) ([]Entry, error) {
	var page []Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		page = nil
		return each(ctx, tx, `SELECT at, id, who, action, channel, customer, before, after FROM audit
			WHERE at > $1 OR at = $1 AND id > $2 ORDER BY at, id LIMIT $3`, []any{*lastAt, *lastID, pageOf},
			func(rows *sql.Rows) error {
				var e Entry
				err := rows.Scan(lastAt, lastID, &e.Who, &e.Action, &e.Channel, &e.Customer, &e.Before, &e.After)
				e.At = at(*lastAt)
				page = append(page, e)
				return err
			})
	})
	return page, err
}

// audited runs do in a transaction that writes its entry of the audit, unless
// do says that nothing was done. The entry is written once, also where the
// transaction has to be repeated.
func (s *Store) audited(ctx context.Context, entry Entry, do func(tx *sql.Tx, e *Entry, unsure bool) (bool, error)) error {
	id := rand.Text()
	return s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		e := entry
		did, err := do(tx, &e, unsure)
		if err != nil || !did {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO audit (id, at, who, action, channel, customer, customer_key, before, after)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (at, id) DO NOTHING`,
			id, ms(e.At), text(e.Who), e.Action, e.Channel, e.Customer, fold(e.Customer), e.Before, e.After)
		return err
	})
}

// ruleJSON is what a binding or a subscription says, as the audit has it.
type ruleJSON struct {
	All       bool     `json:"all,omitempty"`
	Customers []string `json:"customers,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`

	Schedule    string `json:"schedule,omitempty"`
	Zone        string `json:"zone,omitempty"`
	OnlyChanges bool   `json:"onlyChanges,omitempty"`
}

func (b Binding) rule() string {
	return asJSON(ruleJSON{All: b.All, Customers: b.Customers, Pattern: b.Pattern})
}

func quotedJSON(s string) string { return asJSON(s) }

// asJSON is a value that has JSON.
func asJSON(value any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // so that what is looked for is found
	if err := e.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// unbindCustomer takes a customer out of all bindings and out of the audit. A
// list that becomes empty stays: its channel is bound to nobody.
func unbindCustomer(ctx context.Context, tx *sql.Tx, id string) error {
	for _, statement := range []string{
		`DELETE FROM binding_customers WHERE customer_key = $1`,
		// The reason of a snooze is what somebody wrote of the customer.
		`UPDATE audit SET customer = '', customer_key = '', after = CASE WHEN action = '` + ActionSnooze + `' THEN '' ELSE after END WHERE customer_key = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, fold(id)); err != nil {
			return err
		}
	}
	return expunge(ctx, tx, id)
}

// expunge takes a customer out of the lists in the audit.
func expunge(ctx context.Context, tx *sql.Tx, id string) error {
	type change struct {
		at                int64
		id, before, after string
	}
	var changes []change
	err := each(ctx, tx, `SELECT at, id, before, after FROM audit WHERE before LIKE '%customers%' OR after LIKE '%customers%'`, nil,
		func(rows *sql.Rows) error {
			var c change
			err := rows.Scan(&c.at, &c.id, &c.before, &c.after)
			before, after := without(c.before, id), without(c.after, id)
			if before != c.before || after != c.after {
				changes = append(changes, change{c.at, c.id, before, after})
			}
			return err
		})
	for _, c := range changes {
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE audit SET before = $1, after = $2 WHERE at = $3 AND id = $4`, c.before, c.after, c.at, c.id)
		}
	}
	return err
}

// without is a rule in JSON without a customer.
func without(rule, id string) string {
	same := func(c string) bool { return sameID(c, id) }
	var r ruleJSON
	if json.Unmarshal([]byte(rule), &r) != nil || !slices.ContainsFunc(r.Customers, same) {
		return rule
	}
	r.Customers = slices.DeleteFunc(r.Customers, same)
	return asJSON(r)
}
