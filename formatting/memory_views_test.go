package formatting

import (
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// fleet is the fleet of the sketch.
func fleet() FleetView {
	v := FleetView{
		Command: command, Now: now,
		Customers: 212, WithGaps: 31, Complete: 168, Stale: 9, Never: 4,
		Gap: 1204, Scanned: 184022, Oldest: now.Add(-64 * time.Minute), StaleAfter: 6 * time.Hour,
		Ranked: 212, Next: "f.all/0/20", Back: "f.all/0/0", Export: "x.all", Refresh: "f.all/0/20",
		Orders: [3]string{"f.all/0/0", "f.all/1/0", "f.all/2/0"},
	}
	rows := []FleetRow{
		{Customer: "Contoso Retail GmbH", Scanned: 2807, Kept: 2307, Gap: 500, DayGap: amount(497), WeekGap: amount(512)},
		{Customer: "Fabrikam", Detail: "it@fabrikam.example", Scanned: 340, Kept: 0, Gap: 340, DayGap: amount(0), WeekGap: amount(0)},
		{Customer: "Fabrikam", Detail: "old@fabrikam.example", Scanned: 100000, Kept: 99999, Gap: 1, DayGap: amount(1)},
		{Customer: "Northwind", Scanned: 18402, Kept: 18402, DayGap: amount(0), WeekGap: amount(3)},
		{Customer: "Tailspin", Scanned: 0},
		{Customer: "Wingtip"},
	}
	for i := range rows {
		rows[i].Value = fmt.Sprintf("abcdefghijklmnopqrs%d", i)
		rows[i].Read = now.Add(-time.Duration(i*i*i) * 17 * time.Minute)
	}
	rows[5].Read = time.Time{}
	v.Rows = rows
	return v
}

// full is a page of 20 customers.
func full(v FleetView, suffix string) FleetView {
	v.Rows = nil
	for i := range 20 {
		v.Rows = append(v.Rows, FleetRow{
			Customer: fmt.Sprintf("Customer %03d%s", i, suffix), Value: fmt.Sprintf("abcdefghijklmnopqrs%d", i), Read: now.Add(-time.Hour),
			Scanned: 100000, Kept: 100000 - int64(1000-i), Gap: int64(1000 - i), DayGap: amount(900), WeekGap: amount(1200),
		})
	}
	return v
}

func fleetStates() []state {
	page, second, last, dropped := full(fleet(), ""), full(fleet(), ""), full(fleet(), ""), fleet()
	second.Offset = 20
	last.Offset, last.Rows = 211, last.Rows[:1]
	dropped.Order = ByDrop
	beside, one := fleet(), fleet()
	beside.Empty, beside.Unwatched, beside.Gone = 3, 2, 1
	one.Customers, one.WithGaps, one.Complete, one.Stale, one.Never, one.Gap, one.Ranked, one.Rows = 1, 1, 0, 0, 0, 1, 1, one.Rows[2:3]
	channel := fleet()
	channel.Channel, channel.Customers, channel.Complete, channel.Ranked = true, 50, 6, 50
	return []state{
		{"fleet_usual", Fleet(page)},
		{"fleet_rows", Fleet(fleet())},
		{"fleet_page_2", Fleet(second)},
		{"fleet_last_page", Fleet(last)},
		{"fleet_by_drop", Fleet(dropped)},
		{"fleet_beside", Fleet(beside)},
		{"fleet_one", Fleet(one)},
		{"fleet_channel", Fleet(channel)},
		{"fleet_hostile", Fleet(hostileFleet())},
		{"fleet_long_names", Fleet(full(fleet(), " & <Sons> of a name that goes on and on until nobody reads it any more at all"))},
	}
}

// counts is a fleet without rows.
func counts(v FleetView) FleetView {
	v.Command, v.Now, v.StaleAfter, v.Export, v.Refresh = command, now, 6*time.Hour, "x.all", "f.all/0/0"
	v.Customers = v.WithGaps + v.Complete + v.Empty + v.Stale + v.Never
	return v
}

func hostileFleet() FleetView {
	v := fleet()
	v.Rows = nil
	for i := range 20 {
		v.Rows = append(v.Rows, FleetRow{Customer: nasty[i], Detail: nasty[i+20], Value: fmt.Sprint("v", i), Read: now, Scanned: 9, Kept: 2, Gap: 7})
	}
	return v
}

func fleetOccasions() []state {
	read := now.Add(-64 * time.Minute)
	complete := counts(FleetView{Complete: 212, Scanned: 18402, Oldest: read})
	completeRows := complete
	completeRows.Rows, completeRows.Ranked = fleet().Rows[3:4], 1
	gaps, none, nearly := fleet(), complete, counts(FleetView{Complete: 199, Stale: 9, Never: 4, Oldest: read.Add(-30 * time.Hour)})
	gaps.Gaps, gaps.Rows, gaps.Ranked = true, gaps.Rows[:3], 3
	none.Gaps, nearly.Gaps = true, true
	stale := counts(FleetView{Complete: 2, Stale: 1, Oldest: read.Add(-30 * time.Hour)})
	stale.Gaps, stale.Rows, stale.Ranked = true, fleet().Rows[:1], 1
	before := counts(FleetView{Never: 212})
	before.First = &FirstSweep{Total: 212, Left: 4 * time.Minute}
	during := counts(FleetView{WithGaps: 6, Complete: 34, Never: 172, Gap: 31, Oldest: now.Add(-time.Minute)})
	during.First, during.Rows, during.Ranked = &FirstSweep{Total: 212, Done: 40, Left: 170 * time.Second}, fleet().Rows, 212
	aged, emptied := counts(FleetView{Stale: 1, Never: 211, Oldest: read.Add(-30 * time.Hour)}), counts(FleetView{Empty: 2, Never: 210})
	aged.First, emptied.First = &FirstSweep{Total: 212, Done: 1}, &FirstSweep{Total: 212, Done: 2}
	early := during
	early.Gaps, early.Rows, early.WithGaps, early.Gap = true, nil, 0, 0
	return []state{
		{"fleet_complete", Fleet(completeRows)},
		{"fleet_complete_one", Fleet(counts(FleetView{Complete: 1, Scanned: 1, Oldest: read}))},
		{"fleet_none", Fleet(counts(FleetView{}))},
		{"fleet_none_watched", Fleet(counts(FleetView{Unwatched: 3, Gone: 1}))},
		{"fleet_nothing_scanned", Fleet(counts(FleetView{Empty: 3}))},
		{"fleet_none_answered", Fleet(counts(FleetView{Never: 4}))},
		{"fleet_no_gap_but_stale", Fleet(counts(FleetView{Complete: 199, Stale: 9, Never: 4, Oldest: read.Add(-30 * time.Hour)}))},
		{"gaps_usual", Fleet(gaps)},
		{"gaps_all_complete", Fleet(none)},
		{"gaps_none_but_stale", Fleet(nearly)},
		{"gaps_of_stale_only", Fleet(stale)},
		{"gaps_during_first_sweep", Fleet(early)},
		{"fleet_before_first_sweep", Fleet(before)},
		{"fleet_during_first_sweep", Fleet(during)},
		{"fleet_first_sweep_old_data", Fleet(aged)},
		{"fleet_first_sweep_nothing_scanned", Fleet(emptied)},
	}
}

// past is a customer's history: a loss in Exchange Online, mended three days
// later, and a group that misses more and more.
func past(from time.Time, modules int) coverage.History {
	var h coverage.History
	for m := range modules {
		s := coverage.SeriesHistory{Tenant: "contoso.example", Module: fmt.Sprintf("Module %02d", m)}
		if m < 2 {
			s.Module = [...]string{"Exchange Online", "Microsoft 365 Group of the Board"}[m]
		}
		h.Series = append(h.Series, s)
	}
	for t := from; !t.After(now); t = t.Add(6 * time.Hour) {
		var total coverage.Total
		for m := range h.Series {
			c := coverage.Count{Scanned: 1250, Protected: 1250}
			switch age := now.Sub(t); {
			case m == 0 && age > 40*time.Hour && age < 110*time.Hour:
				c.Protected = 1100
			case m == 1:
				c = coverage.Count{Scanned: 77, Protected: 70 + int64(age/(24*time.Hour))/5}
				c.Protected = min(c.Protected, 77)
			}
			h.Series[m].Points = append(h.Series[m].Points, coverage.Point{At: t, Count: c})
			total = total.Plus(c)
		}
		h.Spans = append(h.Spans, coverage.Span{First: t, Last: t, Count: coverage.Count{Scanned: total.Scanned, Protected: total.Kept()}})
	}
	return h
}

// trendOf is a trend of a history.
func trendOf(h coverage.History, s TrendSpan) TrendView {
	from, to := s.Window(now)
	v := TrendView{
		Customer: "Contoso Retail GmbH", Command: command, Now: now, Span: s,
		Trend: coverage.Lowest(h, from, to, s.Points()), DailyUntil: h.DailyUntil,
		Spans: [4]string{"k7.7d", "k7.30d", "k7.90d", "k7.1y"}, Open: "k7", Share: "k7.30d.x",
	}
	v.Began = v.Trend.First.At
	return v
}

func trendStates() []state {
	long := past(now.AddDate(-2, 0, 0), 9)
	holes := past(now.AddDate(0, 0, -60), 3)
	holes.Spans = append(holes.Spans[:150:150], holes.Spans[200:]...)
	changing := past(now.AddDate(0, 0, -60), 3)
	changing.Series[2].Points = changing.Series[2].Points[200:] // new
	changing.Series[1].Points = append(changing.Series[1].Points[:180:180], coverage.Point{At: changing.Spans[180].First, Absent: true})
	complete := past(now.AddDate(0, 0, -60), 3)
	complete.Series, complete.Spans = complete.Series[2:], []coverage.Span{{First: now.AddDate(0, 0, -60), Last: now.Add(-time.Minute), Count: coverage.Count{Scanned: 18402, Protected: 18402}}}
	daily := past(now.AddDate(-1, 0, 0), 3)
	daily.DailyUntil = now.AddDate(0, 0, -3).Truncate(day)
	empty := coverage.History{Spans: []coverage.Span{{First: now.AddDate(0, 0, -60), Last: now.Add(-time.Minute)}}}
	old := coverage.History{Spans: long.Spans[:10]}
	hostile := past(now.AddDate(0, 0, -60), 8)
	for i := range hostile.Series {
		hostile.Series[i].Module = nasty[i]
	}
	nobody := trendOf(hostile, Month)
	nobody.Customer = nasty[0]
	toAll, posted := trendOf(long, Month), trendOf(long, Month)
	toAll.SharedBy, posted.Posted = "U0ANA", now.Add(-time.Second)
	return []state{
		{"trend_shared", Trend(toAll)},
		{"trend_posted", Trend(posted)},
		{"trend_7d", Trend(trendOf(long, Week))},
		{"trend_30d", Trend(trendOf(long, Month))},
		{"trend_90d", Trend(trendOf(long, Quarter))},
		{"trend_1y", Trend(trendOf(long, Year))},
		{"trend_many_modules", Trend(trendOf(past(now.AddDate(-1, 0, 0), 60), Year))},
		{"trend_holes", Trend(trendOf(holes, Month))},
		{"trend_modules_come_and_go", Trend(trendOf(changing, Month))},
		{"trend_complete", Trend(trendOf(complete, Month))},
		{"trend_daily", Trend(trendOf(daily, Quarter))},
		{"trend_young", Trend(trendOf(past(now.AddDate(0, 0, -9), 3), Month))},
		{"trend_first_day", Trend(trendOf(past(now.Add(-time.Hour), 3), Month))},
		{"trend_nothing_scanned", Trend(trendOf(empty, Month))},
		{"trend_no_reading", Trend(trendOf(old, Month))},
		{"trend_hostile", Trend(nobody)},
	}
}
