package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// JudgeInstallation has the rules look at how the installation fares: in one
// transaction, what they remember of it, and its incidents. True: something is to
// be told.
func (s *Store) JudgeInstallation(ctx context.Context, h coverage.Health, rules coverage.Rules) (bool, error) {
	told := false
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		var raw []byte
		err := tx.QueryRowContext(ctx, `SELECT state FROM alerting`+s.forUpdate("alerting")).Scan(&raw)
		if err != nil {
			return err
		}
		var state coverage.Installation
		if err := json.Unmarshal(raw, &state); err != nil {
			s.log.Error("what the rules remember of the installation is damaged; they begin anew", "err", err)
			state = coverage.Installation{}
		}
		told, err = s.judgeInstallation(ctx, tx, &state, h, rules)
		if err != nil {
			return err
		}
		if after := asJSON(&state); after != string(raw) {
			_, err = tx.ExecContext(ctx, `UPDATE alerting SET state = $1`, []byte(after))
		}
		return err
	})
	return told, wrapped("judge the installation", err)
}

func (s *Store) judgeInstallation(ctx context.Context, tx *sql.Tx, state *coverage.Installation, h coverage.Health, rules coverage.Rules) (bool, error) {
	events := state.Step(h, rules)
	r := &recorder{store: s, tx: tx, judged: map[int64]*judgement{0: {
		open: map[coverage.Family]*coverage.Incident{}, rows: map[*coverage.Incident]*incidentRow{}, last: map[coverage.Family]lastIncident{},
	}}}
	if err := r.loadIncidents(ctx, []any{0}); err != nil {
		return false, err
	}
	j := r.judged[0]
	generation := func(f coverage.Family) int { return j.last[f].generation + 1 }
	for _, c := range state.Follow(j.open, events, generation, at(ms(h.At))) {
		if c.New {
			j.rows[c.Incident] = &incidentRow{Incident: Incident{ID: NewDeliveryID()}}
		}
		r.change(j.rows[c.Incident], c.Incident, c.Lines)
	}
	return len(r.changed) > 0, r.saveJudgements(ctx)
}

// ClaimRechecks gives watched customers that the rules want to be read out of turn
// by now, those that wait for the longest first. As with [Store.Claim], nobody else
// gets them while the lease lasts; their readings count for no sweep.
func (s *Store) ClaimRechecks(ctx context.Context, owner string, limit int, lease time.Duration, now time.Time) ([]Claim, error) {
	var claims []Claim
	q := ClaimQuery{Owner: owner}
	var until int64
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		if unsure {
			claims, err = leased(ctx, tx, q, until)
			if err != nil || len(claims) > 0 {
				return err
			}
		}
		until = s.leaseEnd(clock, clock+lease.Milliseconds())
		n, err := changed(ctx, tx, `UPDATE standings SET lease_owner = $1, lease_until = $2, lease_sweep = 0
			WHERE customer IN (SELECT j.customer FROM judgements j JOIN standings s ON s.customer = j.customer
				WHERE j.next_at > 0 AND j.next_at <= $3 AND s.state = 0 AND s.lease_until <= $4 ORDER BY j.next_at, j.customer LIMIT $5)
			AND state = 0 AND lease_until <= $4`, owner, until, ms(now), clock, limit)
		if err != nil || n == 0 {
			return err
		}
		claims, err = leased(ctx, tx, q, until)
		return err
	})
	return claims, wrapped("claim rechecks", err)
}
