package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// How deliveries are claimed: of lanes l that are open, deliveries h that may
// go. $1 is now, $2 the clock of leases.
const (
	// No two deliveries of a channel are under way at once.
	freeLane = `NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.channel = l.channel AND b.lease_until > 0 AND b.lease_until > $2)`
	openLane = freeLane + ` AND l.parked = 0 AND (l.next_at <= $1 OR l.next_at > $1 + ` + farAhead + `)`

	// No pause is as long: what is dated further ahead was dated by a clock that
	// was ahead. In milliseconds.
	farAhead = `172800000`

	// What is about a message waits until that was sent, and for what is about
	// it too and came before.
	mayGo = `h.channel = l.channel AND h.state = 0 AND (h.next_at <= $1 OR h.next_at > $1 + ` + farAhead + `) AND (h.expires = 0 OR h.expires > $1)
		AND (h.root = '' OR EXISTS (SELECT 1 FROM deliveries r WHERE r.id = h.root AND r.state = 2)
			AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.root = h.root AND o.root <> '' AND o.state < 2 AND o.seq < h.seq))`

	// What has expired is looked up also where nothing can be posted, to come to
	// an end. An attempt that is dated ahead was made by a clock that was ahead.
	// The %d is the waiting time in milliseconds.
	mayBeLookedUp = `h.channel = l.channel AND h.state = 1 AND h.lease_until <= $2
		AND (h.attempt_at + %d <= $2 OR h.attempt_at > $2 + 86400000) AND (h.next_at <= $1 OR h.next_at > $1 + ` + farAhead + `)
		AND (l.parked = 0 AND (l.next_at <= $1 OR l.next_at > $1 + ` + farAhead + `) OR h.expires > 0 AND h.expires <= $1)`
)

// ClaimDeliveries gives at most so many deliveries to send, each of another
// channel, the oldest first. The claim is the intent: they are being sent from
// now on, and nobody else gets one of their channels until the lease ends or
// owner says what came of it. A delivery whose fate nobody knows holds back only
// what is about the same message. Owner is unique per process, and a lease lasts
// longer than an attempt.
func (s *Store) ClaimDeliveries(ctx context.Context, owner string, limit int, lease time.Duration, now time.Time) ([]Delivery, error) {
	c := &sendClaim{owner: text(owner), limit: limit, lease: lease, now: now, lane: openLane, due: mayGo, choose: theHeads, state: Pending}
	if err := s.write(ctx, func(tx *sql.Tx, unsure bool) error { return s.claimFrom(ctx, tx, c, unsure) }); err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return public(c.claimed), nil
}

// ClaimUnsure gives at most so many deliveries whose fate nobody knows, to be
// looked up: their last attempt lies back by wait at least, and their lease has
// ended. As with [Store.ClaimDeliveries], their channels are taken meanwhile;
// those of one channel are all of one thread, or all outside of any, and all
// edits or none, so that one look-up clears them up. Those that have expired are
// among them, and not to be sent again.
func (s *Store) ClaimUnsure(ctx context.Context, owner string, limit int, lease, wait time.Duration, now time.Time) ([]Delivery, error) {
	c := &sendClaim{
		owner: text(owner), limit: limit, lease: lease, now: now,
		lane: freeLane, due: fmt.Sprintf(mayBeLookedUp, wait.Milliseconds()), choose: theAlike, state: Sending,
	}
	if err := s.write(ctx, func(tx *sql.Tx, unsure bool) error { return s.claimFrom(ctx, tx, c, unsure) }); err != nil {
		return nil, fmt.Errorf("claim unsure deliveries: %w", err)
	}
	return public(c.claimed), nil
}

// sendClaim is one claim of deliveries.
type sendClaim struct {
	owner string
	limit int
	lease time.Duration
	now   time.Time

	lane, due string        // of which lanes, and which of their deliveries
	state     DeliveryState // which these have
	choose    func(context.Context, *sql.Tx, *sendClaim, string, []any) ([]string, error)

	until    int64    // of the lease; no other claim of the process has it
	channels []string // that were locked
	claimed  []delivery
}

// channelsDue is the query for the channels in which something may go, those in
// which it waits for the longest first. $3 is the limit.
func (c *sendClaim) channelsDue() string {
	return `SELECT x.channel FROM (SELECT l.channel, (SELECT h.created FROM deliveries h WHERE ` + c.due + ` ORDER BY h.seq LIMIT 1) AS created
		FROM lanes l WHERE ` + c.lane + `) AS x WHERE x.created IS NOT NULL ORDER BY x.created, x.channel LIMIT $3`
}

func (s *Store) claimFrom(ctx context.Context, tx *sql.Tx, c *sendClaim, unsure bool) error {
	if unsure && len(c.channels) > 0 {
		// A commit whose answer was lost may still be under way: wait for it.
		if err := s.lockChannels(ctx, tx, c.channels); err != nil {
			return err
		}
		if err := c.read(ctx, tx); err != nil || len(c.claimed) > 0 {
			return err // the commit counted
		}
	}
	c.claimed = nil
	clock, err := s.clock(ctx, tx, c.now)
	if err != nil {
		return err
	}
	c.channels, err = idsOf(ctx, tx, c.channelsDue(), ms(c.now), clock, c.limit)
	if err != nil || len(c.channels) == 0 {
		return err
	}
	if err := s.lockChannels(ctx, tx, c.channels); err != nil {
		return err
	}
	c.until = s.leaseEnd(clock, clock+c.lease.Milliseconds())
	for _, chunk := range chunks(c.channels) {
		// Asked again, now that nobody else can take from these channels.
		ids, err := c.choose(ctx, tx, c, ` AND l.channel IN (`+marks(3, len(chunk))+`)`, append([]any{ms(c.now), clock}, chunk...))
		if err == nil {
			err = c.take(ctx, tx, ids, clock)
		}
		if err != nil {
			return err
		}
	}
	return c.read(ctx, tx)
}

// theHeads chooses the first delivery of each channel that may go.
func theHeads(ctx context.Context, tx *sql.Tx, c *sendClaim, where string, args []any) ([]string, error) {
	return idsOf(ctx, tx, `SELECT x.id FROM (SELECT (SELECT h.id FROM deliveries h WHERE `+c.due+` ORDER BY h.seq LIMIT 1) AS id
		FROM lanes l WHERE `+c.lane+where+`) AS x WHERE x.id IS NOT NULL`, args...)
}

// theAlike chooses the first delivery of each channel, and those that the same
// look-up clears up.
func theAlike(ctx context.Context, tx *sql.Tx, c *sendClaim, where string, args []any) ([]string, error) {
	type place struct {
		root string
		edit bool
	}
	places := map[string]place{}
	var ids []string
	err := each(ctx, tx, `SELECT h.id, h.channel, h.root, h.kind FROM lanes l JOIN deliveries h ON h.channel = l.channel
		WHERE `+c.lane+where+` AND `+c.due+` ORDER BY h.channel, h.seq`, args, func(rows *sql.Rows) error {
		var id, channel string
		var p place
		var kind DeliveryKind
		err := rows.Scan(&id, &channel, &p.root, &kind)
		p.edit = kind == EditMessage
		if _, taken := places[channel]; !taken {
			places[channel] = p
		}
		if places[channel] == p && len(ids) < c.limit {
			ids = append(ids, id)
		}
		return err
	})
	return ids, err
}

// take leases deliveries. To send them, it begins an attempt.
func (c *sendClaim) take(ctx context.Context, tx *sql.Tx, ids []string, clock int64) error {
	from, begin := `state = 1`, ``
	if c.state == Pending {
		from, begin = `state = 0`, `, state = 1, attempt_at = $4, attempts = attempts + 1`
	}
	for _, chunk := range chunks(ids) {
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET lease_owner = $1, lease_until = $2, lease_ms = $3`+begin+
			` WHERE id IN (`+marks(5, len(chunk))+`) AND lease_until <= $4 AND `+from,
			append([]any{c.owner, c.until, c.lease.Milliseconds(), clock}, chunk...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// read gives what the claim has.
func (c *sendClaim) read(ctx context.Context, tx *sql.Tx) (err error) {
	c.claimed, err = deliveriesOf(ctx, tx, `d.lease_until > 0 AND d.lease_until = $1 AND d.lease_owner = $2 ORDER BY d.channel, d.seq`, c.until, c.owner)
	return err
}

// lockChannels locks the rows of channels.
func (s *Store) lockChannels(ctx context.Context, tx *sql.Tx, channels []string) error {
	numbered := map[string]int64{}
	for _, channel := range channels {
		numbered[channel] = 0
	}
	return s.lockLanes(ctx, tx, numbered)
}
