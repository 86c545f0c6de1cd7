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

// facts say of each member from what to what, since when, and how sure that is.
func (v AlertView) facts() []line {
	if v.over() {
		return nil
	}
	open := v.open()
	var lines []line
	for n, m := range open {
		if n == mostMembers {
			lines = append(lines, line{say("and " + counted(int64(len(open)-n), "more module", "more modules"))})
			break
		}
		lines = append(lines, v.fact(m, len(open) > 1)...)
	}
	return lines
}

// fact is what is to be said of one member.
func (v AlertView) fact(m coverage.Member, named bool) []line {
	var l line
	switch v.Incident.Family {
	case coverage.CoverageFamily:
		l = v.fell(m)
	case coverage.FloorFamily:
		l = line{say(number(m.Now.Kept()) + " of " + counted(m.Now.Scanned, "object", "objects") + " protected (" + percent(m.Now.Coverage()) + "), below the floor since "), at(m.Since, v.Now), say(".")}
	case coverage.ScanFamily:
		l = line{say(number(m.Was.Scanned) + " scanned")}.with(v.until(m)...).with(say(", " + number(m.Now.Scanned) + " since. ")).with(v.sure(m)...)
	case coverage.MissingFamily:
		l = line{say(number(m.Was.Kept()) + " of " + number(m.Was.Scanned) + " protected when it was last named")}.with(v.last(m)...).with(say(". Other modules are still there."))
	case coverage.AccessFamily:
		return []line{accessMend(m.Class, v.Command)}
	default:
		return nil
	}
	if named {
		l = v.module(m).with(say(": ")).with(l...)
	}
	lines := []line{l}
	if v.Incident.Family == coverage.CoverageFamily && !m.Recovering {
		lines = append(lines, likely(m)...)
	}
	return lines
}

// fell is how coverage fell.
func (v AlertView) fell(m coverage.Member) line {
	l := line{say(number(m.Was.Kept()) + " of " + number(m.Was.Scanned) + " protected")}.with(v.until(m)...)
	if m.Recovering && m.NoData.IsZero() {
		return l.with(say(", " + number(m.WorstNow.Kept()) + " of " + number(m.WorstNow.Scanned) + " at the worst, " + number(m.Now.Kept()) + " of " +
			number(m.Now.Scanned) + " now. One more good reading is waited for."))
	}
	now := number(m.Now.Kept())
	if m.Now.Scanned != m.Was.Scanned {
		now += " of " + number(m.Now.Scanned)
	}
	l = l.with(say(", " + now + " since. ")).with(v.sure(m)...)
	if more := m.Missing - m.Lost; more > 0 && m.Lost > 0 {
		said := " Besides, " + counted(more, "object is", "objects are") + " new and not yet protected."
		if m.Slowly {
			said = " Besides, " + counted(more, "object has", "objects have") + " had no backup for over a day: new, or lost slowly."
		}
		l = l.with(say(said))
	}
	if !m.NoData.IsZero() {
		l = l.with(say(" No reading tells of it since "), at(m.NoData, v.Now), say("."))
	}
	return l
}

func (v AlertView) until(m coverage.Member) line {
	if m.Until.IsZero() {
		return nil
	}
	return line{say(" until "), at(m.Until, v.Now)}
}

func (v AlertView) last(m coverage.Member) line {
	if m.Until.IsZero() {
		return nil
	}
	return line{say(", at "), at(m.Until, v.Now)}
}

// sure says how sure it is.
func (v AlertView) sure(m coverage.Member) line {
	if m.Readings == 0 {
		return nil
	}
	return line{say("Seen in " + counted(int64(m.Readings), "reading", "readings") + " over " + lasting(v.Now.Sub(m.Since)) + ".")}
}

// likely is the likely cause.
func likely(m coverage.Member) []line {
	switch {
	case m.Condition < coverage.CoverageDrop:
		return nil
	case m.Now.Scanned == m.Was.Scanned:
		return []line{{say("Likely cause: protection removed (the number of scanned objects did not change).")}}
	case m.Now.Scanned > m.Was.Scanned:
		return []line{{say("Likely cause: protection removed, while " + counted(m.Now.Scanned-m.Was.Scanned, "object more is", "objects more are") + " scanned.")}}
	}
	return []line{{say("Likely cause: protection removed; " + counted(m.Was.Scanned-m.Now.Scanned, "object less is", "objects less are") + " scanned as well.")}}
}

// accessMend says what to do where AvePoint does not let the bot read a customer.
func accessMend(class, command string) line {
	if class == "not_found" {
		return line{say("If it has left, an admin can run "), typed(command + " forget"), say(".")}
	}
	return line{say("An AvePoint admin can grant "), scope("elements.cbprotected.read.all"), say(" or add the customer to the app.")}
}

// unseen says what cannot be known, and when there is more to know.
func (v AlertView) unseen() line {
	if v.over() {
		return nil
	}
	var l line
	if v.Incident.Family == coverage.CoverageFamily {
		l = line{say("Cannot be seen from here: whether people who left are among them.")}
	}
	if v.Next.After(v.Now) {
		l = join(l, line{say("Next check "), at(v.Next, v.Next), say(".")})
	}
	if v.Incident.Flapping {
		l = join(l, line{say("It comes and goes: this message changes, and nothing more is posted until it has been quiet for three days.")})
	}
	if v.Before > 0 {
		l = join(l, line{say("It was over and came back " + counted(int64(v.Before), "time", "times") + ".")})
	}
	return l
}

// handled says what people have done about it.
func (v AlertView) handled() []line {
	var lines []line
	if v.Incident.Severity == coverage.Crit && !v.over() && !v.Acked.did() && groupLike(v.Mention) {
		lines = append(lines, line{span{kind: usergroup, text: v.Mention}})
	}
	if v.Acked.did() {
		lines = append(lines, line{say("Acknowledged")}.with(v.by(v.Acked)...))
	}
	if v.Snoozed.did() && v.Snoozed.Until.After(v.Now) && !v.over() {
		l := line{say("Snoozed until "), on(v.Snoozed.Until)}.with(v.by(v.Snoozed)...)
		if v.Snoozed.Reason != "" {
			l = l.with(say(": "), called(v.Snoozed.Reason))
		}
		lines = append(lines, l)
	}
	return lines
}

func (v AlertView) by(a PersonAct) line {
	if !a.did() {
		return nil
	}
	return line{say(" by "), by(a.By), say(" at "), at(a.At, v.Now)}
}
