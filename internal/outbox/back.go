package outbox

import (
	"context"
	"fmt"
	"net/url"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Back says that a channel can be reached again, as far as the bot has heard:
// it was invited, or the channel was unarchived. If the channel was parked, it
// gets one summary in the place of the digests that waited; if it cannot be
// reached after all, it is parked again, and nobody is told again. Whoever calls
// Back wakes the work.
func (o *Outbox) Back(ctx context.Context, channel string) error {
	lane, ok, err := o.parked(ctx, channel)
	if err == nil && ok {
		err = o.unpark(ctx, lane)
	}
	if err != nil {
		return fmt.Errorf("a channel is back: %w", err)
	}
	return nil
}

// parked finds a lane among those that are parked.
func (o *Outbox) parked(ctx context.Context, channel string) (store.Lane, bool, error) {
	lanes, err := o.options.Store.ParkedLanes(ctx)
	for _, lane := range lanes {
		if lane.Channel == channel {
			return lane, true, err
		}
	}
	return store.Lane{}, false, err
}

// unpark lets a lane go again, with one summary if it has missed a digest.
func (o *Outbox) unpark(ctx context.Context, lane store.Lane) error {
	now := o.now()
	var summary store.Delivery
	if o.options.Summary != nil {
		summary = o.options.Summary(lane.Channel, lane.Parked, lane.Class, now)
	}
	did, err := o.options.Store.Unpark(ctx, lane.Channel, summary, now)
	if err != nil || !did {
		return err
	}
	o.back.add(lane)
	o.times.note(now)
	return nil
}

// probe tries the parked lanes whose time it is. Where Slack or our own rules
// still say no, nothing is posted and nothing changes; otherwise the lane's next
// message shows whether it can.
func (o *Outbox) probe(ctx context.Context) error {
	lanes, err := o.options.Store.ProbeLanes(ctx, o.now())
	if err != nil {
		return err
	}
	for _, lane := range lanes {
		if o.stillClosed(ctx, lane) {
			continue
		}
		if err := o.unpark(ctx, lane); err != nil {
			return err
		}
	}
	return nil
}

// stillClosed asks whether a parked lane is as it was, without posting.
func (o *Outbox) stillClosed(ctx context.Context, lane store.Lane) bool {
	if isPerson(lane.Channel) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	if o.options.Shut != nil {
		if reason, err := o.options.Shut(ctx, lane.Channel); err == nil && reason != access.ReasonNone {
			return true
		}
	}
	var answer struct {
		Channel struct {
			Archived bool  `json:"is_archived"`
			Member   *bool `json:"is_member"`
		} `json:"channel"`
	}
	out := Classify(o.ask(ctx, "conversations.info", url.Values{"channel": {lane.Channel}}, &answer))
	switch out.Verdict {
	case Accepted:
		outside := lane.Class == "not_in_channel" || lane.Class == "channel_not_found"
		return answer.Channel.Archived || outside && answer.Channel.Member != nil && !*answer.Channel.Member
	case Forbidden:
		return false // it may not ask
	case Ambiguous, Limited, Halted, Closed, Gone, Refused, Failed:
	}
	return true
}
