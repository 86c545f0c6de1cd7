package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/store"
)

// wanted is a digest that somebody wants.
type wanted struct {
	customer    string // id; "" is all that the channel shows
	schedule    digest.Schedule
	zone        *time.Location
	onlyChanges *bool // nil: as it is
}

// String is the schedule and its zone as a menu carries them, for [readWanted].
func (o wanted) String() string { return o.schedule.String() + "|" + o.zone.String() }

func readWanted(text string) (wanted, error) {
	schedule, zone, _ := strings.Cut(text, "|")
	var o wanted
	var err1, err2 error
	o.schedule, err1 = digest.ParseSchedule(schedule)
	o.zone, err2 = digest.Zone(zone)
	return o, errors.Join(err1, err2)
}

// kind tells digests by what they compare with: yesterday, a week ago, a month
// ago. A channel may want more than one of them. A rule or a period has none: they
// are of the configuration alone.
func (o wanted) kind() string { return digestKind(o.schedule) }

func digestKind(s digest.Schedule) string {
	switch s.Kind() {
	case digest.Daily, digest.Weekdays:
		return "often"
	case digest.Weekly, digest.Monthly:
		return s.Kind().String()
	}
	return ""
}

// changes reports whether the order is a change of a digest that is there.
func (o wanted) changes(sub store.Subscription) bool {
	schedule, err := digest.ParseSchedule(sub.Schedule)
	return err == nil && !sub.Config && strings.EqualFold(sub.Customer, o.customer) && digestKind(schedule) == o.kind()
}

// reached refuses where Slack would take no message from the bot.
// https://docs.slack.dev/reference/methods/conversations.info
func (s *subscriber) reached(ctx context.Context, q Request) error {
	var channel *slack.Channel
	err := s.web.call(ctx, func(api *slack.Client) (err error) {
		channel, err = api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: q.Channel.ID})
		return err
	})
	if err != nil {
		return &UserError{Message: formatting.ChannelUnchecked(), Err: fmt.Errorf("conversations.info: %w", err)}
	}
	switch {
	case channel.IsArchived:
		return &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeArchived, q.Command), Err: errNotPostable}
	case !channel.IsMember:
		return &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeNotMember, q.Command), Err: errNotPostable}
	}
	return nil
}
