package formatting

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// The counts are said where they are not zero, singular and plural.
func TestFleet_headline(t *testing.T) {
	t.Parallel()
	gap := FleetView{WithGaps: 1, Complete: 1, Empty: 1, Stale: 1, Never: 1, Gap: 1, Unwatched: 1, Gone: 1}
	gaps := gap
	gaps.Gaps, gaps.Gap, gaps.WithGaps = true, 2, 2
	for name, tt := range map[string]struct {
		view FleetView
		want string
	}{
		"one of each": {gap, "1 has a gap: 1 object has no backup, 1 complete, 1 with data older than 6 h, 1 never answered, 1 with nothing scanned, 1 not watched, 1 left AvePoint"},
		"gaps":        {gaps, "2 objects of 2 customers have no backup, 1 complete, 1 with data older than 6 h, 1 never answered, 1 with nothing scanned, 1 not watched, 1 left AvePoint"},
		"only gaps":   {FleetView{WithGaps: 3, Gap: 1204}, "3 have gaps: 1,204 objects have no backup"},
		"complete":    {FleetView{Complete: 2, Scanned: 1250, Unwatched: 3}, "✅ All 2 customers are complete (1,250 objects), 3 not watched"},
		"empty too":   {FleetView{Complete: 2, Empty: 1}, "No customer has a gap, 2 complete, 1 with nothing scanned"},
		"stale":       {FleetView{Complete: 2, Stale: 1}, "No customer with fresh data has a gap, 2 complete, 1 with data older than 6 h"},
		"only stale":  {FleetView{Stale: 2}, "No customer has fresh data, 2 with data older than 6 h"},
		"one gap":     {FleetView{WithGaps: 1, Gap: 2, Gaps: true}, "2 objects of 1 customer have no backup"},
	} {
		if got := spoken(counts(tt.view).headline()).text(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A fleet with a gap, stale or unread customer is never called complete.
func TestFleet_completeMeansAll(t *testing.T) {
	t.Parallel()
	for bits := range 16 {
		v := counts(FleetView{Complete: 7, WithGaps: bits & 1, Stale: bits >> 1 & 1, Never: bits >> 2 & 1, Empty: bits >> 3 & 1, Gap: int64(bits & 1)})
		if says := strings.Contains(Fleet(v).Text, "✅"); says != (bits == 0) {
			t.Errorf("%04b: %s", bits, Fleet(v).Text)
		}
	}
}

// labels are what the elements of a message say.
func labels(t *testing.T, m Message) []string {
	t.Helper()
	var all []string
	for _, e := range elements(t, m) {
		all = append(all, e.Text.Text)
	}
	return all
}

func TestFleet_controls(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		offset, ranked int
		want           []string
	}{
		"first page":     {0, 212, []string{"", "", "Refresh", "Next 20", "Export CSV"}},
		"in between":     {20, 212, []string{"", "", "Refresh", "Back", "Next 20", "Export CSV"}},
		"last but one":   {20, 43, []string{"", "", "Refresh", "Back", "Next 3", "Export CSV"}},
		"last":           {20, 40, []string{"", "", "Refresh", "Back", "Export CSV"}},
		"all on a page":  {0, 20, []string{"", "", "Refresh", "Export CSV"}},
		"nobody further": {0, 5, []string{"", "", "Refresh", "Export CSV"}},
	} {
		v := full(fleet(), "")
		v.Offset, v.Ranked = tt.offset, tt.ranked
		if diff := cmp.Diff(tt.want, labels(t, Fleet(v))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The menus open each customer of the page, and show the order there is.
func TestFleet_menus(t *testing.T) {
	t.Parallel()
	v := full(fleet(), "")
	v.Order = ByAge
	v.Rows[3].Value = ""
	all := elements(t, Fleet(v))
	open, order := all[0], all[1]
	if open.ActionID != ActionFleetOpen || len(open.Options) != 19 || open.Options[3].Value != v.Rows[4].Value || open.Options[3].Text.Text != v.Rows[4].Customer {
		t.Errorf("open: %+v", open)
	}
	if order.ActionID != ActionFleetOrder || order.Initial == nil || order.Initial.Value != v.Orders[ByAge] || len(order.Options) != 3 {
		t.Errorf("order: %+v", order)
	}
	for i, want := range []string{ActionFleetRefresh, ActionFleetPage, ActionExport} {
		if got := ActionOf(all[i+2].ActionID); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Each column but the name is numbers alone, so that Slack sorts it by value,
// and a dash sorts to the side of the harmless.
func TestFleet_columnsSort(t *testing.T) {
	t.Parallel()
	g := fleet().titled().table(maxNameSize).(*slack.DataTableBlock)
	value := func(row, column int) float64 {
		cell, ok := g.Rows[row][column].(*slack.DataTableRawNumberCell)
		if !ok || cell.Text == "" {
			t.Fatalf("row %d, column %d: %+v", row, column, g.Rows[row][column])
		}
		return cell.Value
	}
	for column := 1; column < 6; column++ {
		for row := 1; row < len(g.Rows); row++ {
			value(row, column)
		}
	}
	const gap, share, since, age = 1, 2, 3, 5
	for name, ok := range map[string]bool{
		"gap":                        value(1, gap) == 500 && value(4, gap) == 0,
		"lower coverage first":       value(2, share) < value(1, share) && value(3, share) < value(4, share),
		"99.999 % is not 100 %":      value(3, share) == 99.9,
		"no coverage is not bad":     value(5, share) > value(4, share),
		"fewer is below zero":        value(1, 4) == -12 && value(1, since) == 3,
		"never read is the oldest":   value(6, age) > value(5, age) && value(5, age) > value(4, age),
		"the age is in whole minute": value(2, age) == 17,
	} {
		if !ok {
			t.Error(name)
		}
	}
}

// A page of 20 fits whatever names and numbers it holds, with its menu as long
// as there is room.
func TestFleet_size(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "<", "漢", "😀", `"`} {
		for _, n := range []int64{7, 1_234_567, 1 << 62} {
			v := full(fleet(), strings.Repeat(letter, 300))
			v.Offset, v.Channel, v.First = 20, true, &FirstSweep{Total: math.MaxInt32, Done: 1, Left: day}
			v.Customers, v.WithGaps, v.Complete, v.Empty, v.Unwatched, v.Gone = 1<<30, 1<<30, 1<<30, 1<<30, 1<<30, 1<<30
			for i := range v.Rows {
				r := &v.Rows[i]
				r.Scanned, r.Gap, r.Kept, r.Value = n, n-1, 1, fmt.Sprintf("%s%02d", strings.Repeat("v", 22), i)
				r.DayGap, r.WeekGap = amount(0), amount(0)
			}
			for i := range v.Orders {
				v.Orders[i] = fmt.Sprintf("%s%02d", strings.Repeat("o", 38), i)
			}
			v.Next, v.Back, v.Export = v.Orders[0]+"n", v.Orders[0]+"b", v.Orders[0]+"x"
			m := Fleet(v)
			assertAccepted(t, m)
			if t.Failed() {
				t.Fatalf("letter %s, numbers of %d", letter, n)
			}
			if menu := elements(t, m)[0].ActionID == ActionFleetOpen; !menu && n < 1<<40 {
				t.Errorf("letter %s, numbers of %d: no menu", letter, n)
			}
		}
	}
}

// Rendering changes nothing of what was handed in.
func TestFleet_pure(t *testing.T) {
	t.Parallel()
	v := full(fleet(), strings.Repeat("<", 300))
	for i := range v.Rows {
		v.Rows[i].Gap, v.Rows[i].Kept, v.Rows[i].Scanned = 1<<62, 1<<62, math.MaxInt64
	}
	before := fmt.Sprint(v.Rows)
	Fleet(v)
	if fmt.Sprint(v.Rows) != before {
		t.Error("the rows have changed")
	}
}

func BenchmarkFleet(b *testing.B) {
	for name, v := range map[string]FleetView{"usual": full(fleet(), ""), "long": full(fleet(), strings.Repeat("漢", 300))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fleet(v)
			}
		})
	}
}
