package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/digest"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// digestIn posts a message to a channel with the buttons that a digest carries.
func (s *stage) digestIn(channel, subscription string) fakeslack.Message {
	s.t.Helper()
	now, manage := s.bot.DigestButtons(channel, subscription)
	m := formatting.Digest(formatting.DigestView{Command: command, First: true, SendNow: now, Manage: manage, Zone: time.UTC, Now: time.Now()})
	return s.post(channel, m)
}

// post posts a message of the bot in a channel, or to a person.
func (s *stage) post(to string, m formatting.Message) fakeslack.Message {
	s.t.Helper()
	api := slack.New(s.slack.BotToken(), slack.OptionAPIURL(s.slackURL+"/api/"))
	channel, ts, err := api.PostMessageContext(s.t.Context(), to, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
	if err != nil {
		s.t.Fatal(err)
	}
	posted, ok := s.slack.Message(channel, ts)
	if !ok {
		s.t.Fatal("the message is not there")
	}
	return posted
}

// paused reports whether the one digest of a channel is paused, and by whom.
func (s *stage) paused(channel string) (bool, string) {
	s.t.Helper()
	all := s.subscriptions(channel)
	if len(all) != 1 {
		s.t.Fatalf("%+v", all)
	}
	return !all[0].Paused.IsZero(), all[0].PausedBy
}

// The list tells who set a digest up and when it comes, and everybody in the
// channel can pause it, resume it and remove it; a second press changes nothing.
func TestSubscriptions_list(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "subscriptions")
	s.sees(ben, ops, "This channel gets no digest")
	s.subscribes(ben, ops, "contoso retail weekly mon 07:00")
	s.subscribes(ben, private, "all")
	s.slash(ana, ops, "subscriptions")
	list := s.sees(ana, ops, "gets 1 digest", canary, "Mondays at 07:00 Europe/Berlin", "Next:", "<@"+ben+">")
	s.pressOn(ana, list, "digest_pause")
	s.sees(ana, ops, "is paused", "<@"+ana+">")
	s.eventually(func() bool { p, by := s.paused(ops); return p && by == ana })
	s.slash(ben, ops, "subscriptions")
	list = s.sees(ben, ops, "Paused since", "<@"+ana+">")
	before := time.Now().Truncate(time.Millisecond)
	s.pressOn(ben, list, "digest_resume")
	again := s.sees(ben, ops, "runs again", "Next:")
	if p, _ := s.paused(ops); p {
		t.Error("it is paused")
	}
	due(t, s.subscriptions(ops)[0], before)
	s.pressOn(ben, again, "digest_pause")
	twice := s.sees(ben, ops, "is paused")
	s.tamper(ben, twice, "digest_resume", optionValue(twice.Blocks, "Resume"))
	s.sees(ben, ops, "runs again")
	s.slash(ben, ops, "subscriptions")
	list = s.sees(ben, ops, "gets 1 digest")
	s.pressOn(ben, list, "digest_unsubscribe")
	s.sees(ben, ops, "is removed", "<@"+ben+">")
	if all := s.subscriptions(""); len(all) != 1 || all[0].Channel != private {
		t.Errorf("%+v", all)
	}
	entries := s.audited()
	for _, want := range []string{"subscribe", "pause", "resume", "unsubscribe"} {
		if !strings.Contains(entries, want) {
			t.Errorf("%s is not in the audit: %s", want, entries)
		}
	}
}

// audited are the actions in the audit.
func (s *stage) audited() string {
	s.t.Helper()
	var all []string
	for e, err := range s.store.Audit(s.t.Context()) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, e.Action)
	}
	return strings.Join(all, " ")
}

// Presses that come twice do once what they say, and say so.
func TestSubscriptions_pressedTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.subscribes(ben, ops, "all")
	s.slash(ben, ops, "subscriptions")
	bens := s.sees(ben, ops, "gets 1 digest")
	s.slash(ana, ops, "subscriptions")
	anas := s.sees(ana, ops, "gets 1 digest")
	s.pressOn(ben, bens, "digest_pause")
	s.sees(ben, ops, "is paused")
	since := s.subscriptions(ops)[0].Paused
	s.pressOn(ana, anas, "digest_pause")
	s.sees(ana, ops, "Nothing changed", "already paused", "<@"+ben+">")
	if sub := s.subscriptions(ops)[0]; sub.PausedBy != ben || !sub.Paused.Equal(since) {
		t.Errorf("%+v", sub)
	}
	s.slash(ben, ops, "subscriptions")
	bens = s.sees(ben, ops, "gets 1 digest")
	s.slash(ana, ops, "subscriptions")
	anas = s.sees(ana, ops, "gets 1 digest")
	s.pressOn(ben, bens, "digest_unsubscribe")
	s.sees(ben, ops, "is removed")
	s.pressOn(ana, anas, "digest_unsubscribe")
	s.sees(ana, ops, "removed meanwhile")
	for _, action := range []string{"digest_send_now", "digest_resume"} {
		s.slash(ana, ops, "subscribe all")
		s.sees(ana, ops, "gets a digest")
		s.slash(ana, ops, "subscriptions")
		stale := s.sees(ana, ops, "gets 1 digest")
		if action == "digest_resume" {
			s.pressOn(ana, stale, "digest_pause")
			stale = s.sees(ana, ops, "is paused")
		}
		s.slash(ben, ops, "unsubscribe")
		s.sees(ben, ops, "is removed")
		s.pressOn(ana, stale, action)
		s.sees(ana, ops, "removed meanwhile")
	}
}

// A button counts in the channel in which the digest is, for who may ask there,
// and with the value that the bot gave it.
func TestSubscriptions_foreignButton(t *testing.T) {
	t.Parallel()
	sent := &tests{}
	s := newStage(t, func(s *setup) { s.bot.SendNow = sent.send })
	s.sweep()
	s.subscribes(ana, private, "contoso retail")
	s.subscribes(ana, ops, "fabrikam")
	other := s.subscriptions(private)[0]
	s.slash(ana, private, "subscriptions")
	foreign := s.sees(ana, private, "gets 1 digest")
	values := map[string]string{
		"of another channel": optionValue(foreign.Blocks, "Pause"),
		"the id":             other.ID,
		"the id and more":    other.ID + ".AAAAAAAAAA",
		"made up":            "AAAAAAAAAAAAAAAAAAAA.BBBBBBBBBB",
		"empty":              "",
	}
	for name, value := range values {
		for _, action := range []string{"digest_pause", "digest_unsubscribe", "digest_send_now"} {
			before := len(s.slack.Messages(ops, ben))
			s.slash(ben, ops, "subscriptions")
			own := s.sees(ben, ops, "gets 1 digest")
			s.tamper(ben, own, action, value)
			s.settle()
			if n := len(s.slack.Messages(ops, ben)); n < before {
				t.Errorf("%s: %d messages", name, n)
			}
			s.never(ben, ops, canary)
		}
	}
	s.slash(ben, ops, "subscriptions")
	own := s.sees(ben, ops, "gets 1 digest")
	for _, who := range []string{"guest", "stranger", "other team", "bot"} {
		s.pressOn(outsiders[who].ID, own, "digest_unsubscribe")
	}
	s.settle()
	if n := len(s.subscriptions("")); n != 2 {
		t.Errorf("%d digests are left", n)
	}
	for _, channel := range []string{ops, private} {
		if p, by := s.paused(channel); p {
			t.Errorf("%s is paused by %s", channel, by)
		}
	}
	if all := sent.all(); len(all) != 0 {
		t.Errorf("sent: %v", all)
	}
}

// Send now sends a test, once per press, from an answer and from a digest in the
// channel, of which only who presses hears; not while the digest is paused.
func TestSubscriptions_sendNow(t *testing.T) {
	t.Parallel()
	sent := &tests{}
	s := newStage(t, func(s *setup) { s.bot.SendNow = sent.send })
	s.sweep()
	sub := s.subscribes(ben, ops, "all")
	m := s.last(ben, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, "digest_send_now") != "" })
	s.pressOn(ben, m, "digest_send_now")
	s.sees(ben, ops, "in a moment")
	if all := sent.all(); len(all) != 1 || all[0][0] != sub.ID || all[0][1] == "" || all[0][2] != ben {
		t.Fatalf("sent: %v", all)
	}
	posted := s.digestIn(ops, sub.ID)
	s.pressOn(ana, posted, "digest_send_now")
	s.sees(ana, ops, "in a moment")
	s.stays(posted)
	all := sent.all()
	if len(all) != 2 || all[1][0] != sub.ID || all[1][1] == all[0][1] || all[1][2] != ana {
		t.Fatalf("sent: %v", all)
	}
	s.pressOn(ben, posted, "digest_manage")
	s.sees(ben, ops, "gets 1 digest", "<@"+ben+">")
	s.stays(posted)
	s.slash(ben, ops, "subscriptions")
	s.pressOn(ben, s.sees(ben, ops, "gets 1 digest"), "digest_pause")
	s.sees(ben, ops, "is paused")
	s.pressOn(ben, posted, "digest_send_now")
	s.sees(ben, ops, "is paused, so nothing was sent")
	for _, who := range []string{"guest", "stranger"} {
		s.pressOn(outsiders[who].ID, posted, "digest_send_now")
		s.pressOn(outsiders[who].ID, posted, "digest_manage")
		s.settle()
		for _, m := range s.slack.Messages(ops, outsiders[who].ID) {
			if holds(m, []string{"gets 1 digest"}) {
				t.Errorf("%s sees %s", who, reads(m))
			}
		}
	}
	if n := len(sent.all()); n != 2 {
		t.Errorf("sent: %v", sent.all())
	}
}

// What configuration has set up is listed, and changed there.
func TestSubscriptions_configured(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	schedule, err := digest.ParseSchedule("@every 1h")
	if err != nil {
		t.Fatal(err)
	}
	err = s.store.SaveSubscription(t.Context(), store.Subscription{Config: true, Channel: ops, Schedule: schedule.String(), Zone: "UTC"}, "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.slash(ben, ops, "subscriptions")
	m := s.sees(ben, ops, "gets 1 digest", "DIGEST_CHANNEL")
	for _, action := range []string{"digest_pause", "digest_unsubscribe"} {
		if elementID(m.Blocks, action) != "" {
			t.Errorf("%s is offered", action)
		}
	}
	for _, action := range []string{"digest_pause", "digest_unsubscribe"} {
		now, _ := s.bot.DigestButtons(ops, store.ConfigSubscription)
		s.slash(ben, ops, "subscriptions")
		m = s.sees(ben, ops, "gets 1 digest")
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ben, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, "digest_send_now"),
			Mutate: func(p map[string]any) {
				pressed := p["actions"].([]any)[0].(map[string]any)
				pressed["action_id"], pressed["value"] = action, now
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.sees(ben, ops, "DIGEST_CHANNEL")
	}
	s.slash(ben, ops, "unsubscribe all")
	s.sees(ben, ops, "DIGEST_CHANNEL")
	if all := s.subscriptions(ops); len(all) != 1 || !all[0].Paused.IsZero() {
		t.Errorf("%+v", all)
	}
}

// Unsubscribe ends the one digest there is, the one that is named, or asks
// which.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "unsubscribe")
	s.sees(ben, ops, "gets no digest")
	s.subscribes(ben, ops, "all")
	s.subscribes(ben, ops, "contoso retail")
	s.subscribes(ben, ops, "fabrikam weekly mon")
	s.subscribes(ben, ops, "fabrikam daily")
	s.subscribes(ben, private, "fabrikam")
	s.slash(ana, ops, "unsubscribe")
	s.sees(ana, ops, "Which digest?", "gets 4")
	s.slash(ana, ops, "unsubscribe woodgrove")
	s.sees(ana, ops, "") // no such digest, or no such customer
	s.slash(ana, ops, "unsubscribe contoso retail")
	s.sees(ana, ops, canary, "is removed", "<@"+ana+">")
	s.slash(ana, ops, "unsubscribe fabrikam")
	s.sees(ana, ops, "Which digest?", "gets")
	s.slash(ana, ops, "unsubscribe all")
	s.sees(ana, ops, "all customers", "is removed")
	s.slash(ana, ops, "unsubscribe all")
	s.sees(ana, ops, "no such digest")
	if n := len(s.subscriptions(ops)); n != 2 {
		t.Errorf("%d digests", n)
	}
	if n := len(s.subscriptions(private)); n != 1 {
		t.Errorf("%d digests elsewhere", n)
	}
}

// A digest of a customer that the channel shows no longer is listed without the
// name, and can be removed.
func TestSubscriptions_hidden(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Fabrikam")}, By: ana})
	err := s.store.SaveSubscription(t.Context(), store.Subscription{
		ID: "OLD", Channel: ops, Customer: s.id(canary), Schedule: "daily 08:30", Zone: "UTC", By: ana,
	}, ana, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.slash(ben, ops, "subscriptions")
	m := s.sees(ben, ops, "gets 1 digest")
	s.pressOn(ben, m, "digest_pause")
	s.sees(ben, ops, "is paused")
	s.slash(ben, ops, "unsubscribe contoso retail")
	s.sees(ben, ops, "")
	s.slash(ben, ops, "unsubscribe")
	s.sees(ben, ops, "is removed")
	s.never(ben, ops, canary)
	if n := len(s.subscriptions("")); n != 0 {
		t.Errorf("%d digests", n)
	}
}
