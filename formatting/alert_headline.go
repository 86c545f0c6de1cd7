package formatting

import (
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// headline says what happened, with the number that matters.
func (v AlertView) headline() line {
	if v.over() {
		return v.recovered()
	}
	open := v.open()
	if len(open) == 0 {
		return line{strongly(v.Customer)}
	}
	switch v.Incident.Family {
	case coverage.CoverageFamily:
		return v.lostOrGap(open)
	case coverage.FloorFamily:
		return line{say("🟠 "), strongly(v.Customer), strong(" has a gap: coverage is below its floor"), say(" (")}.with(v.modules(open)...).with(say(")"))
	case coverage.ScanFamily:
		return v.shrunk(open)
	case coverage.MissingFamily:
		return line{say("⚪ "), strong("No data for ")}.with(v.bold(open)...).with(strong(" of "), strongly(v.Customer)).
			with(say(": " + either(int64(len(open)), "the module is", "the modules are") + " in no answer any more"))
	case coverage.EmptyFamily:
		return line{say("⚪ "), strong("No data for "), strongly(v.Customer), say(": AvePoint's answers name none of its modules any more")}
	case coverage.AccessFamily:
		return line{say("⚪ "), strong("No data for "), strongly(v.Customer)}.with(refusedWords(open[0].Class)...)
	}
	return line{say("⚪ "), strong("No data for "), strongly(v.Customer), strong(" since "), at(open[0].Since, v.Now)}.with(failedWords(open[0].Class)...)
}

// bold are the modules of a list in bold.
func (v AlertView) bold(members []coverage.Member) line {
	l := v.modules(members)
	for i := range l {
		l[i].bold = l[i].kind == words || l[i].kind == outside
	}
	return l
}

// lostOrGap is the headline of missing coverage.
func (v AlertView) lostOrGap(open []coverage.Member) line {
	lost, all, longest := int64(0), int64(0), time.Duration(0)
	if !slices.ContainsFunc(open, func(m coverage.Member) bool { return !m.Recovering }) {
		return v.recovering(open)
	}
	zero := false
	for _, m := range open {
		lost, all = lost+m.Lost, all+m.Missing
		zero = zero || m.Condition == coverage.ProtectedZero
		longest = max(longest, v.Now.Sub(m.Since))
	}
	in := line{say(" (")}.with(v.modules(open)...).with(say(")"))
	if open[0].Condition >= coverage.CoverageDrop && lost > 0 {
		l := line{say("🔴 "), strongly(v.Customer), strong(" lost protection of " + counted(lost, "object", "objects"))}.with(in...)
		if zero && len(open) == 1 {
			l = l.with(say(": nothing is protected any more"))
		}
		return l
	}
	return line{say("🟠 "), strongly(v.Customer), strong(": " + counted(all, "object has", "objects have") + " had no backup for " + lasting(longest))}.
		with(in...).with(say(": new, or lost slowly"))
}

// recovering is the headline of missing coverage whose newest reading is well.
func (v AlertView) recovering(open []coverage.Member) line {
	worst := int64(0)
	for _, m := range open {
		worst += m.Worst
	}
	return line{say("🟠 "), strongly(v.Customer), strong(": ")}.with(v.bold(open)...).
		with(strong(" seems to recover"), say(" · up to "+counted(worst, "object", "objects")+" had no backup"))
}

// shrunk is the headline of a scan that shrank.
func (v AlertView) shrunk(open []coverage.Member) line {
	m := open[0]
	l := line{say("🟠 "), strongly(v.Customer), strong(": ")}
	name := v.module(m)
	for i := range name {
		name[i].bold = true
	}
	l = l.with(name...).with(strong(" now scans "+counted(m.Now.Scanned, "object", "objects")), say(" (was "+number(m.Was.Scanned)+")"))
	if more := len(open) - 1; more > 0 {
		l = l.with(say(", and " + counted(int64(more), "more module", "more modules")))
	}
	return l.with(say(". Coverage alone would look perfect, so this is a gap that it does not show"))
}

// refusedWords say why AvePoint does not let the bot read a customer.
func refusedWords(class string) line {
	if class == "not_found" {
		return line{say(": AvePoint no longer knows this customer")}
	}
	return line{say(": AvePoint does not let this bot read it")}
}

// failedWords say how readings fail.
func failedWords(class string) line {
	switch class {
	case "":
		return line{say(": no reading was good")}
	case "rate_limited", "busy", "unavailable":
		return line{say(": AvePoint is busy or does not answer")}
	case "unreadable", "partial", "too_large", "other_customer":
		return line{say(": what AvePoint sends is not an overview")}
	case "credentials":
		return line{say(": the bot cannot sign in to AvePoint")}
	case "forbidden", "not_found":
		return refusedWords(class)
	}
	return line{say(": readings fail")}
}

// recovered is the headline of an incident that is over.
func (v AlertView) recovered() line {
	i := v.Incident
	how := coverage.Recovery(0)
	if len(i.Members) > 0 {
		how = i.Members[0].How
	}
	in := v.modules(i.Members)
	if len(in) > 0 {
		in = line{strong(": ")}.with(in...)
	}
	took := lasting(i.Closed.Sub(i.Began()))
	switch how {
	case coverage.RecoveredAccepted:
		return line{strongly(v.Customer)}.with(in...).with(strong(" accepted as normal")).with(v.by(v.Accepted)...)
	case coverage.RecoveredUnwatched:
		return line{strongly(v.Customer), strong(" is no longer watched"), say(", so this is told no more · it lasted " + took)}
	}
	l := line{say("✅ "), strongly(v.Customer)}.with(in...)
	switch i.Family {
	case coverage.CoverageFamily, coverage.FloorFamily:
		return v.coverageRecovered(l, took)
	case coverage.ScanFamily:
		return l.with(strong(" recovered"), say(" · it is scanned as before · it lasted "+took))
	case coverage.MissingFamily:
		return l.with(strong(" recovered"), say(" · AvePoint names it again · there was no data for "+took))
	}
	return l.with(strong(" recovered"), say(" · AvePoint answers again · there was no data for "+took))
}

// coverageRecovered tells how many had no backup, for how long, and what is left.
func (v AlertView) coverageRecovered(l line, took string) line {
	worst, off, left := int64(0), int64(0), int64(0)
	for _, m := range v.Incident.Members {
		worst += m.Worst
		left += m.Now.Gap()
		if m.How == coverage.RecoveredOffScan {
			off += max(0, m.WorstNow.Scanned-m.Now.Scanned)
		}
	}
	if left == 0 {
		l = l.with(strong(" complete again"))
	} else {
		l = l.with(strong(" recovered"))
	}
	l = l.with(say(" · up to " + counted(worst, "object", "objects") + " had no backup for " + took))
	if off > 0 {
		l = l.with(say(" · " + counted(off, "object is", "objects are") + " no longer scanned"))
	}
	if left > 0 {
		l = l.with(say(" · " + number(left) + " still " + either(left, "has", "have") + " none"))
	}
	return l
}
