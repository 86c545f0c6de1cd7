package formatting

import (
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// zone is the zone of the schedule.
func (v DigestView) zone() *time.Location {
	if v.Zone == nil {
		return time.UTC
	}
	return v.Zone
}

// title is the header. The day is that of the slot: a late digest is still
// that day's.
func (v DigestView) title() string {
	day := v.Planned
	if day.IsZero() {
		day = v.Now
	}
	title := "Backup digest, " + day.In(v.zone()).Format("Monday 2 January")
	if v.Test {
		return "Test: " + lowerFirst(title)
	}
	return title
}

// counts are how many changes of each kind there are.
func (v DigestView) counts() DigestCounts {
	return DigestCounts{
		New: max(v.Counts.New, len(v.New)), Worse: max(v.Counts.Worse, len(v.Worse)),
		Better: max(v.Counts.Better, len(v.Better)), Closed: max(v.Counts.Closed, len(v.Closed)),
	}
}

func (c DigestCounts) all() int { return c.New + c.Worse + c.Better + c.Closed }

// says are the counts where they are not zero: "1 new gap, 2 worse".
func (c DigestCounts) says() string {
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, counted(int64(n), one, many))
		}
	}
	add(c.New, "new gap", "new gaps")
	add(c.Worse, "worse", "worse")
	add(c.Better, "better", "better")
	add(c.Closed, "closed", "closed")
	return strings.Join(parts, ", ")
}

// period is since when things are compared.
func (v DigestView) period() string { return orElse(v.Period, "since the last digest") }

// allWell is whether there is nothing to do and nothing to tell.
func (v DigestView) allWell() bool {
	t := v.Totals
	return t.Complete > 0 && t.WithGaps == 0 && t.Gap == 0 && t.Stale == 0 && t.Complete+t.Empty == t.Customers &&
		len(v.Stale)+v.MoreStale+len(v.Failed)+v.MoreFailed+len(v.Odd)+len(v.Snoozed) == 0 && v.counts().all() == 0
}

// wellLine is the whole digest where all is well.
func (v DigestView) wellLine() line {
	l := line{say("✅ ")}
	what := v.complete()
	if v.Test {
		l = l.with(say("Test: "))
		if what[0].kind == words {
			what[0].text = lowerFirst(what[0].text)
		}
	}
	l = l.with(what...)
	if !v.AsOf.IsZero() {
		l = l.with(say(", as of "), at(v.AsOf, v.Now))
	}
	l = l.with(say("."))
	if v.Late {
		l = l.with(say(" (")).with(v.late()...).with(say(")"))
	}
	if v.Skipped > 0 {
		l = l.with(say(" (" + v.skipped() + ")"))
	}
	return l
}

// complete says that nothing is missing.
func (v DigestView) complete() line {
	t := v.Totals
	objects := " (" + counted(t.Scanned, "object", "objects") + ")"
	switch {
	case v.Customer != "":
		return line{called(v.Customer), say(" is complete" + objects)}
	case t.Empty > 0:
		return line{say(counted(int64(t.Complete), "customer", "customers") + " of this channel" + either(int64(t.Complete), " is", " are") +
			" complete" + objects + ", " + number(int64(t.Empty)) + either(int64(t.Empty), " has", " have") + " nothing scanned")}
	case t.Customers == 1:
		return line{say("The one customer of this channel is complete" + objects)}
	}
	return line{say("All " + number(int64(t.Customers)) + " customers of this channel are complete" + objects)}
}

// late says that the digest comes later than planned.
func (v DigestView) late() line {
	return line{say("planned for "), at(v.Planned, v.Now), say(", sent at "), at(v.Now, v.Now), say(": the bot was not running")}
}

// manySkipped is up to where skipped digests are counted.
const manySkipped = 1000

// skipped says that digests before this one were left out.
func (v DigestView) skipped() string {
	n := counted(int64(v.Skipped), "digest", "digests")
	if v.Skipped >= manySkipped {
		n += " or more"
	}
	return n + " before this " + either(int64(v.Skipped), "was", "were") + " left out: the bot was not running"
}

// answer is what changed, in numbers, and what all comes to. Without fresh data
// nobody knows what has changed.
func (v DigestView) answer() []line {
	if t := v.Totals; t.Stale == t.Customers {
		return []line{v.status()}
	}
	news := upperFirst(v.period()) + ": " + v.counts().says() + v.unscanned() + "."
	switch {
	case v.First && v.counts().all() == 0:
		news = "The first digest here: there is nothing to compare with yet."
	case v.counts().all() == 0:
		news = "No gap has changed " + v.period() + "."
	}
	return []line{{strong(news)}, v.status()}
}

// unscanned is said behind the number of closed gaps where some of them are
// gone only because nothing is scanned there any more.
func (v DigestView) unscanned() string {
	if slices.ContainsFunc(v.Closed, func(c DigestChange) bool { return c.Now.Scanned == 0 }) {
		return " or no longer scanned"
	}
	return ""
}

// status is what all comes to.
func (v DigestView) status() line {
	if v.Customer != "" {
		return v.statusOfOne()
	}
	t := v.Totals
	l := line{say(t.says())}
	add := func(n int, what string) {
		if n > 0 {
			l = l.with(say(" · " + number(int64(n)) + " " + what))
		}
	}
	if t.Complete < t.Customers {
		add(t.Complete, "complete")
	}
	if t.Stale < t.Customers {
		add(t.Stale, "without fresh data")
	}
	if t.Empty < t.Customers {
		add(t.Empty, "with nothing scanned")
	}
	return l
}

// says is the first thing to know of several customers.
func (t DigestTotals) says() string {
	switch {
	case t.WithGaps > 0:
		return number(int64(t.WithGaps)) + " of " + counted(int64(t.Customers), "customer", "customers") + either(int64(t.WithGaps), " has a gap: ", " have gaps: ") +
			counted(t.Gap, "object", "objects") + either(t.Gap, " has", " have") + " no backup"
	case t.Customers == 0:
		return "There is no customer to tell of"
	case t.Complete == 1 && t.Customers == 1:
		return "✅ The one customer is complete (" + counted(t.Scanned, "object", "objects") + ")"
	case t.Complete == t.Customers:
		return "✅ All " + number(int64(t.Customers)) + " customers are complete (" + counted(t.Scanned, "object", "objects") + ")"
	case t.Complete > 0 && t.Stale > 0:
		return "No customer with fresh data has a gap"
	case t.Complete > 0:
		return "No customer has a gap"
	case t.Empty == t.Customers:
		return "AvePoint has scanned nothing for any customer yet"
	}
	return "No customer has fresh data"
}

// statusOfOne is the same of the one customer.
func (v DigestView) statusOfOne() line {
	t := v.Totals
	l := line{strongly(v.Customer)}
	switch {
	case t.Stale > 0 && len(v.Modules) > 0:
		return l.with(say(" has no fresh data; the table shows its last reading"))
	case t.Stale > 0 || t.Customers == 0:
		return l.with(say(" has no fresh data"))
	case t.Scanned == 0:
		return l.with(say(": AvePoint has scanned nothing for it yet"))
	case t.Gap == 0:
		return line{say("✅ ")}.with(l...).with(say(" is complete (" + counted(t.Scanned, "object", "objects") + ")"))
	}
	return l.with(say(": " + number(t.Gap) + " of " + counted(t.Scanned, "object", "objects") + either(t.Gap, " has", " have") + " no backup · " +
		percent(coverage.Ratio{Kept: t.Scanned - t.Gap, Scanned: t.Scanned}) + " protected"))
}

// remarks say what was different this time.
func (v DigestView) remarks() line {
	var parts []line
	if v.Test {
		l := line{say("Sent as a test")}
		if v.By != "" {
			l = l.with(say(" for "), by(v.By))
		}
		parts = append(parts, l.with(say("; the schedule goes on as if it had not been.")))
	}
	if v.Late {
		late := v.late()
		late[0].text = upperFirst(late[0].text)
		parts = append(parts, late.with(say(".")))
	}
	if v.Skipped > 0 {
		parts = append(parts, line{say(v.skipped() + ".")})
	}
	return join(parts...)
}

// footer says how old the data is, and when the next digest comes.
func (v DigestView) footer() line {
	var l line
	if !v.AsOf.IsZero() {
		l = line{say("Data as of "), at(v.AsOf, v.Now)}
	}
	if len(v.Next) == 0 {
		return l
	}
	if len(l) > 0 {
		l = l.with(say(" · "))
	}
	return l.with(say("Next: " + runs(v.Next, v.Now)))
}

// runs are the moments of a schedule in its zone, by the zone's name: "Tue
// 08:30, Wed 08:30 Europe/Berlin". Within a week the day of the week says
// enough; seconds are told of those that have some.
func runs(next []time.Time, now time.Time) string {
	texts := make([]string, len(next))
	for i, t := range next {
		format := "Mon 15:04"
		if t.Second() != 0 {
			format += ":05"
		}
		if t.Sub(now) > 6*day {
			format = strings.Replace(format, "Mon", "Mon 2 Jan", 1)
		}
		texts[i] = t.Format(format)
	}
	if len(next) == 0 {
		return ""
	}
	return strings.Join(texts, ", ") + " " + zoneOf(next[0])
}

// zoneOf is the name of the zone that t is told in.
func zoneOf(t time.Time) string {
	if zone := t.Location().String(); zone != "Local" && zone != "" {
		return zone
	}
	return t.Format("MST")
}
