package formatting

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// charts are the line charts of a message.
func charts(t *testing.T, m Message) []*slack.DataVisualizationLineChart {
	t.Helper()
	var all []*slack.DataVisualizationLineChart
	for _, b := range m.Blocks {
		if c, ok := b.(*slack.DataVisualizationBlock); ok {
			if err := c.Validate(); err != nil {
				t.Error(err)
			}
			all = append(all, c.Chart.(*slack.DataVisualizationLineChart))
		}
	}
	return all
}

// The charts hold what [coverage.Lowest] tells: the worst, rounded down.
func TestTrend_charts(t *testing.T) {
	t.Parallel()
	v := trendOf(past(now.AddDate(0, 0, -60), 9), Month)
	drawn := charts(t, Trend(v))
	if len(drawn) != 2 || len(drawn[0].Series) != maxLines || len(drawn[1].Series) != 2 {
		t.Fatalf("%d charts", len(drawn))
	}
	for i, m := range v.Trend.Modules[:maxLines] {
		for j, p := range m.Parts {
			tenths, _ := p.Coverage().Tenths()
			if got := drawn[0].Series[i].Data[j].Value; got*10 != float64(tenths) {
				t.Errorf("%s, part %d: %v, want %d tenths", m.Name, j, got, tenths)
			}
		}
	}
	for j, p := range v.Trend.Parts {
		if s, k := drawn[1].Series[0].Data[j].Value, drawn[1].Series[1].Data[j].Value; int64(s) != p.Scanned || int64(k) != p.Protected {
			t.Errorf("part %d: %v and %v, want %+v", j, s, k, p.Count)
		}
	}
	if worst := drawn[0].Series[0]; worst.Name != "Exchange Online" || worst.Data[12].Value != 88 {
		t.Errorf("%+v", worst)
	}
}

// 99.99 % is drawn as 99.9, never as all.
func TestTrend_neverRoundedUp(t *testing.T) {
	t.Parallel()
	from := now.Add(-6 * day)
	c := coverage.Count{Scanned: 100_000, Protected: 99_999}
	h := coverage.History{
		Series: []coverage.SeriesHistory{{Module: "OneDrive", Points: []coverage.Point{{At: from, Count: c}}}},
		Spans:  []coverage.Span{{First: from, Last: now, Count: c}},
	}
	m := Trend(trendOf(h, Week))
	for _, p := range charts(t, m)[0].Series[0].Data {
		if p.Value != 99.9 {
			t.Errorf("%s: %v", p.Label, p.Value)
		}
	}
	if strings.Contains(m.Text, "100 %") || !strings.Contains(m.Text, "99.9 % protected") {
		t.Error(m.Text)
	}
}

// A part without a reading has no point, and no module is drawn that would
// need one where it has none.
func TestTrend_holes(t *testing.T) {
	t.Parallel()
	h := past(now.AddDate(0, 0, -60), 4)
	h.Spans = slices.Delete(h.Spans, 150, 200)
	h.Series[3].Points = h.Series[3].Points[230:]
	v := trendOf(h, Month)
	drawn := charts(t, Trend(v))
	read := 0
	for _, p := range v.Trend.Parts {
		if p.Read() {
			read++
		}
	}
	if n := len(drawn[0].AxisConfig.Categories); n != read || read == len(v.Trend.Parts) {
		t.Errorf("%d points, %d parts with a reading", n, read)
	}
	for _, s := range drawn[0].Series {
		if s.Name == "Module 03" {
			t.Error("a module that was not there all the time is drawn")
		}
	}
	if !strings.Contains(Trend(v).Text, "1 module is not drawn") {
		t.Error(Trend(v).Text)
	}
}

// Series have names of 20 characters that differ.
func TestTrend_seriesNames(t *testing.T) {
	t.Parallel()
	h := past(now.AddDate(0, 0, -60), 6)
	for i := range h.Series {
		h.Series[i].Module = "SharePoint Online" + strings.Repeat(" ", i) + strings.Repeat("x", i+20) + "sites"
	}
	drawn := charts(t, Trend(trendOf(h, Month)))
	seen := map[string]bool{}
	for _, s := range drawn[0].Series {
		if seen[s.Name] || utf8.RuneCountInString(s.Name) > maxSeries {
			t.Errorf("%q", s.Name)
		}
		seen[s.Name] = true
	}
	if len(seen) != 6 || !seen["SharePoint…xxxxsites"] || !seen["SharePoin…xxxsites 2"] {
		t.Errorf("%v", seen)
	}
}

// Each span is whole days or half days, has now in it, and at most 20 points.
func TestTrendSpan(t *testing.T) {
	t.Parallel()
	for _, s := range TrendSpans() {
		from, to := s.Window(now)
		if from.After(now) || !to.After(now) || to.Sub(now) > day || to.Truncate(12*time.Hour) != to {
			t.Errorf("%s: %v to %v", s, from, to)
		}
		if s.Points() > 20 || (s != Year && to.Sub(from)/time.Duration(s.Points())%(12*time.Hour) != 0) {
			t.Errorf("%s: %d points", s, s.Points())
		}
		v := TrendView{Span: s, Trend: coverage.Lowest(coverage.History{}, from, to, s.Points())}
		if each := "Each point is the lowest of " + v.part() + " (UTC)"; len(each) > 50 {
			t.Errorf("%q is too long for an axis", each)
		}
		labels := map[string]bool{}
		for _, p := range v.Trend.Parts {
			labels[v.label(p.From)] = true
		}
		if len(labels) != s.Points() {
			t.Errorf("%s: %d labels of %d points differ", s, len(labels), s.Points())
		}
	}
	if _, to := Month.Window(time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC)); to.Day() != 25 {
		t.Errorf("midnight belongs to the day that begins, which ends %v", to)
	}
}

// The rung without charts has every number of the charts.
func TestTrend_rungs(t *testing.T) {
	t.Parallel()
	m := Trend(trendOf(past(now.AddDate(0, 0, -60), 9), Month))
	rungs := slices.Collect(m.Rungs())
	if len(rungs) != 4 {
		t.Fatalf("%d rungs, want 4", len(rungs))
	}
	for _, rung := range rungs[1:3] {
		text := string(indented(t, rung))
		for _, want := range []string{"19 Nov: 88 %, 21 Nov: 88 %", "26 Oct: 97.4 %, 28 Oct: 97.4 %", "19 Nov: 9,920", "Coverage in the last 30 days"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing", want)
			}
		}
	}
	if last := rungs[3].Text; !strings.Contains(last, "19 Nov 98.4 %") || !strings.Contains(last, "no backup now 7") {
		t.Error(last)
	}
}

// The most that a trend can hold fits.
func TestTrend_size(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "<", "漢", "😀", `"`} {
		h := past(now.AddDate(0, 0, -100), 25)
		for i := range h.Series {
			h.Series[i].Module = fmt.Sprint(i, strings.Repeat(letter, 300), i)
			for j := range h.Series[i].Points {
				p := &h.Series[i].Points[j]
				p.Count = coverage.Count{Scanned: 1 << 52, Protected: 1<<52 - 1<<51 + int64(i*j)}
			}
		}
		for _, s := range TrendSpans() {
			v := trendOf(h, s)
			v.Customer, v.DailyUntil = strings.Repeat(letter, 300), now.AddDate(0, 0, -5)
			v.Began = v.Trend.From.Add(v.Trend.To.Sub(v.Trend.From) / 2)
			for i := range v.Spans {
				v.Spans[i] = fmt.Sprint(strings.Repeat("s", 98), i)
			}
			assertAccepted(t, Trend(v))
			if t.Failed() {
				t.Fatalf("letter %s, %s", letter, s)
			}
		}
	}
}

// A pause is told in the zone that was meant.
func TestWeekday(t *testing.T) {
	t.Parallel()
	for want, when := range map[string]time.Time{
		"Friday, 27 November, 00:00 Europe/Berlin":         friday(),
		"Thursday, 26 November, 23:00 UTC":                 friday().UTC(),
		"Wednesday, 27 January 2027, 00:00 Europe/Berlin":  friday().AddDate(0, 2, 0),
		"Friday, 27 November, 08:30 CET":                   time.Date(2026, time.November, 27, 8, 30, 0, 0, time.FixedZone("CET", 3600)),
		"Friday, 1 January 2027, 00:00 Europe/Berlin":      friday().AddDate(0, 0, 35),
		"Thursday, 31 December, 23:59 UTC":                 time.Date(2026, time.December, 31, 23, 59, 0, 0, time.UTC),
		"Sunday, 29 November, 12:00 UTC":                   time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC),
		"Wednesday, 25 November, 00:00 Pacific/Kiritimati": time.Date(2026, time.November, 25, 0, 0, 0, 0, time.FixedZone("Pacific/Kiritimati", 14*3600)),
	} {
		if got := weekday(when, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Where nothing was read before, nothing is said of numbers of whole days.
func TestTrend_nothingDaily(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		began time.Time
		told  bool
	}{
		"today":         {now.Add(-time.Hour), false},
		"two weeks ago": {now.AddDate(0, 0, -14), true},
	} {
		h := past(c.began, 3)
		h.DailyUntil = now.AddDate(0, 0, -7).Truncate(day)
		if m := Trend(trendOf(h, Month)); strings.Contains(m.Text, "the worst of its day") != c.told {
			t.Errorf("%s: %s", name, m.Text)
		}
	}
}
