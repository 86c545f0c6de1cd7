package formatting

import (
	"github.com/backup-overview/backup-overview/internal/coverage"
)

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
