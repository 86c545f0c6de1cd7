package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// told is an event as the Events API wraps it, with what we read of it.
// https://docs.slack.dev/apis/events-api
type told struct {
	EventID string `json:"event_id"`
	Event   struct {
		Type    string `json:"type"`
		User    string `json:"user"`     // of member_joined_channel
		EventTS string `json:"event_ts"` // Unix seconds, with a fraction

		// Channel is an id, or an object in the events of a channel's life.
		Channel json.RawMessage `json:"channel"`

		OldChannel string `json:"old_channel_id"` // of channel_id_changed
		NewChannel string `json:"new_channel_id"`
		Shared     bool   `json:"is_ext_shared"` // of channel_unshared
	} `json:"event"`
}

// channel is the id of the event's channel, or "".
func (t told) channel() string {
	var id string
	if json.Unmarshal(t.Event.Channel, &id) == nil {
		return id
	}
	return ""
}

// at is when it happened, by Slack's clock; now where Slack does not say.
func (t told) at() time.Time {
	whole, _, _ := strings.Cut(t.Event.EventTS, ".")
	if seconds, err := strconv.ParseInt(whole, 10, 64); err == nil && seconds > 0 {
		return time.Unix(seconds, 0)
	}
	return time.Now()
}

// event takes what Slack tells of the app and of channels.
func (in *intake) event(payload json.RawMessage) error {
	var t told
	if err := json.Unmarshal(payload, &t); err != nil {
		return err
	}
	if !in.seen.first(t.EventID, time.Now()) {
		return nil
	}
	in.heed(t, in.reaction(t.Event.Type), 0)
	return nil
}

// reaction is what an event asks for.
type reaction struct {
	act  func(context.Context, told) error // nil: nothing
	must bool                              // be done: it changes what a channel shows, and harms nothing when done twice
}

func (in *intake) reaction(event string) reaction {
	switch event {
	case "app_uninstalled", "tokens_revoked":
		in.log.Error("the app was removed from the workspace or its tokens were revoked", "type", event)
	case "channel_shared":
		return reaction{in.channels.shared, true}
	case "channel_unshared":
		return reaction{in.channels.unshared, true}
	case "channel_id_changed":
		return reaction{in.channels.renumbered, true}
	case "member_joined_channel":
		return reaction{in.channels.joined, false}
	case "channel_unarchive", "group_unarchive":
		return reaction{in.channels.unarchived, false}
	}
	return reaction{}
}

// Pauses before an event is worked through again that could not be. While it
// waits, nothing is held up, the end of the bot neither.
const (
	eventRetry     = time.Second
	eventRetryMost = time.Minute
)

// heed has done what an event asks for, after the pause before.
func (in *intake) heed(t told, r reaction, pause time.Duration) {
	if r.act == nil {
		return
	}
	again := func() {
		next := min(max(2*pause, eventRetry), eventRetryMost)
		time.AfterFunc(next, func() { in.heed(t, r, next) })
	}
	verdict := in.desk.submit(func(life context.Context) {
		if !in.happened(life, t, r.act) && r.must {
			again()
		}
	})
	switch {
	case verdict == full && r.must:
		again()
	case verdict == full || verdict == closed && pause == 0:
		in.log.Warn("an event was dropped", "type", t.Event.Type, "channel_id", t.channel())
	}
}

// happened does what an event asks for, and reports whether that is done.
func (in *intake) happened(life context.Context, t told, act func(context.Context, told) error) bool {
	ctx, cancel := context.WithTimeout(life, personBudget)
	defer cancel()
	_, err := guarded(func() (struct{}, error) { return struct{}{}, act(ctx, t) })
	if err != nil {
		in.log.Warn("an event was not acted on", "type", t.Event.Type, "channel_id", t.channel(), "err", err)
	}
	return err == nil || errors.Is(err, errPanic)
}

// channels acts on what happens to channels.
type channels struct {
	places  *places
	people  *people
	web     *web
	policy  func() access.Policy
	command func() string
	sealer  sealer
	roll    func(context.Context) (*roll, error)
	back    func(ctx context.Context, channel string) // tells that a channel can be reached again
}

// shared suspends the binding of a channel that another organisation has
// joined. One that an admin confirmed since then holds.
// https://docs.slack.dev/reference/events/channel_shared
func (c *channels) shared(ctx context.Context, t told) error {
	c.people.moved(t.channel())
	b, ok, err := c.places.store.Binding(ctx, t.channel())
	if err != nil {
		return err
	}
	if !ok {
		b, ok = c.places.filed(t.channel())
	}
	if !ok || !b.Suspended.IsZero() || b.Confirmed && b.At.After(t.at()) {
		return nil
	}
	return c.places.suspend(ctx, b, "shared")
}

// unshared ends what was confirmed for those who have left, so that the next
// organisation suspends the channel also if Slack's event about it is lost. It
// tells the admins of a suspended channel that it can be bound again to
// whatever they like.
// https://docs.slack.dev/reference/events/channel_unshared
func (c *channels) unshared(ctx context.Context, t told) error {
	c.people.moved(t.channel())
	b, ok, err := c.places.store.Binding(ctx, t.channel())
	if err != nil || !ok || t.Event.Shared {
		return err
	}
	if b.Confirmed && !b.At.After(t.at()) {
		if _, err := c.places.store.LapseBinding(ctx, b, time.Now()); err != nil {
			return err
		}
	}
	if b.Suspended.IsZero() {
		return nil
	}
	c.tellAdmins(ctx, b, formatting.ChannelFree(formatting.SuspendedView{Channel: b.Channel, Command: c.command()}))
	return nil
}

// renumbered follows a channel to its new id.
// https://docs.slack.dev/reference/events/channel_id_changed
func (c *channels) renumbered(ctx context.Context, t told) error {
	old, channel := t.Event.OldChannel, t.Event.NewChannel
	if old == "" || channel == "" {
		return nil
	}
	return c.places.follow(ctx, old, channel)
}

// unarchived tells that the bot can post again in a channel.
// https://docs.slack.dev/reference/events/channel_unarchive
func (c *channels) unarchived(ctx context.Context, t told) error {
	if channel := t.channel(); channel != "" {
		c.back(ctx, channel)
	}
	return nil
}

// joined says hello in a channel that the bot was invited to, and tells that it
// can post there.
// https://docs.slack.dev/reference/events/member_joined_channel
func (c *channels) joined(ctx context.Context, t told) error {
	if t.Event.User == "" || t.Event.User != c.web.home.Load().UserID {
		return nil
	}
	c.people.moved(t.channel())
	defer c.back(ctx, t.channel())
	channel, err := c.places.now(ctx, t.channel())
	if err != nil {
		return err
	}
	view := formatting.HelloView{Command: c.command(), Bind: bindButton(c.sealer)}
	if channel.Binding != nil {
		roll, err := c.roll(ctx)
		if err != nil {
			return err
		}
		channel = roll.placed(channel)
	}
	posted := c.policy().Post(channel)
	view.Why = holding(c.policy().Closed(channel), channel, c.policy().Default)
	view.All, view.Customers = posted.All, len(posted.List())
	return c.web.post(ctx, channel.ID, formatting.Hello(view))
}

// suspended has the admins told that a binding of theirs holds no more.
func (in *intake) suspended(b store.Binding) {
	if in.desk.submit(func(life context.Context) { in.channels.suspended(life, b) }) != accepted {
		in.log.Error("nobody was told that a channel is suspended", "channel_id", b.Channel)
	}
}

// suspended tells the admins.
func (c *channels) suspended(ctx context.Context, b store.Binding) {
	c.tellAdmins(ctx, b, formatting.ChannelSuspended(formatting.SuspendedView{
		Channel: b.Channel, Command: c.command(), Again: b.Confirmed,
	}))
}
