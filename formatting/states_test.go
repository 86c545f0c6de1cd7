package formatting

import (
	"fmt"
	"strings"
	"time"
)

// state is one message in one state.
type state struct {
	name    string
	message Message
}

func states() []state {
	var all []state
	all = append(all, overviewStates()...)
	all = append(all, overviewOccasions()...)
	all = append(all, hostileStates()...)
	all = append(all, findingStates()...)
	all = append(all, failureStates()...)
	for _, more := range [][]state{
		fleetStates(), fleetOccasions(), trendStates(), statusStates(), exportStates(), watchingStates(), forgetStates(), unchangedStates(), scopeStates(), channelStates(),
		digestStates(), digestTroubles(), subscriptionStates(), deliveryStates(),
		alertStates(), alertGroupStates(), alertOpsStates(), alertListStates(),
	} {
		all = append(all, more...)
	}
	return append(all, doorStates()...)
}

// overviewStates differ in what was read.
func overviewStates() []state {
	one := contoso()
	one.Modules = []ModuleRow{module("OneDrive", 12, 11, "3.2 GB", "N/A")}
	single := contoso()
	single.Modules = []ModuleRow{module("OneDrive", 1, 0, "0 GB", "N/A")}
	complete := contoso()
	complete.Modules = []ModuleRow{
		module("Exchange Online", 1250, 1250, "812.40 GB", "N/A"), module("OneDrive", 1180, 1180, "2.31 TB", "N/A"),
		module("Microsoft 365 Group", 77, 77, "0 GB", "93.5 GB"), module("Teams Chat", 300, 300, "4.1 GB", "N/A"),
	}
	nothing := contoso()
	nothing.Modules = []ModuleRow{module("Exchange Online", 0, 0, "N/A", "N/A"), module("OneDrive", 0, 0, "0.96 GB", "N/A")}
	none := contoso()
	none.Modules = nil
	odd := contoso()
	odd.Modules = append(odd.Modules,
		module("Project Online", 3, 0, "N/A", "N/A"), module("Viva Engage", 0, 0, "0.96 GB", "1.2 GB"),
		module("SharePoint Online", 40, 45, "12 GB (est)", ""))
	other := contoso()
	other.Other = []ModuleRow{
		{Module: "Gmail", Service: "Cloud Backup for Google Workspace", Scanned: 15, Protected: 12},
		{Module: "Drive", Service: "Cloud Backup for Google Workspace", Scanned: 15, Protected: 16},
	}
	otherOnly := other
	otherOnly.Modules = nil
	change, fewer := contoso(), contoso()
	change.Change, fewer.Change = amount(3), amount(-1250)
	return []state{
		{"overview_usual", Overview(contoso())},
		{"overview_complete", Overview(complete)},
		{"overview_one_object", Overview(one)},
		{"overview_only_object", Overview(single)},
		{"overview_nothing_scanned", Overview(nothing)},
		{"overview_no_rows", Overview(none)},
		{"overview_odd", Overview(odd)},
		{"overview_other_service", Overview(other)},
		{"overview_other_service_only", Overview(otherOnly)},
		{"overview_change", Overview(change)},
		{"overview_change_fewer", Overview(fewer)},
		{"overview_tenants", Overview(tenants(2))},
		{"overview_tenants_many", Overview(tenants(40))},
		{"overview_137_modules", Overview(many(137, ""))},
		{"overview_137_modules_page_2", Overview(page2(many(137, "")))},
		{"overview_137_modules_last_page", Overview(pageN(many(137, ""), 4))},
	}
}

// overviewOccasions differ in when and for whom the same is shown.
func overviewOccasions() []state {
	reading := contoso()
	reading.Reading = true
	stale := func(t Trouble) OverviewView {
		v := contoso()
		v.ReadAt, v.Stale = now.Add(-time.Hour), &t
		return v
	}
	yesterday := stale(Trouble{Kind: Unavailable, Ref: "7F3K"})
	yesterday.ReadAt = now.Add(-26 * time.Hour)
	shared := contoso()
	shared.SharedBy, shared.More, shared.Names = "U0ANA", "", ""
	emptied, emptiedShared, unread := contoso(), contoso(), contoso()
	emptied.ReadAt, emptied.EmptySince = now.Add(-26*time.Hour), now
	emptiedShared.ReadAt, emptiedShared.EmptySince, emptiedShared.SharedBy = now.Add(-26*time.Hour), now, "U0ANA"
	unread.Modules, unread.ReadAt, unread.EmptySince = nil, time.Time{}, now.Add(-time.Hour)
	unwatched, gone := contoso(), contoso()
	unwatched.Unwatched, unwatched.Until = true, now.Add(72*time.Hour)
	gone.Unwatched, gone.Gone = true, now.Add(-40*day)
	posted := contoso()
	posted.Posted, posted.Share = now, ""
	return []state{
		{"overview_reading", Overview(reading)},
		{"overview_stale_busy", Overview(stale(Trouble{Kind: Busy, Waited: 25 * time.Second}))},
		{"overview_stale_asked_to_wait", Overview(stale(Trouble{Kind: Busy, RetryAfter: 2 * time.Minute}))},
		{"overview_stale_unavailable", Overview(yesterday)},
		{"overview_stale_forbidden", Overview(stale(Trouble{Kind: Forbidden, Ref: "7F3K"}))},
		{"overview_stale_unreadable", Overview(stale(Trouble{Kind: Unreadable, Ref: "7F3K"}))},
		{"overview_shared", Overview(shared)},
		{"overview_posted", Overview(posted)},
		{"overview_emptied", Overview(emptied)},
		{"overview_emptied_shared", Overview(emptiedShared)},
		{"overview_emptied_unread", Overview(unread)},
		{"overview_unwatched", Overview(unwatched)},
		{"overview_gone", Overview(gone)},
		{"reading_now", ReadingNow("Contoso Retail GmbH")},
	}
}

func hostileStates() []state {
	channel := contoso()
	channel.Customer = "<!channel> & Söhne"
	channel.Modules[0].Module = "<!channel> & friends"
	channel.Modules[0].Tenant = "<@U0ADMIN>"
	corpus := many(137, "")
	corpus.Customer = nasty[0]
	for i := range corpus.Modules {
		corpus.Modules[i].Module = nasty[i%len(nasty)]
		corpus.Modules[i].Tenant = nasty[(i+1)%len(nasty)]
	}
	corpus.Other = []ModuleRow{{Module: nasty[2], Service: nasty[3], Scanned: 4, Protected: 1}}
	long := many(3, strings.Repeat("abcdefghi ", 30))
	long.Customer = strings.Repeat("Contoso Retail ", 20)
	return []state{
		{"overview_channel_in_name", Overview(channel)},
		{"overview_hostile", Overview(corpus)},
		{"overview_300_character_name", Overview(long)},
		{"overview_137_modules_300_character_names", Overview(many(137, strings.Repeat("abcdefghi ", 30)))},
		{"names", FullNames(long)},
		{"names_none", FullNames(contoso())},
		{"names_many", FullNames(many(137, strings.Repeat("abcdefghi ", 30)))},
	}
}

func findingStates() []state {
	hits := []Choice{
		{Name: "Contoso Retail GmbH", Detail: "it@contoso.example", Value: "c1", Gap: 10, Known: true},
		{Name: "Contoso Logistics", Detail: "it@logistics.example", Value: "c2", Known: true},
		{Name: "Contoso", Detail: "ana@contoso.example", Value: "c3"},
		{Name: "Contoso", Detail: "old@contoso.example", Value: "c4", Gap: 1, Known: true},
	}
	var crowd []Choice
	for i := range 137 {
		crowd = append(crowd, Choice{Name: fmt.Sprintf("Contoso %03d", i), Value: fmt.Sprintf("c%d", i)})
	}
	nasties := make([]Choice, len(nasty))
	for i, n := range nasty {
		nasties[i] = Choice{Name: n, Detail: n, Value: fmt.Sprintf("c%d", i), Gap: int64(i), Known: true}
	}
	return []state{
		{"picker_usual", Picker(PickerView{Query: "conto", Hits: hits})},
		{"picker_137_hits", Picker(PickerView{Query: "co", Hits: crowd})},
		{"picker_first_of_many", Picker(PickerView{Query: "o", Hits: hits, Total: 5210})},
		{"picker_hostile", Picker(PickerView{Query: nasty[0], Hits: nasties})},
		{"did_you_mean", DidYouMean(DidYouMeanView{Query: "contsoo", Command: command, Nearest: hits[:2]})},
		{"did_you_mean_one", DidYouMean(DidYouMeanView{Query: "contsoo", Command: command, Nearest: hits[:1]})},
		{"did_you_mean_none", DidYouMean(DidYouMeanView{Query: "xyz", Command: command})},
		{"did_you_mean_hostile", DidYouMean(DidYouMeanView{Query: nasty[1], Command: command, Nearest: nasties})},
		{"nearly_command", NearlyCommand("subscrib", command, "subscribe")},
		{"not_in_scope", NotInScope(NotInScopeView{Query: "fabrikam", Command: command, Shows: []string{"Contoso"}})},
		{"not_in_scope_several", NotInScope(NotInScopeView{Query: "fabrikam", Command: command, Shows: []string{"A", "B", "C", "D"}})},
	}
}

func failureStates() []state {
	fail := func(t Trouble) Message {
		t.Ref = "7F3K"
		return Failure(FailureView{Trouble: t, Customer: "Contoso Retail GmbH", Command: command})
	}
	list := func(k TroubleKind) Message {
		return Failure(FailureView{Trouble: Trouble{Kind: k, Ref: "7F3K"}, Command: command})
	}
	busy := FailureView{Trouble: Trouble{Kind: Busy, Waited: 25 * time.Second}, Customer: "Contoso", Command: command, Retry: "c1"}
	return []state{
		{"failure_internal", fail(Trouble{})},
		{"failure_forbidden", fail(Trouble{Kind: Forbidden})},
		{"failure_not_found", fail(Trouble{Kind: NotFound})},
		{"failure_busy", Failure(busy)},
		{"failure_busy_asked_to_wait", fail(Trouble{Kind: Busy, RetryAfter: 90 * time.Second})},
		{"failure_unavailable", fail(Trouble{Kind: Unavailable})},
		{"failure_unreadable", fail(Trouble{Kind: Unreadable})},
		{"failure_credentials", fail(Trouble{Kind: Credentials})},
		{"failure_other_customer", fail(Trouble{Kind: OtherCustomer})},
		{"failure_too_large", fail(Trouble{Kind: TooLarge})},
		{"failure_list_forbidden", list(Forbidden)},
		{"failure_list_unreadable", list(Unreadable)},
		{"failure_list_unavailable", list(Unavailable)},
	}
}

func doorStates() []state {
	return []state{
		{"help", Help(HelpView{Command: command, Shows: Shows{All: true, Customers: 212}})},
		{"help_bound", Help(HelpView{Command: command, Shows: Shows{Customers: 1, Names: []string{"Contoso"}}})},
		{"help_early", Help(HelpView{Command: "/bo", Shows: Shows{All: true}})},
		{"help_nothing", Help(HelpView{Command: command})},
		{"help_unknown", Help(HelpView{Command: command, Unknown: true})},
		{"refused", Refused("Contoso IT")},
		{"refused_unknown_workspace", Refused("")},
		{"refused_hostile", Refused(nasty[0])},
		{"admins_only", AdminsOnly()},
		{"overloaded", Overloaded()},
		{"restarting", Restarting()},
		{"scope_missing", ScopeMissing("users:read")},
		{"share_unsure", ShareUnsure()},
		{"share_scope_missing", ShareScopeMissing("chat:write")},
		{"directory_still_loading", DirectoryStillLoading()},
		{"directory_loading", DirectoryLoading()},
		{"too_fast", TooFast(TooFastView{Count: 7, Next: 19200 * time.Millisecond})},
		{"too_fast_channel", TooFast(TooFastView{Count: 21, Channel: true, Next: 0})},
		{"share_refused_unchecked", ShareRefused(ShareUnchecked)},
		{"share_refused_external", ShareRefused(ShareExternal)},
		{"share_refused_not_member", ShareRefused(ShareNotMember)},
		{"share_refused_forbidden", ShareRefused(ShareForbidden)},
		{"share_refused_archived", ShareRefused(ShareArchived)},
		{"already_shared", AlreadyShared("U0ANA", now)},
		{"already_shared_unknown", AlreadyShared("", time.Time{})},
		{"button_too_old", ButtonTooOld(command)},
	}
}
