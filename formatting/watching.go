package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// WatchChange is what came of watch or unwatch.
type WatchChange int

// Changes. The zero value is that the customer is watched again.
const (
	WatchedAgain     WatchChange = iota
	AlreadyWatched               // nothing to do
	Unwatched                    // no longer read, until Until or without end
	AlreadyUnwatched             // it was so before, until Until or without end
)

// WatchingView is the answer to watch and unwatch.
type WatchingView struct {
	Customer string // name, from outside
	Command  string // the command as Slack sent it
	Change   WatchChange
	Until    time.Time // end of the pause, in the zone that is told; zero is without end
	By       string    // user id of who did it, now or before; "" is unknown
	Now      time.Time
	Gone     bool   // AvePoint no longer lists it, so it is not read in any case
	Undo     string // value of the button that takes it back (action [ActionWatch] or [ActionUnwatch])
}

// Watching says whether a customer is watched, and until when not.
func Watching(v WatchingView) Message {
	who := line{strongly(v.Customer)}
	switch v.Change {
	case AlreadyWatched:
		return notice(join(line{say("Nothing changed: ")}.with(who...).with(say(" is watched.")), v.gone()))
	case Unwatched:
		l := who.with(say(" is not watched")).with(v.until()...).with(v.by()...)
		return notice(join(l, v.meanwhile(), v.gone()), button(ActionWatch, v.Undo, "Watch again"))
	case AlreadyUnwatched:
		l := line{say("Nothing changed: ")}.with(who...).with(say(" is not watched")).with(v.until()...).with(v.by()...)
		return notice(join(l, v.meanwhile(), v.gone()), button(ActionWatch, v.Undo, "Watch again"))
	}
	l := who.with(say(" is watched again")).with(v.by()...)
	if !v.Gone {
		l = l.with(say(" The next sweep reads it."))
	}
	return notice(join(l, v.gone()), button(ActionUnwatch, v.Undo, "Unwatch"))
}

// until tells the end of the pause.
func (v WatchingView) until() line {
	switch {
	case v.Until.IsZero() && v.Change == AlreadyUnwatched:
		return nil
	case v.Until.IsZero():
		return line{say(" any more")}
	}
	return line{say(" until " + weekday(v.Until, v.Now))}
}

func (v WatchingView) by() line {
	if v.By == "" {
		return line{say(".")}
	}
	return line{say(" (by "), by(v.By), say(").")}
}

// meanwhile says what not to be watched means.
func (v WatchingView) meanwhile() line {
	l := line{say("It is not read and not counted; what was read of it is kept.")}
	if v.Until.IsZero() {
		return join(l, line{say("It stays so until an admin types "), typed(v.Command + " watch"), say(" and its name.")})
	}
	return join(l, line{say("Then it is watched again by itself.")})
}

func (v WatchingView) gone() line {
	if !v.Gone {
		return nil
	}
	return line{say("AvePoint no longer lists it, so it is not read in any case.")}
}

// weekday is a time in words, with its zone: "Friday, 27 November, 00:00
// Europe/Berlin". The year is told where it is not now's.
func weekday(t, now time.Time) string {
	format := "Monday, 2 January"
	if t.Year() != now.In(t.Location()).Year() {
		format += " 2006"
	}
	zone := t.Location().String()
	if zone == "Local" || zone == "" {
		zone = t.Format("MST")
	}
	return t.Format(format+", 15:04") + " " + zone
}

// UnwatchedView is the list of the customers that are not watched.
type UnwatchedView struct {
	Command   string // the command as Slack sent it
	Customers []UnwatchedRow
	Total     int // all of them, where Customers holds the first only; 0 is len(Customers)
	Now       time.Time
}

// UnwatchedRow is a customer that is not watched.
type UnwatchedRow struct {
	Customer string    // name, from outside
	Until    time.Time // end of the pause, in the zone that is told; zero is without end
	By       string    // user id; "" is unknown
	Value    string    // opaque value of its entry in the menu that watches it again (action [ActionWatch]); "" leaves it out
}

// UnwatchedList names the customers that are not watched, as many as a message
// holds, with a menu that watches one again.
func UnwatchedList(v UnwatchedView) Message {
	total := max(v.Total, len(v.Customers))
	if total == 0 {
		return notice(line{say("All customers are watched. "), typed(v.Command + " unwatch contoso until friday"), say(" leaves one out.")})
	}
	head := line{strong(counted(int64(total), "customer is", "customers are") + " not watched:")}
	var lines []line
	var options []*slack.OptionBlockObject
	for _, r := range v.Customers[:min(len(v.Customers), MaxUnwatched)] {
		lines = append(lines, r.says(v.Now))
		if r.Value != "" && len(r.Value) <= maxChosen {
			options = append(options, slack.NewOptionBlockObject(r.Value, plainText(fit(name(r.Customer), noteSize), maxOption), nil))
		}
	}
	if rest := total - len(lines); rest > 0 {
		lines = append(lines, line{say("and " + counted(int64(rest), "more customer", "more customers") + "; "), typed(v.Command + " watch"), say(" and its name watches any of them again")})
	}
	m := Message{Text: head.text(), Blocks: []slack.Block{paragraph(append([]line{head}, lines...)...)}}
	for _, l := range lines {
		m.Text += "\n" + l.text()
	}
	m.Text = cut(m.Text, maxPlain)
	if len(options) > 0 {
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Watch again", maxHeader), ActionWatch, options...)
		m.Blocks = append(m.Blocks, controls(menu)...)
	}
	return m
}

// MaxUnwatched is how many customers that are not watched [UnwatchedList] names.
const MaxUnwatched = 20

func (r UnwatchedRow) says(now time.Time) line {
	l := line{span{kind: outside, text: fit(name(r.Customer), noteSize)}}
	if r.Until.IsZero() {
		l = l.with(say(", without end"))
	} else {
		l = l.with(say(", until " + weekday(r.Until, now)))
	}
	if r.By != "" {
		l = l.with(say(", by "), by(r.By))
	}
	return l
}
