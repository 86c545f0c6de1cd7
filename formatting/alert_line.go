package formatting

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// AlertLineView is one step of an incident, for the thread under its message.
type AlertLineView struct {
	Now      time.Time
	Customer string // name, from outside; "" where the message is of one customer
	Tenant   string // name, from outside, where the customer has several
	Family   coverage.Family
	Line     coverage.Line
	Mention  string // id of a user group that is to come; "" is none
	Count    int    // how many lines this one stands for; 0 and 1 are itself
}

// AlertLine is one line with its time.
func AlertLine(v AlertLineView) Message {
	l := line{at(v.Line.At, v.Now), say(" · ")}
	if v.Customer != "" {
		l = l.with(called(v.Customer), say(": "))
	}
	if v.Line.Key.Module != "" {
		l = l.with(called(v.Line.Key.Module))
		if v.Tenant != "" {
			l = l.with(say(" of "), called(v.Tenant))
		}
		l = l.with(say(": "))
	}
	return notice(l.with(v.says()...).with(calling(v.Mention)...))
}

// calling mentions a user group at the end of a line.
func calling(group string) line {
	if !groupLike(group) {
		return nil
	}
	return line{say(" "), span{kind: usergroup, text: group}}
}

// says is what happened.
func (v AlertLineView) says() line {
	l := v.Line
	switch l.Kind {
	case coverage.LineFired:
		return v.fired()
	case coverage.LineEscalated, coverage.LineWorse:
		if l.From == l.To {
			return line{say("now critical: " + number(l.To.Kept()) + " of " + number(l.To.Scanned) + " protected")}
		}
		return line{say("worse: ")}.with(v.fell()...)
	case coverage.LineResolved:
		return line{say(resolvedWords(l) + " after " + lasting(l.For))}
	case coverage.LineFlapping:
		return line{say("it comes and goes. From now on this message changes, and nothing more is posted until it has been quiet for three days.")}
	case coverage.LineNoData:
		return line{say("no reading tells of it any more. It counts as open until one does.")}
	case coverage.LineClosed:
		return line{say("over after " + lasting(l.For))}
	case coverage.LineReopened:
		return line{say("it is back")}
	}
	return v.acted()
}

// acted is what a person did, or the bot in its place.
func (v AlertLineView) acted() line {
	l := v.Line
	who := line{by(l.By)}
	switch l.Kind {
	case coverage.LineAcked:
		return line{say("acknowledged by ")}.with(who...)
	case coverage.LineSnoozed:
		said := line{say("snoozed until "), on(l.Until), say(" by ")}.with(who...)
		if l.Reason != "" {
			said = said.with(say(": "), called(l.Reason))
		}
		return said
	case coverage.LineWoken:
		if l.By == "" {
			return line{say("the snooze is over, and it is still open")}
		}
		return line{say("the snooze was ended by ")}.with(who...)
	case coverage.LineAccepted:
		return line{say("accepted as normal by ")}.with(who...).with(say(". Only what gets worse than this is told again."))
	case coverage.LineUndone:
		return line{say("no longer accepted as normal: taken back by ")}.with(who...)
	case coverage.LineUnwatched:
		if l.By == "" {
			return line{say("the customer is no longer watched")}
		}
		return line{say("no longer watched, by ")}.with(who...)
	case coverage.LineReminder:
		said := line{say("still open after " + lasting(l.For))}
		if l.By != "" {
			said = said.with(say(", acknowledged by ")).with(who...)
		} else {
			said = said.with(say(", and nobody has acknowledged it"))
		}
		return said
	}
	return line{say("changed")}
}

// fired is how it began.
func (v AlertLineView) fired() line {
	switch v.Line.Condition.Family() {
	case coverage.CoverageFamily:
		return v.fell()
	case coverage.ScanFamily:
		return line{say("scans " + counted(v.Line.To.Scanned, "object", "objects") + " (was " + number(v.Line.From.Scanned) + ")")}
	case coverage.MissingFamily:
		return line{say("in no answer any more")}
	case coverage.EmptyFamily:
		return line{say("AvePoint's answers are empty")}
	case coverage.StaleFamily:
		return line{say("no good reading any more")}
	case coverage.AccessFamily:
		return line{say("AvePoint does not let this bot read it")}
	case coverage.FloorFamily:
		return line{say(number(v.Line.To.Kept()) + " of " + number(v.Line.To.Scanned) + " protected: below the floor")}
	}
	return line{say("it began")}
}

// fell is from what to what.
func (v AlertLineView) fell() line {
	l := v.Line
	said := number(l.From.Kept()) + " → " + number(l.To.Kept()) + " of " + number(l.To.Scanned) + " protected"
	if l.Severity == coverage.Crit {
		said += " (critical)"
	}
	return line{say(said)}
}

// resolvedWords say how a member of an incident ended.
func resolvedWords(l coverage.Line) string {
	switch l.How {
	case coverage.RecoveredOffScan:
		return "recovered: what had no backup is scanned no more,"
	case coverage.RecoveredAccepted:
		return "accepted as normal"
	case coverage.RecoveredUnwatched:
		return "no longer watched"
	}
	if l.Condition.Family() == coverage.CoverageFamily {
		return "recovered: " + number(l.To.Kept()) + " of " + number(l.To.Scanned) + " protected,"
	}
	return "recovered"
}

// AlertBatchView is what happened to the incidents of a message of several since
// its thread heard last.
type AlertBatchView struct {
	At, Now              time.Time
	Fired, Worse, Closed int
	Awake                int // snoozes that are over
	Waiting              int // critical ones that nobody looks after
	Acts                 []AlertBatchAct
	Acked                int    // open for long, though somebody looks after them
	Mention              string // id of a user group that is to come; "" is none
}

// AlertBatchAct is what a person did with so many of them.
type AlertBatchAct struct {
	Kind coverage.LineKind
	By   string // id of the user; "" is the bot itself
	N    int
}

// says is the act in a few words.
func (a AlertBatchAct) says() line {
	words := map[coverage.LineKind]string{
		coverage.LineAcked: "acknowledged", coverage.LineSnoozed: "snoozed", coverage.LineWoken: "snooze ended", coverage.LineAccepted: "accepted as normal",
		coverage.LineUndone: "no longer accepted as normal", coverage.LineUnwatched: "no longer watched",
	}[a.Kind]
	l := line{say(number(int64(a.N)) + " " + words)}
	if a.By != "" {
		l = l.with(say(" by "), by(a.By))
	}
	return l
}

// AlertBatch is one line for the thread.
func AlertBatch(v AlertBatchView) Message {
	var items []line
	for _, item := range []struct {
		n     int
		words string
	}{
		{v.Fired, "more fell"},
		{v.Worse, "got worse"},
		{v.Closed, "ended"},
		{v.Awake, either(int64(v.Awake), "snooze is over", "snoozes are over")},
		{v.Waiting, either(int64(v.Waiting), "critical one is still open, and nobody has acknowledged it", "critical ones are still open, and nobody has acknowledged them")},
		{v.Acked, either(int64(v.Acked), "is still open, though acknowledged", "are still open, though acknowledged")},
	} {
		if item.n > 0 {
			items = append(items, line{say(number(int64(item.n)) + " " + item.words)})
		}
	}
	for _, act := range v.Acts[:min(len(v.Acts), mostItems)] {
		items = append(items, act.says())
	}
	if len(items) == 0 {
		items = []line{{say("it changed")}}
	}
	l := line{at(v.At, v.Now), say(" · ")}.with(listed(items, 0, ", ", " and ")...)
	return notice(l.with(calling(v.Mention)...))
}
