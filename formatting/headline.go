package formatting

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// headline is the first line under the customer's name: the number that
// matters.
func (v OverviewView) headline(s coverage.Summary) line {
	switch {
	case len(s.Modules) == 0 && !v.EmptySince.IsZero():
		return line{strong("There is no earlier reading of this customer that can be shown.")}
	case len(s.Modules) == 0:
		return line{strong(nothingScanned), say(" It has no modules of Cloud Backup for Microsoft 365.")}
	case s.Scanned == 0:
		return line{strong(nothingScanned)}
	}
	l := line{strong(missing(s.Total))}
	if s.Gap > 0 {
		l = l.with(say(" · " + percent(s.Coverage()) + " protected"))
	}
	if change := v.sinceYesterday(s); change != "" {
		l = l.with(say(" · " + change))
	}
	return l
}

const nothingScanned = "AvePoint has scanned nothing for this customer yet."

// missing says how much has no backup. Something must have been scanned.
func missing(t coverage.Total) string {
	switch {
	case t.Gap == 0 && t.Scanned == 1:
		return "The one object has a backup"
	case t.Gap == 0:
		return "All " + number(t.Scanned) + " objects have a backup"
	}
	return number(t.Gap) + " of " + counted(t.Scanned, "object", "objects") + either(t.Gap, " has", " have") + " no backup"
}

// sinceYesterday tells the change against yesterday, or how long there was
// none, where that is known.
func (v OverviewView) sinceYesterday(s coverage.Summary) string {
	change := v.Change != nil
	switch {
	case change && *v.Change > 0:
		return number(*v.Change) + " more than yesterday"
	case change && *v.Change < 0:
		return number(-*v.Change) + " fewer than yesterday"
	case v.unchanged() >= day:
		return "unchanged for " + lasting(v.unchanged())
	case change && s.Gap > 0:
		return "as many as yesterday"
	}
	return ""
}

// unchanged is how long every reading had said the same when AvePoint was read.
func (v OverviewView) unchanged() time.Duration {
	if v.UnchangedSince.IsZero() || v.ReadAt.IsZero() {
		return 0
	}
	return v.ReadAt.Sub(v.UnchangedSince)
}

// text is the overview in sentences, for whoever sees no blocks.
func (v OverviewView) text(s coverage.Summary) string {
	l := line{called(v.Customer), say(": ")}
	if s.Scanned == 0 {
		l = l.with(v.headline(s)...)
	} else {
		l = l.with(say(lowerFirst(missing(s.Total)))).with(worstModules(s)...).with(say("."))
	}
	if s.Gap > 0 {
		l = l.with(say(" " + percent(s.Coverage()) + " protected."))
	}
	if change := v.sinceYesterday(s); change != "" && s.Scanned > 0 {
		l = l.with(say(" " + upperFirst(change) + "."))
	}
	if !v.ReadAt.IsZero() {
		l = l.with(say(" As of "), at(v.ReadAt, v.Now), say("."))
	}
	if v.Reading {
		l = l.with(say(" Reading AvePoint now…"))
	}
	if v.Stale != nil {
		what, _ := v.Stale.says(v.Customer, v.Command, true)
		l = join(l, what, v.Stale.ref())
	}
	if v.Stale == nil {
		l = join(l, v.sentNothing())
	}
	l = join(append([]line{l}, v.aside()...)...)
	if v.SharedBy != "" {
		l = l.with(say(" Shared by "), by(v.SharedBy), say("."))
	}
	return l.text()
}

// worstModules names the three modules that miss most.
func worstModules(s coverage.Summary) line {
	const most = 3
	withGap := s.WithGap()
	if withGap == 0 {
		return nil
	}
	l := line{say(" (")}
	for i, m := range s.Modules[:min(withGap, most)] {
		if i > 0 {
			l = append(l, say(", "))
		}
		l = append(l, called(m.Name), say(" "+number(m.Gap)))
	}
	if withGap > most {
		l = append(l, say(" and "+counted(int64(withGap-most), "more module", "more modules")))
	}
	return append(l, say(")"))
}
