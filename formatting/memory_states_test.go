package formatting

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zone of a pause
)

// running is a bot that does well.
func running() StatusView {
	return StatusView{
		Command: command, Version: "1.4.0", Now: now,
		Last: &SweepView{
			Began: now.Add(-22 * time.Minute), Ended: now.Add(-5 * time.Minute), Customers: 212, Good: 205, Empty: 3, Failed: 4,
		},
		Customers: 212, Unwatched: 2, Gone: 1, Oldest: now.Add(-64 * time.Minute), StaleAfter: 6 * time.Hour, Directory: now.Add(-7 * time.Minute),
		Pace:    Pace{Estimate: 61 * time.Second, Interval: time.Hour, Rate: 4, InFlight: 16, Latency: 4600 * time.Millisecond},
		Storage: StorageView{Kind: "SQLite", Bytes: 12_400_000, Backup: now.Add(-10 * time.Hour), Copies: true}, Replicas: 1, Refresh: "s",
	}
}

func statusStates() []state {
	first, during, late := running(), running(), running()
	first.Last, first.Oldest, first.Never, first.Storage.Backup = nil, time.Time{}, 172, time.Time{}
	first.Current = &SweepView{Began: now.Add(-2 * time.Minute), Customers: 212, Good: 39, Failed: 1, Left: 7 * time.Minute}
	during.Current = &SweepView{Began: now.Add(-time.Minute), Customers: 212, Good: 10}
	late.Stale, late.Never, late.Oldest = 9, 1, now.Add(-30*time.Hour)
	late.API.Failing = []FailureCount{{"forbidden", 6}, {"unavailable", 3}, {"partial", 2}, {"storage", 2}, {"something_new", 1}}
	some := running()
	some.API.Failing = []FailureCount{{"not_found", 1}}
	slow := running()
	slow.Customers, slow.Last.Skipped = 100_000, 2
	slow.Pace.Estimate, slow.Pace.InFlight, slow.Pace.TooSlow = 7*time.Hour+43*time.Minute, 256, true
	calls := running()
	calls.Customers, calls.Pace = 10_000, Pace{Estimate: 48 * time.Minute, Interval: 30 * time.Minute, Rate: 100, InFlight: 16, Latency: 4600 * time.Millisecond, TooSlow: true}
	both := slow
	both.Pace.Latency = 46 * time.Second
	unknown := slow
	unknown.Pace.Rate, unknown.Pace.InFlight = 0, 0
	refused, down, lost, replicas := running(), running(), running(), running()
	refused.API.Credentials = true
	down.API.Down = now.Add(-3 * time.Hour)
	lost.Storage = StorageView{}
	damaged, full := lost, lost
	damaged.Storage.Damaged, full.Storage.Full = true, true
	quick := running()
	quick.Pace.Estimate, quick.Pace.Interval, quick.Pace.Latency = 40*time.Millisecond, time.Second, 3*time.Millisecond
	replicas.Storage, replicas.Replicas = StorageView{Kind: "PostgreSQL", Bytes: 3 << 30}, 3
	posting, waiting, parked, given := running(), running(), running(), running()
	posting.Deliveries = &DeliveriesView{Sent: 48}
	waiting.Deliveries = &DeliveriesView{Sent: 1204, Pending: 2, Sending: 1, Oldest: now.Add(-3 * time.Minute), Doubles: 1}
	parked.Deliveries = &DeliveriesView{Sent: 48, Pending: 1, Oldest: now.Add(-26 * time.Hour), Parked: []ParkedChannel{
		{Channel: "C0OPS", Class: "not_in_channel", Since: now.Add(-26 * time.Hour), Waiting: 1},
		{Channel: "C0OPS", Class: "is_archived", Since: now.Add(-time.Hour)},
	}}
	for range 5 {
		parked.Deliveries.Parked = append(parked.Deliveries.Parked, ParkedChannel{Channel: "C0OPS"})
	}
	given.Deliveries = &DeliveriesView{Dead: 1}
	limited, limitedLate, limitedDown, limitedFirst := running(), late, refused, first
	limited.Limited, limitedLate.Limited, limitedDown.Limited, limitedFirst.Limited = true, true, true, true
	return []state{
		{"status_limited", Status(limited)},
		{"status_limited_late", Status(limitedLate)},
		{"status_limited_down", Status(limitedDown)},
		{"status_limited_first_sweep", Status(limitedFirst)},
		{"status_usual", Status(running())},
		{"status_first_sweep", Status(first)},
		{"status_during_sweep", Status(during)},
		{"status_late", Status(late)},
		{"status_some_not_read", Status(some)},
		{"status_too_slow_by_rate", Status(slow)},
		{"status_too_slow_by_calls", Status(calls)},
		{"status_too_slow_by_both", Status(both)},
		{"status_too_slow", Status(unknown)},
		{"status_credentials", Status(refused)},
		{"status_down", Status(down)},
		{"status_no_memory", Status(lost)},
		{"status_damaged", Status(damaged)},
		{"status_no_room", Status(full)},
		{"status_replicas", Status(replicas)},
		{"status_quick", Status(quick)},
		{"status_deliveries", Status(posting)},
		{"status_deliveries_wait", Status(waiting)},
		{"status_parked", Status(parked)},
		{"status_given_up", Status(given)},
	}
}

func exportStates() []state {
	all := ExportView{Command: command, Customers: 212, Lines: 1804, Unread: 4, Oldest: now.Add(-64 * time.Minute), Now: now, URL: contoso().PortalURL}
	one := ExportView{Command: command, Customer: "Contoso Retail GmbH", Customers: 1, Lines: 4, Now: now}
	empty, oneEmpty := all, one
	empty.Empty, oneEmpty.Empty = 3, 1
	return []state{
		{"export_started", ExportStarted(all)},
		{"export_started_one", ExportStarted(one)},
		{"export_ready", ExportReady(all)},
		{"export_ready_one", ExportReady(one)},
		{"export_nothing", ExportNothing(all)},
		{"export_nothing_one", ExportNothing(one)},
		{"export_ready_some_empty", ExportReady(empty)},
		{"export_nothing_empty", ExportNothing(empty)},
		{"export_nothing_one_empty", ExportNothing(oneEmpty)},
		{"export_scope_missing", ExportRefused("files:write", "")},
		{"export_refused", ExportRefused("", "7F3K")},
	}
}

// friday is the end of a pause in Berlin.
func friday() time.Time {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err) // the zones are in the program
	}
	return time.Date(2026, time.November, 27, 0, 0, 0, 0, berlin)
}

func watchingStates() []state {
	said := func(change WatchChange, until time.Time, by string, gone bool) Message {
		return Watching(WatchingView{Customer: "Contoso Retail GmbH", Command: command, Change: change, Until: until, By: by, Now: now, Gone: gone, Undo: "k7"})
	}
	row := func(i int) UnwatchedRow {
		return UnwatchedRow{Customer: fmt.Sprintf("Customer %03d", i), By: "U0ANA", Value: fmt.Sprint("k", i)}
	}
	few := UnwatchedView{Command: command, Now: now, Customers: []UnwatchedRow{row(1), row(2)}}
	few.Customers[0].Until, few.Customers[1].By = friday(), ""
	many := few
	for i := range 98 {
		many.Customers = append(many.Customers, row(i+3))
	}
	many.Total = 137
	return []state{
		{"watched_again", said(WatchedAgain, time.Time{}, "U0ANA", false)},
		{"watched_again_gone", said(WatchedAgain, time.Time{}, "U0ANA", true)},
		{"watched_already", said(AlreadyWatched, time.Time{}, "", false)},
		{"unwatched", said(Unwatched, time.Time{}, "U0ANA", false)},
		{"unwatched_until", said(Unwatched, friday(), "U0ANA", false)},
		{"unwatched_until_next_year", said(Unwatched, friday().AddDate(0, 2, 0), "U0ANA", true)},
		{"unwatched_already", said(AlreadyUnwatched, friday(), "U0BEN", false)},
		{"unwatched_already_without_end", said(AlreadyUnwatched, time.Time{}, "", false)},
		{"unwatched_list", UnwatchedList(few)},
		{"unwatched_list_many", UnwatchedList(many)},
		{"unwatched_list_none", UnwatchedList(UnwatchedView{Command: command, Now: now})},
	}
}

func forgetStates() []state {
	v := ForgetView{
		Customer: "Contoso Retail GmbH", Command: command, Gone: now.AddDate(0, 0, -40), Since: now.AddDate(-1, 0, 0), Copies: 7,
		Now: now, Forget: "k7", Keep: "k7", By: "U0ANA",
	}
	listed := v
	listed.Listed, listed.Gone, listed.Copies = true, time.Time{}, 0
	return []state{
		{"forget_ask", ForgetAsk(v)},
		{"forget_ask_listed", ForgetAsk(listed)},
		{"forgotten", Forgotten(v)},
		{"forgotten_listed", Forgotten(listed)},
		{"forget_kept", ForgetKept(v)},
		{"for_admins", ForAdmins(command + " forget")},
		{"no_customer", NoCustomer(command + " forget contoso")},
		{"bad_span", BadSpan()},
		{"bad_end", BadEnd()},
		{"export_under_way", ExportUnderWay()},
		{"beyond_name", BeyondName("Contoso", "<!channel> retail")},
		{"beyond_word", BeyondWord(command, "gaps")},
		{"storage_down", StorageDown("7F3K")},
		{"storage_full", StorageFull("7F3K")},
		{"storage_damaged", StorageDamaged("7F3K")},
		{"forgotten_already", AlreadyForgotten("Contoso Retail GmbH")},
		{"pause_form", PauseForm(command + " unwatch fabrikam until friday")},
	}
}

func unchangedStates() []state {
	complete, same, worse := contoso(), contoso(), contoso()
	complete.Modules = complete.Modules[2:3]
	complete.Change, complete.Trend = amount(0), "k7"
	same.Change, worse.Change = amount(0), amount(3)
	for _, v := range []*OverviewView{&complete, &same, &worse} {
		v.UnchangedSince = v.ReadAt.Add(-12*day - time.Hour)
	}
	worse.UnchangedSince = worse.ReadAt.Add(-time.Hour)
	return []state{
		{"overview_complete_unchanged", Overview(complete)},
		{"overview_unchanged", Overview(same)},
		{"overview_changed_an_hour_ago", Overview(worse)},
	}
}

// What is said of the bot, of watching and of forgetting fits whatever it holds.
func TestRemembered_size(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "<", "漢", "😀", `"`} {
		long := strings.Repeat(letter, 300)
		status := running()
		status.Version, status.Storage.Kind = long, long
		status.Pace.TooSlow, status.Pace.Estimate = true, 1<<62
		for range 12 {
			status.API.Failing = append(status.API.Failing, FailureCount{long, 1 << 40})
		}
		list := UnwatchedView{Command: long, Now: now, Total: 1 << 40}
		for i := range 100 {
			list.Customers = append(list.Customers, UnwatchedRow{Customer: long, Until: friday().AddDate(2, 0, 0), By: "U0123456789ABCDEF", Value: fmt.Sprint(strings.Repeat("v", 24), i)})
		}
		forget := ForgetView{Customer: long, Command: long, Listed: true, Since: now, Copies: 7, Forget: "a", Keep: "b"}
		for _, m := range []Message{
			Status(status), UnwatchedList(list), ForgetAsk(forget), Help(HelpView{Command: long}),
			Watching(WatchingView{Customer: long, Command: long, Change: Unwatched, Gone: true, Now: now, Undo: "a"}),
		} {
			assertAccepted(t, m)
		}
		if t.Failed() {
			t.Fatalf("letter %s", letter)
		}
	}
}

// What cannot be undone is not marked as an ordinary button.
func TestForgetAsk_danger(t *testing.T) {
	t.Parallel()
	buttons := elements(t, ForgetAsk(ForgetView{Customer: "Contoso", Forget: "a", Keep: "b"}))
	if len(buttons) != 2 || buttons[0].Style != "danger" || buttons[1].Style != "" {
		t.Errorf("%+v", buttons)
	}
	if got := elements(t, ForgetAsk(ForgetView{Customer: "Contoso"})); len(got) != 0 {
		t.Errorf("buttons without values: %+v", got)
	}
}
