package formatting

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// headline answers: coverage at the last reading, the lowest of the span, and
// how many objects have no backup, against the beginning.
func (v TrendView) headline() line {
	first, last, lowest := v.Trend.First, v.Trend.Last, v.Trend.Lowest
	switch {
	case !last.Read():
		return line{strong("There is no reading of this customer in " + v.Span.last())}
	case last.Scanned == 0:
		return line{strong("At the last reading nothing was scanned")}.with(v.lowest(last, lowest)...)
	}
	l := line{strong(percent(last.Coverage()) + " protected")}.with(v.lowest(last, lowest)...)
	l = l.with(say(" · " + lowerFirst(missing(totalOf(last)))))
	return l.with(v.against(first, last)...)
}

func totalOf(s coverage.Sample) coverage.Total { return coverage.Total{}.Plus(s.Count) }

// lowest tells the lowest coverage, where the last is not it.
func (v TrendView) lowest(last, lowest coverage.Sample) line {
	switch {
	case lowest.Scanned == 0:
		return nil
	case lowest.Gap() == 0:
		return line{say(" · nothing was missing at any reading of " + v.Span.last())}
	case lowest.Coverage() == last.Coverage():
		return line{say(" · never lower in " + v.Span.last())}
	}
	return line{say(" · lowest in " + v.Span.last() + ": " + percent(lowest.Coverage()) + " on "), v.when(lowest)}
}

// against compares objects without backup with the first reading.
func (v TrendView) against(first, last coverage.Sample) line {
	if first.At.Equal(last.At) || (first.Gap() == 0 && last.Gap() == 0) {
		return nil
	}
	than := line{say(v.Span.before())}
	if v.late(first.At) {
		than = line{say("on "), v.when(first)}
	}
	change := last.Gap() - first.Gap()
	switch {
	case change > 0:
		return line{say(", " + number(change) + " more than ")}.with(than...)
	case change < 0:
		return line{say(", " + number(-change) + " fewer than ")}.with(than...)
	}
	return line{say(", as many as ")}.with(than...)
}

// late is whether the first reading is so late that the trend is shorter than
// its span.
func (v TrendView) late(first time.Time) bool {
	return first.Sub(v.Trend.From) > v.Trend.To.Sub(v.Trend.From)/time.Duration(v.Span.Points())
}

// when is the time of a reading: of one that stands for its day, the day.
func (v TrendView) when(s coverage.Sample) span {
	if s.At.Before(v.DailyUntil) {
		return say(s.At.UTC().Format("2 January 2006"))
	}
	return on(s.At)
}

// modules are the numbers of as many modules as fit, and how many do not.
func (v TrendView) modules(room int) (g grid, left int) {
	g = grid{{"Module", "Coverage now", "Lowest", "No backup now", "No backup at the start"}}
	for i, m := range v.Trend.Modules {
		row := v.row(m)
		if room -= rowSize(row); i > 0 && (room < 0 || i == maxRows) {
			return g, len(v.Trend.Modules) - i
		}
		g = append(g, row)
	}
	return g, 0
}

func (v TrendView) row(m coverage.ModuleTrend) []string {
	title := fit(label(clean(m.Name)), noteSize)
	gap := func(s coverage.Sample) string {
		if s.Gap() == 0 {
			return dash
		}
		return number(s.Gap())
	}
	now, missing := percent(m.Last.Coverage()), gap(m.Last)
	switch {
	case v.left(m):
		now, missing = "not listed now", dash
	case m.Last.Gap() > 0 && m.Last.Kept() == 0:
		title = "🔴 " + title
	case m.Last.Gap() > 0:
		title = "🟠 " + title
	}
	lowest := percent(m.Lowest.Coverage())
	if m.Lowest.Gap() > 0 {
		lowest += ", " + m.Lowest.At.UTC().Format("2 Jan")
	}
	start := gap(m.First)
	if m.First.At.After(v.Trend.First.At) {
		start = "not listed then"
	}
	return []string{title, now, lowest, missing, start}
}

// left is whether AvePoint names the module no longer.
func (v TrendView) left(m coverage.ModuleTrend) bool { return m.Last.At.Before(v.Trend.Last.At) }

// notes say what the charts leave out, and how old the data is.
func (v TrendView) notes(d drawing) line {
	var parts []line
	if !v.Began.IsZero() && v.late(v.Began) {
		parts = append(parts, line{say("the first reading was on "), v.when(coverage.Sample{At: v.Began})})
	}
	if v.Trend.Last.Scanned > 0 && !d.enough() {
		parts = append(parts, line{say("too little yet to draw a line")})
	}
	if d.holes > 0 && d.enough() {
		parts = append(parts, line{say("no reading in " + number(int64(d.holes)) + " of " +
			number(int64(len(d.parts)+d.holes)) + " parts of the time, which the charts leave out")})
	}
	if more := len(v.Trend.Modules) - len(d.lines); more > 0 && d.enough() {
		parts = append(parts, line{say(counted(int64(more), "module is", "modules are") + " not drawn")})
	}
	if first := v.Trend.First; v.DailyUntil.After(v.Trend.From) && first.Read() && first.At.Before(v.DailyUntil) {
		parts = append(parts, line{say("before " + v.DailyUntil.UTC().Format("2 January") + " a number is the worst of its day")})
	}
	if v.Trend.Last.Read() {
		parts = append(parts, line{say("last reading "), on(v.Trend.Last.At), say(" (" + v.ageInWords() + ")")})
	}
	if !v.Posted.IsZero() {
		parts = append(parts, line{say("you shared it here "), on(v.Posted)})
	}
	var l line
	for i, p := range parts {
		if i == 0 {
			p[0].text = upperFirst(p[0].text)
		} else {
			l = append(l, say(" · "))
		}
		l = append(l, p...)
	}
	return l
}

// ageInWords stays true in a channel, where the message is read later.
func (v TrendView) ageInWords() string {
	if v.SharedBy != "" {
		return old(v.Trend.Last.At, v.Now)
	}
	return ago(v.Trend.Last.At, v.Now)
}

// text is the trend in sentences, with the numbers of the charts.
func (v TrendView) text(d drawing) string {
	l := line{called(v.Customer), say(", trend. ")}.with(spoken(v.headline())...).with(say("."))
	if d.enough() {
		l = l.with(say(" Lowest coverage of each part of " + v.part() + ": " + d.values(v.Trend.Course) + "."))
	}
	for _, m := range v.Trend.Modules[:min(len(v.Trend.Modules), maxLines)] {
		row := v.row(m)
		l = l.with(say(" "), called(m.Name), say(": "+row[1]+", lowest "+row[2]+"."))
	}
	if notes := v.notes(d); len(notes) > 0 {
		l = join(l, spoken(notes)).with(say("."))
	}
	if v.SharedBy != "" {
		l = l.with(say(" Shared by "), by(v.SharedBy), say("."))
	}
	return l.text()
}

// values are the drawn points of one course.
func (d drawing) values(c coverage.Course) string {
	text := ""
	for i, part := range d.parts {
		if i > 0 {
			text += ", "
		}
		text += d.labels[i] + " " + percent(c.Parts[part].Coverage())
	}
	return text
}
