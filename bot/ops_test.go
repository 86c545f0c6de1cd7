package bot_test

import (
	"fmt"
	"slices"
	"testing"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// The bot's own troubles are told in the channel for them, and to its admins
// where there is none or people of other organisations read along.
func TestOps(t *testing.T) {
	t.Parallel()
	admins := []string{ana}
	for name, c := range map[string]struct {
		channel string
		before  func(*stage)
		want    []string
	}{
		"a channel":         {channel: ops, want: []string{ops}},
		"bound to one":      {channel: ops, want: []string{ops}, before: func(s *stage) { s.bind(ops, store.Binding{Customers: []string{"one"}, By: ana}) }},
		"none":              {want: admins},
		"shared":            {channel: shared, want: admins},
		"shared, confirmed": {channel: shared, want: admins, before: func(s *stage) { s.bind(shared, store.Binding{Customers: []string{"one"}, By: ana, Confirmed: true}) }},
		"about to be":       {channel: pending, want: admins},
		"without the bot":   {channel: secret, want: admins},
		"unanswered":        {channel: ops, want: []string{ops}, before: func(s *stage) { s.slack.Fail("conversations.info", fakeslack.Fault{Status: 500}) }},
		"nobody answers":    {want: nil, before: func(s *stage) { s.slack.Fail("*", fakeslack.Fault{Status: 500}) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(s *setup) { s.bot.OpsChannel = c.channel })
			s.forgive("call")
			if c.before != nil {
				c.before(s)
			}
			if got := s.bot.Ops(t.Context()); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Admins who were named are told, none that is a guest or was deactivated, and
// no more than a few.
func TestOps_admins(t *testing.T) {
	t.Parallel()
	named := []string{ben, outsiders["guest"].ID, outsiders["deactivated"].ID, "UNOBODY"}
	s := newStage(t, func(s *setup) { s.bot.Admins = named })
	s.forgive("call")
	if got := s.bot.Ops(t.Context()); !slices.Equal(got, []string{ben}) {
		t.Errorf("%q", got)
	}
	crowd := newStage(t)
	for i := range 30 {
		crowd.slack.AddUser(fakeslack.User{ID: "UADMIN" + fmt.Sprint(i), IsAdmin: true})
	}
	if got := crowd.bot.Ops(t.Context()); len(got) != 20 {
		t.Errorf("%d are told", len(got))
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if got := s.bot.Command(); got != command {
		t.Errorf("%q", got)
	}
}
