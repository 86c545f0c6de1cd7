package bot_test

import (
	"strings"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// becomesShared has another organisation join a bound channel.
func (s *stage) becomesShared(channel string) {
	s.t.Helper()
	s.slack.UpdateChannel(channel, func(c *fakeslack.Channel) { c.IsExtShared = true })
	s.happens(map[string]any{"type": "channel_shared", "channel": channel, "connected_team_id": "T0AWAY"})
	s.eventually(func() bool { b, _ := s.bound(channel); return !b.Suspended.IsZero() })
}

// A form that was opened before the channel became shared binds nothing,
// whatever it says: neither a pattern beside the menu that still holds the one
// customer of before, nor exactly one. The form opened anew binds.
func TestBind_formFromBeforeSharing(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"}, fakeavepoint.Customer{Organization: "Meadow"})
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Harbor")}, By: ana, At: time.Now().Add(-time.Hour)})
	s.slash(ana, ops, "bind")
	meadow := offered(t, s.form(ana), "Meadow")
	s.becomesShared(ops)
	for name, inputs := range map[string]map[string][]string{
		"a pattern": {"bind_which": {"pattern"}, "bind_pattern": {"mead*"}},
		"all":       {"bind_which": {"all"}},
		"one":       {"bind_which": {"list"}, "bind_customers": {meadow}},
	} {
		if said := s.send(ana, inputs, nil); !strings.Contains(said, "has become shared since the form was opened; open it again") {
			t.Errorf("%s: said %q", name, said)
		}
		if b, ok := s.bound(ops); !ok || b.Suspended.IsZero() || b.Confirmed || b.Pattern != "" || len(b.Customers) != 1 {
			t.Errorf("%s: bound %v to %+v", name, ok, b)
		}
	}
	view := func(p map[string]any) map[string]any { return p["view"].(map[string]any) }
	said := s.send(ana, map[string][]string{"bind_which": {"list"}, "bind_customers": {meadow}}, func(p map[string]any) {
		view(p)["private_metadata"] = view(p)["private_metadata"].(string) + ".shared"
	})
	if b, _ := s.bound(ops); said == "" || b.Confirmed {
		t.Errorf("a form that was made out to be of a shared channel: %q, %+v", said, b)
	}
}

// Nor do words bind that were typed before Slack said that the channel had
// become shared; typed again they do.
func TestBind_wordsFromBeforeSharing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "scope") // what Slack said of the channel is remembered
	s.sees(ben, ops, "shows")
	s.slack.UpdateChannel(ops, func(c *fakeslack.Channel) { c.IsExtShared = true })
	s.slash(ana, ops, "bind contoso retail")
	s.sees(ana, ops, "Nothing changed", "has become shared")
	if b, ok := s.bound(ops); ok {
		t.Errorf("bound to %+v", b)
	}
	s.slash(ana, ops, "bind contoso retail")
	s.sees(ana, ops, "From now on", "another organisation")
	if b, ok := s.bound(ops); !ok || !b.Confirmed {
		t.Errorf("bound %v to %+v", ok, b)
	}
}

// What a press on a shared message has read is not shown to a channel that was
// suspended while it was read.
func TestShared_suspendedWhileReading(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id(canary), s.id("Fabrikam")}, By: ana, At: time.Now().Add(-time.Hour)})
	m := s.shareContoso()
	calls := s.avepoint.Calls(fakeavepoint.EndpointOverview)
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 2 * time.Second})
	s.pressOn(ben, m, "overview_refresh")
	s.eventually(func() bool { return s.avepoint.Calls(fakeavepoint.EndpointOverview) > calls })
	s.becomesShared(ops)
	s.sees(ben, ops, "nothing was posted")
	s.stays(m)
}

// Slack is asked about a channel once more right before something is shared:
// what it said first does not count. The button works again afterwards.
func TestShare_askedAgainBeforePosting(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "Share here")
	s.slack.Fail("conversations.info", fakeslack.Fault{Delay: time.Millisecond, Times: 1})
	s.slack.Fail("conversations.info", fakeslack.Fault{Error: "channel_not_found", Times: 1})
	s.pressOn(ben, m, "overview_share")
	s.sees(ben, ops, "nothing was posted")
	s.settle()
	if n := len(s.slack.Messages(ops, ana)); n != 0 {
		t.Errorf("%d posts", n)
	}
	s.pressOn(ben, m, "overview_share")
	s.sees(ana, ops, "Shared by")
}

// Where not all customers are shown, the status counts none: neither those of
// the installation nor its sweeps and failures. While Slack does not say who
// reads along, it says that only.
func TestStatus_limited(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "status")
	s.sees(ben, ops, "212", "Last sweep")
	s.bind(ops, store.Binding{Customers: []string{s.id(canary)}, By: ana})
	s.slash(ben, ops, "status")
	m := s.sees(ben, ops, "Version")
	for _, word := range []string{"212", "weep", "watched", "could not be read", "Pace", "Memory"} {
		if strings.Contains(reads(m), word) {
			t.Errorf("%q in %s", word, reads(m))
		}
	}
	s.slack.Fail("conversations.info", fakeslack.Fault{Status: 500})
	s.slash(ben, shared, "status")
	if m := s.sees(ben, shared, "who"); strings.Contains(reads(m), "212") || strings.Contains(reads(m), "Version") {
		t.Errorf("unchecked: %s", reads(m))
	}
}
