package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Lane is a channel to which nothing can be posted.
type Lane struct {
	Channel string
	Parked  time.Time // since when; a probe that failed does not count
	Probe   time.Time // when to try again
	Class   string    // of the trouble
	Waiting int       // deliveries that are pending
}

// DeliveryStats are figures of all deliveries.
type DeliveryStats struct {
	Pending, Sending int
	Parked           int       // channels
	Dead             int       // in the last 7 days
	Sent24h          int       // in the last 24 hours
	Oldest           time.Time // when the oldest that is pending or sending was made; zero: there is none
	PossibleDoubles  int64     // since the beginning
}

// Park says that nothing can be posted to a delivery's channel: the delivery is
// pending again, and nothing of the channel goes until [Store.Unpark]. True:
// this trouble was not told before, since something was sent there. [ErrLost]:
// owner has the delivery no more.
func (s *Store) Park(ctx context.Context, id, owner, class string, probe, now time.Time) (first bool, err error) {
	class = text(class)
	err = s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		var told string
		if err := tx.QueryRowContext(ctx, `SELECT told FROM lanes WHERE channel = $1`, d.Channel).Scan(&told); err != nil {
			return err
		}
		first = told != class
		_, err := tx.ExecContext(ctx, `UPDATE lanes SET parked = CASE WHEN since = 0 THEN $1 ELSE since END, since = CASE WHEN since = 0 THEN $1 ELSE since END,
			probe_at = $2, class = $3, told = $3 WHERE channel = $4`, ms(now), ms(probe), class, d.Channel)
		if err != nil {
			return err
		}
		return d.again(ctx, tx, class, now, now)
	})
	if err != nil {
		return false, fmt.Errorf("park channel: %w", err)
	}
	return first, nil
}

// Unpark says that a channel can be posted to again. In place of all digests
// that it has missed meanwhile, those that are pending included, it gets
// summary, if it missed any; a summary without an ID, Key and What is none.
// False: the channel is not parked.
func (s *Store) Unpark(ctx context.Context, channel string, summary Delivery, now time.Time) (bool, error) {
	channel, summary.Channel = text(channel), channel
	summaries := storedRows([]Delivery{summary}, now)
	if summary.ID == "" && summary.Key == "" && summary.What == "" {
		summaries = nil
	}
	did := false
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		if err := s.lockChannels(ctx, tx, []string{channel}); err != nil {
			return err
		}
		var parked int64
		if err := tx.QueryRowContext(ctx, `SELECT parked FROM lanes WHERE channel = $1`, channel).Scan(&parked); err != nil {
			return err
		}
		if did = parked > 0 || unsure && did; parked == 0 {
			return nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE lanes SET parked = 0, probe_at = 0, next_at = 0, class = '' WHERE channel = $1`, channel); err != nil {
			return err
		}
		if err := supersede(ctx, tx, "summary", ms(now), `channel = $1 AND `+isDigest, channel); err != nil {
			return err
		}
		missed, err := missedDigest(ctx, tx, channel, parked)
		if err != nil || !missed {
			return err
		}
		return s.enqueue(ctx, tx, summaries, ms(now))
	})
	if err != nil {
		return false, fmt.Errorf("unpark channel: %w", err)
	}
	return did, nil
}

// missedDigest reports whether a digest of the channel came to nothing since.
func missedDigest(ctx context.Context, tx *sql.Tx, channel string, since int64) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE state IN (3, 4) AND ended > 0 AND ended >= $1 AND channel = $2 AND `+isDigest,
		since, channel).Scan(&n)
	return n > 0, err
}

const laneColumns = `l.channel, l.parked, l.probe_at, l.class, (SELECT count(*) FROM deliveries d WHERE d.channel = l.channel AND d.state = 0)`

func lanesOf(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Lane, error) {
	var all []Lane
	err := each(ctx, tx, `SELECT `+laneColumns+` FROM lanes l WHERE l.parked > 0 AND `+where, args, func(rows *sql.Rows) error {
		var l Lane
		var parked, probe int64
		err := rows.Scan(&l.Channel, &parked, &probe, &l.Class, &l.Waiting)
		l.Parked, l.Probe = at(parked), at(probe)
		all = append(all, l)
		return err
	})
	return all, err
}

// ParkedLanes gives the channels that nothing can be posted to, those for the
// longest first.
func (s *Store) ParkedLanes(ctx context.Context) ([]Lane, error) {
	var all []Lane
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = lanesOf(ctx, tx, `1 = 1 ORDER BY l.parked, l.channel`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("parked channels: %w", err)
	}
	return all, nil
}

// The next probe comes after as long as the channel has been parked for, within
// these bounds.
const (
	soonestProbe = time.Minute
	latestProbe  = time.Hour
)

// ProbeLanes gives the parked channels that are due to be tried, each to one
// caller, and sets when they are due next: in a minute at first, and at last
// every hour. Probe is when they were due.
func (s *Store) ProbeLanes(ctx context.Context, now time.Time) ([]Lane, error) {
	var due []Lane
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		if unsure && len(due) > 0 {
			probed, err := lanesOf(ctx, tx, `l.channel = $1 AND l.probe_at = $2`+s.forUpdate("l"), due[0].Channel, ms(due[0].next(now)))
			if err != nil || len(probed) > 0 {
				return err // the commit counted
			}
		}
		var err error
		if due, err = lanesOf(ctx, tx, `(l.probe_at <= $1 OR l.probe_at > $1 + `+farAhead+`) ORDER BY l.channel`+s.forUpdate("l"), ms(now)); err != nil {
			return err
		}
		for _, l := range due {
			if _, err := tx.ExecContext(ctx, `UPDATE lanes SET probe_at = $1 WHERE channel = $2`, ms(l.next(now)), l.Channel); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("channels to probe: %w", err)
	}
	slices.SortFunc(due, func(a, b Lane) int { return a.Probe.Compare(b.Probe) })
	return due, nil
}

func (l Lane) next(now time.Time) time.Time {
	return now.Add(min(max(now.Sub(l.Parked), soonestProbe), latestProbe))
}
