package formatting

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// berlin is the zone of the digests here.
func berlin() *time.Location { return friday().Location() }

// slot is when they are planned: 08:30 in Berlin on Tuesday 24 November.
func slot() time.Time { return time.Date(2026, time.November, 24, 8, 30, 0, 0, berlin()) }

func change(customer, module string, scanned, was, gap int64) DigestChange {
	return DigestChange{Customer: customer, Module: module, Was: DigestCount{scanned, was}, Now: DigestCount{scanned, gap}, Known: true}
}

// digest is one as it comes on a usual day.
func digest() DigestView {
	closed := change("Northwind", "Exchange Online", 120, 4, 0)
	closed.For = 75 * time.Hour
	v := DigestView{
		Command: command, Now: slot().Add(2 * time.Second), Zone: berlin(), Planned: slot(),
		Next:   []time.Time{slot().AddDate(0, 0, 1), slot().AddDate(0, 0, 2)},
		Period: "since yesterday",
		New:    []DigestChange{change("Fabrikam", "OneDrive", 340, 0, 2)},
		Worse:  []DigestChange{change("Contoso Retail GmbH", "Microsoft 365 Group", 77, 3, 7)},
		Closed: []DigestChange{closed},
		Totals: DigestTotals{Customers: 24, WithGaps: 2, Complete: 21, Stale: 1, Scanned: 18402, Gap: 12},
		Rows: []DigestRow{
			{Customer: "Contoso Retail GmbH", Scanned: 2807, Kept: 2797, Gap: 10, Was: amount(6)},
			{Customer: "Fabrikam", Scanned: 702, Kept: 700, Gap: 2, Was: amount(0)},
		},
		Stale:  []DigestStale{{Customer: "Tailspin", Since: slot().Add(-10*time.Hour - 20*time.Minute), Class: "unavailable"}},
		AsOf:   slot().Add(-38 * time.Minute),
		Manage: "m", SendNow: "s1",
	}
	for i := range 7 {
		v.Days = append(v.Days, DigestDay{At: slot().AddDate(0, 0, i-6), Gap: []int64{9, 9, 14, 0, 10, 10, 12}[i], Known: i != 3})
	}
	return v
}

// well is a digest with nothing to do.
func well() DigestView {
	v := digest()
	v.New, v.Worse, v.Closed, v.Rows, v.Stale = nil, nil, nil, nil, nil
	v.Totals = DigestTotals{Customers: 24, Complete: 24, Scanned: 18402}
	v.AsOf = slot()
	return v
}

// ofContoso is a digest of one customer.
func ofContoso() DigestView {
	v := digest()
	v.Customer, v.Modules, v.Rows, v.Stale = "Contoso Retail GmbH", contoso().Modules, nil, nil
	v.New, v.Closed = nil, nil
	v.Totals = DigestTotals{Customers: 1, WithGaps: 1, Scanned: 2807, Gap: 10}
	return v
}

// crowd is a digest of n customers with gaps, all of them new, and others.
func crowd(n int, suffix string) DigestView {
	v := digest()
	v.New, v.Rows, v.CSV = nil, nil, true
	for i := range n {
		name := fmt.Sprintf("Customer %03d%s", i, suffix)
		v.New = append(v.New, change(name, "Exchange Online"+suffix, 1000, 0, int64(n-i)))
		v.Rows = append(v.Rows, DigestRow{Customer: name, Scanned: 100_000, Kept: 100_000 - int64(n-i), Gap: int64(n - i), Was: amount(0)})
		v.Stale = append(v.Stale, DigestStale{Customer: name, Class: "forbidden"})
		v.Failed = append(v.Failed, name)
	}
	v.New, v.Rows = v.New[:min(n, 50)], v.Rows[:min(n, 50)]
	v.Counts.New, v.MoreStale, v.MoreFailed = n, 100_000, 7
	v.Totals = DigestTotals{Customers: 212 + n, WithGaps: n, Complete: 200, Stale: 12, Scanned: 1_840_200, Gap: int64(n * (n + 1) / 2)}
	return v
}

func digestStates() []state {
	first, same, late, test, skipped := digest(), digest(), digest(), digest(), digest()
	first.First, first.New, first.Worse, first.Closed, first.Days = true, nil, nil, nil, nil
	for i := range first.Rows {
		first.Rows[i].Was = nil
	}
	same.New, same.Worse, same.Closed, same.Rows[0].Was, same.Rows[1].Was = nil, nil, nil, amount(10), amount(3)
	late.Late, late.Now = true, slot().Add(42*time.Minute)
	test.Test, test.By, test.Planned, test.Now = true, "U0ANA", time.Time{}, slot().Add(5*time.Hour)
	skipped.Skipped, skipped.Period = 2, "since Fri 08:30"
	closed := well()
	closed.Closed = digest().Closed
	ended, better := well(), digest()
	ended.Closed = []DigestChange{{Customer: "Northwind", Module: "Exchange Online", Was: DigestCount{300, 3}, Known: true}, change("Northwind", "OneDrive", 120, 4, 0)}
	ended.Closed[1].Now.Scanned = 116
	better.Better, better.Period = []DigestChange{change("Contoso Retail GmbH", "Exchange Online", 1250, 10, 3)}, "since last week"
	added := digest()
	added.New = []DigestChange{{Customer: "Fabrikam", Tenant: "fabrikam.example", Module: "Teams Chat", Now: DigestCount{1, 1}}, {Customer: "Wingtip", Module: "OneDrive", Known: true, Now: DigestCount{90, 4}}}
	one, oneStale, oneWell := ofContoso(), ofContoso(), ofContoso()
	oneStale.Worse, oneStale.Totals = nil, DigestTotals{Customers: 1, Stale: 1}
	oneStale.Stale, oneStale.AsOf, oneStale.Failed = []DigestStale{{Customer: "Contoso Retail GmbH", Since: slot().Add(-30 * time.Hour), Class: "forbidden"}}, time.Time{}, []string{"Contoso Retail GmbH"}
	oneWell.Worse, oneWell.Totals = nil, DigestTotals{Customers: 1, Complete: 1, Scanned: 2807}
	noted := digest()
	noted.Odd = []DigestNote{{"Wingtip <!here>", "OneDrive", true}, {"Fabrikam", "Exchange Online", false}}
	noted.MoreOdd, noted.MoreSnoozed = 1, 2
	noted.Snoozed = []DigestSnooze{{"Contoso Retail GmbH", "U0ANA", slot().Add(72 * time.Hour)}}
	return []state{
		{"digest_noted", Digest(noted)},
		{"digest_usual", Digest(digest())},
		{"digest_first", Digest(first)},
		{"digest_nothing_changed", Digest(same)},
		{"digest_late", Digest(late)},
		{"digest_test", Digest(test)},
		{"digest_skipped", Digest(skipped)},
		{"digest_only_closed", Digest(closed)},
		{"digest_scan_shrank", Digest(ended)},
		{"digest_better", Digest(better)},
		{"digest_new_module", Digest(added)},
		{"digest_one", Digest(one)},
		{"digest_one_stale", Digest(oneStale)},
		{"digest_one_well", Digest(oneWell)},
	}
}

func digestTroubles() []state {
	all, late, test, single, empty, skipped := well(), well(), well(), well(), well(), well()
	late.Late, late.Now = true, slot().Add(42*time.Minute)
	test.Test, test.By = true, "U0ANA"
	single.Totals = DigestTotals{Customers: 1, Complete: 1, Scanned: 1}
	empty.Totals = DigestTotals{Customers: 24, Complete: 22, Empty: 2, Scanned: 18402}
	skipped.Skipped = 1
	never, failed, nobody, stale := well(), well(), well(), well()
	never.Totals, never.Stale, never.AsOf, never.Days = DigestTotals{Customers: 2, Stale: 2}, []DigestStale{{Customer: "Tailspin"}, {Customer: "Wingtip", Class: "credentials"}}, time.Time{}, nil
	failed.Failed = []string{"Tailspin", "Wingtip"}
	nobody.Totals, nobody.AsOf, nobody.Days = DigestTotals{}, time.Time{}, nil
	stale.Totals.Complete, stale.Totals.Stale, stale.Stale = 23, 1, digest().Stale
	modules := ofContoso()
	modules.Modules = many(137, "").Modules
	modules.Totals = DigestTotals{Customers: 1, WithGaps: 1, Scanned: 137000, Gap: 561}
	hostile := digest()
	hostile.Rows, hostile.Failed = nil, nasty
	for i, n := range nasty[:30] {
		hostile.Rows = append(hostile.Rows, DigestRow{Customer: n, Detail: n, Scanned: 9, Gap: 9})
		hostile.New = append(hostile.New, DigestChange{Customer: n, Module: nasty[i+1], Tenant: nasty[i+2], Now: DigestCount{9, 9}})
		hostile.Stale = append(hostile.Stale, DigestStale{Customer: n, Class: nasty[i]})
	}
	back := func(class string, v DigestView) Message {
		return Summary(SummaryView{Since: slot().Add(-50 * time.Hour), Class: class, Digest: v})
	}
	return []state{
		{"digest_well", Digest(all)},
		{"digest_well_late", Digest(late)},
		{"digest_well_test", Digest(test)},
		{"digest_well_single", Digest(single)},
		{"digest_well_some_empty", Digest(empty)},
		{"digest_well_skipped", Digest(skipped)},
		{"digest_never_read", Digest(never)},
		{"digest_only_failed_jobs", Digest(failed)},
		{"digest_nobody", Digest(nobody)},
		{"digest_only_stale", Digest(stale)},
		{"digest_137_customers", Digest(crowd(137, ""))},
		{"digest_137_long_names", Digest(crowd(137, " of a name that goes on and on until nobody reads it any more"))},
		{"digest_137_modules", Digest(modules)},
		{"digest_hostile", Digest(hostile)},
		{"summary", back("not_in_channel", digest())},
		{"summary_well", back("is_archived", well())},
		{"summary_unknown", Summary(SummaryView{Digest: well()})},
	}
}

// digestedAs are digests with s wherever a name stands.
func digestedAs(s string) []Message {
	v := digest()
	v.Failed, v.Customer = []string{s, s}, ""
	v.By, v.Test, v.Command, v.CSV = "<"+s, true, s, false
	for _, list := range [][]DigestChange{v.New, v.Worse, v.Closed} {
		for i := range list {
			list[i].Customer, list[i].Module, list[i].Tenant = s, s, s
		}
	}
	for i := range v.Rows {
		v.Rows[i].Customer, v.Rows[i].Detail = s, s+fmt.Sprint(i)
	}
	v.Totals.WithGaps = 9
	v.Stale = []DigestStale{{Customer: s, Class: "x" + s}}
	one := v
	one.Customer, one.Modules = "x"+s, []ModuleRow{{Module: s, Tenant: s, Scanned: 9}, {Module: s, Tenant: "b" + s, Scanned: 9}}
	green := well()
	green.Customer = "x" + s
	return []Message{
		Digest(v), Digest(one), Digest(green), Summary(SummaryView{Class: s, Digest: v}), Summary(SummaryView{Class: "x" + s, Digest: green}),
	}
}

// Where all is well, a digest is one line, with or without marks of its time.
func TestDigest_oneLine(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(*DigestView){
		"plain": func(*DigestView) {}, "late": func(v *DigestView) { v.Late = true }, "skipped": func(v *DigestView) { v.Skipped = 3 },
		"test": func(v *DigestView) { v.Test = true }, "first": func(v *DigestView) { v.First = true },
		"empty": func(v *DigestView) { v.Totals.Complete, v.Totals.Empty = 20, 4 },
	} {
		v := well()
		alter(&v)
		m := Digest(v)
		if n := len(m.Blocks); n != 1 || len(m.Blocks[0].(*slack.RichTextBlock).Elements) != 1 || !strings.HasPrefix(m.Text, "✅ ") {
			t.Errorf("%s: %d blocks, %q", name, n, m.Text)
		}
	}
}

// One and many are said as one says them.
func TestDigest_singularAndPlural(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"1 of 1 customer has a gap: 1 object has no backup":            DigestTotals{Customers: 1, WithGaps: 1, Gap: 1}.says(),
		"2 of 2,000 customers have gaps: 1,250 objects have no backup": DigestTotals{Customers: 2000, WithGaps: 2, Gap: 1250}.says(),
		"1 new gap, 1 worse, 1 better, 1 closed":                       DigestCounts{1, 1, 1, 1}.says(),
		"2 new gaps, 2 worse, 2 better, 2 closed":                      DigestCounts{2, 2, 2, 2}.says(),
		"1 more new gap":                     DigestCounts{New: 1}.more(),
		"2 more new gaps":                    DigestCounts{New: 2}.more(),
		"1 more that got worse":              DigestCounts{Worse: 1}.more(),
		"3 more that closed":                 DigestCounts{Closed: 3}.more(),
		"2 more changes: 1 better, 1 closed": DigestCounts{Better: 1, Closed: 1}.more(),
		"1 digest before this was left out: the bot was not running":               DigestView{Skipped: 1}.skipped(),
		"1,000 digests or more before this were left out: the bot was not running": DigestView{Skipped: 1000}.skipped(),
		"1 of 1 object has no backup (not there before)":                           DigestChange{Now: DigestCount{1, 1}}.became(gapNew),
		"complete again after 26 h · 1 object is no longer scanned":                DigestChange{Was: DigestCount{2, 1}, Now: DigestCount{1, 0}, Known: true, For: 26 * time.Hour}.became(gapClosed),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A single thing that is not well makes it more than one line, and never
// called complete as a whole where it is not.
func TestDigest_notWell(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		alter    func(*DigestView)
		complete bool
	}{
		"gap":        {func(v *DigestView) { v.Totals.WithGaps, v.Totals.Complete, v.Totals.Gap = 1, 23, 1 }, false},
		"stale":      {func(v *DigestView) { v.Totals.Stale, v.Totals.Complete = 1, 23 }, false},
		"stale more": {func(v *DigestView) { v.MoreStale = 1 }, true},
		"failed job": {func(v *DigestView) { v.Failed = []string{"a"} }, true},
		"failed":     {func(v *DigestView) { v.MoreFailed = 1 }, true},
		"closed":     {func(v *DigestView) { v.Counts.Closed = 1 }, true},
		"nobody":     {func(v *DigestView) { v.Totals = DigestTotals{} }, false},
		"empty":      {func(v *DigestView) { v.Totals = DigestTotals{Customers: 2, Empty: 2} }, false},
		"unclear":    {func(v *DigestView) { v.Totals.Customers++ }, false},
	} {
		v := well()
		tt.alter(&v)
		m := Digest(v)
		if len(m.Blocks) < 3 || strings.Contains(m.Text, "complete (") != tt.complete {
			t.Errorf("%s: %d blocks, %q", name, len(m.Blocks), m.Text)
		}
	}
}

// The numbers of what is left out add up, and each kind of change is told.
func TestDigest_changesBounded(t *testing.T) {
	t.Parallel()
	v := crowd(137, "")
	v.Worse = append(v.Worse, v.Worse[0], v.Worse[0], v.Worse[0])
	kinds := map[string]int{}
	lines := v.changes()
	for _, l := range lines[:len(lines)-1] {
		kinds[l[0].text]++
	}
	if diff := cmp.Diff(map[string]int{"New gap": 6, "Worse": 3, "Closed": 1}, kinds); diff != "" {
		t.Error(diff)
	}
	if got := lines[len(lines)-1].text(); got != "and 132 more changes: 131 new gaps, 1 worse" {
		t.Error(got)
	}
	v.Counts.Closed = 4
	lines = v.changes()
	if got := lines[len(lines)-1].text(); got != "and 135 more changes: 131 new gaps, 1 worse, 3 closed" {
		t.Error(got)
	}
}

// Whatever names and numbers it holds, a digest fits, and still has a table.
func TestDigest_size(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "<", "漢", "😀", `"`} {
		for _, n := range []int64{7, 1 << 62} {
			v := crowd(137, strings.Repeat(letter, 300))
			v.Late, v.Skipped, v.Test, v.By = true, 1000, true, "U0ANA"
			v.SendNow, v.Manage = strings.Repeat("s", 200), strings.Repeat("m", 200)
			v.Worse, v.Better, v.Closed = v.New, v.New, v.New
			for i := range v.Rows {
				v.Rows[i].Scanned, v.Rows[i].Gap, v.Rows[i].Kept = n, n-1, 1
			}
			for i := range v.Days {
				v.Days[i].Gap = math.MaxInt64
			}
			one := v
			one.Customer, one.Modules = strings.Repeat(letter, 300), fullest(letter, n).Modules
			for name, m := range map[string]Message{"several": Digest(v), "one": Digest(one), "summary": Summary(SummaryView{Since: now, Class: letter + "x", Digest: v})} {
				assertAccepted(t, m)
				if rows := rowsOf(m); t.Failed() || rows < 4 {
					t.Fatalf("%s: letter %s, numbers of %d: %d rows", name, letter, n, rows)
				}
			}
		}
	}
}

// rowsOf is how many rows the table of a message has, without its heading.
func rowsOf(m Message) int {
	for _, b := range m.Blocks {
		if g, ok := gridOf(b); ok {
			return len(g) - 1
		}
	}
	return 0
}

// A table of 30 rows with names as they are usual is shown whole, and the
// rest is counted.
func TestDigest_rows(t *testing.T) {
	t.Parallel()
	v := crowd(137, "")
	v.Stale, v.MoreStale = v.Stale[:2], 10
	m := Digest(v)
	if n := rowsOf(m); n != maxRows {
		t.Errorf("%d rows", n)
	}
	if text := string(wire(t, m)); !strings.Contains(text, "And 107 more customers with gaps") {
		t.Error("the rest is not counted:", text)
	}
}

// A chart is drawn of three known days on, where something was missing.
func TestDigest_chart(t *testing.T) {
	t.Parallel()
	day := func(i int, gap int64, known bool) DigestDay {
		return DigestDay{At: slot().AddDate(0, 0, i), Gap: gap, Known: known}
	}
	many := []DigestDay{}
	for i := range 30 {
		many = append(many, day(i, int64(i), true))
	}
	for name, tt := range map[string]struct {
		days []DigestDay
		want string
	}{
		"none":     {nil, ""},
		"two":      {[]DigestDay{day(0, 1, true), day(1, 1, true), day(2, 1, false)}, ""},
		"zeros":    {[]DigestDay{day(0, 0, true), day(1, 0, true), day(2, 0, true)}, ""},
		"hole":     {[]DigestDay{day(0, 1, true), day(1, 9, false), day(2, 0, true), day(3, 1250, true)}, "24 Nov: 1, 26 Nov: 0, 27 Nov: 1,250"},
		"same day": {[]DigestDay{day(0, 1, true), {slot().Add(time.Hour), 2, true}, day(2, 0, true)}, "24 Nov 08:30: 1, 24 Nov 09:30: 2, 26 Nov 08:30: 0"},
		"twice":    {[]DigestDay{day(0, 1, true), day(0, 1, true), day(2, 0, true)}, ""},
	} {
		v := DigestView{Zone: berlin(), Days: tt.days}
		if got := v.course(); got != tt.want || (len(v.chart()) == 1) != (tt.want != "") {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if got := len((DigestView{Days: many}).days()); got != mostDays {
		t.Errorf("%d days", got)
	}
}

// The day of the header is the slot's, in the zone of the schedule.
func TestDigest_title(t *testing.T) {
	t.Parallel()
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	v := DigestView{Now: now, Planned: slot(), Zone: auckland}
	late := v
	late.Planned = slot().AddDate(0, 0, -1)
	test := DigestView{Now: now, Test: true}
	for want, v := range map[string]DigestView{
		"Backup digest, Tuesday 24 November": v, "Backup digest, Monday 23 November": late, "Test: backup digest, Tuesday 24 November": test,
	} {
		if got := v.title(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	for want, next := range map[string][]time.Time{
		"":                               nil,
		"Tue 08:30 Europe/Berlin":        {slot()},
		"Thu 24 Dec 08:30 UTC":           {time.Date(2026, 12, 24, 8, 30, 0, 0, time.UTC)},
		"Tue 13:07:05, Wed 13:07 UTC":    {now.Add(5 * time.Second), now.AddDate(0, 0, 1)},
		"Mon 13:07, Tue 1 Dec 13:07 UTC": {now.AddDate(0, 0, 6), now.AddDate(0, 0, 7)},
	} {
		if got := runs(next, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Rendering changes nothing of what was handed in.
func TestDigest_pure(t *testing.T) {
	t.Parallel()
	v := crowd(40, strings.Repeat("<", 300))
	before := fmt.Sprint(v)
	Digest(v)
	if fmt.Sprint(v) != before {
		t.Error("the view has changed")
	}
}

func BenchmarkDigest(b *testing.B) {
	for name, v := range map[string]DigestView{"usual": digest(), "well": well(), "137": crowd(137, ""), "137,long": crowd(137, strings.Repeat("漢", 300))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Digest(v)
			}
		})
	}
}
