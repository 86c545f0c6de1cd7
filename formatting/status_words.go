package formatting

import (
	"strconv"
	"strings"
	"time"
)

// sweeps tell the sweep under way and the last that is done.
func (v StatusView) sweeps() []line {
	var lines []line
	if s := v.Current; s != nil {
		done := int64(s.Good + s.Empty + s.Failed)
		l := line{
			strong("Sweep"), say(": under way since "), at(s.Began, v.Now),
			say(", " + number(done) + " of " + counted(int64(s.Customers), "customer", "customers") + " done"),
		}
		if s.Left > 0 {
			l = l.with(say(", about " + atLeast(s.Left) + " more"))
		}
		lines = append(lines, l.with(say("."+s.skipped())))
	}
	if s := v.Last; s != nil {
		l := line{
			strong("Last sweep"), say(": " + counted(int64(s.Customers), "customer", "customers") + " in " + briefly(s.Ended.Sub(s.Began)) + ", done "),
			at(s.Ended, v.Now), say(" (" + ago(s.Ended, v.Now) + "): " + s.outcome() + "." + s.skipped()),
		}
		lines = append(lines, l)
	}
	return lines
}

// outcome is how the customers of a sweep were read.
func (s SweepView) outcome() string {
	text := number(int64(s.Good)) + " read"
	if s.Empty > 0 {
		text += ", " + number(int64(s.Empty)) + " with nothing scanned"
	}
	if s.Failed > 0 {
		text += ", " + number(int64(s.Failed)) + " could not be read"
	}
	return text
}

func (s SweepView) skipped() string {
	if s.Skipped == 0 {
		return ""
	}
	return " " + counted(int64(s.Skipped), "sweep was", "sweeps were") + " left out before it."
}

// briefly is a duration that may be shorter than a second.
func briefly(d time.Duration) string {
	if d < time.Second {
		return "less than a second"
	}
	return lasting(d)
}

// data is how old the readings are.
func (v StatusView) data() line {
	l := line{strong("Data"), say(": ")}
	if v.Oldest.IsZero() {
		l = l.with(say("no customer is read yet"))
	} else {
		l = l.with(say("the oldest reading is of "), on(v.Oldest), say(" ("+ago(v.Oldest, v.Now)+")"))
	}
	if v.Stale > 0 {
		l = l.with(say(", " + counted(int64(v.Stale), "customer has", "customers have") + " data older than " + lasting(v.StaleAfter)))
	}
	switch {
	case v.Never > 0 && v.Last == nil && !v.Oldest.IsZero():
		l = l.with(say(", " + number(int64(v.Never)) + either(int64(v.Never), " is", " are") + " not read yet"))
	case v.Never > 0 && v.Last != nil:
		l = l.with(say(", " + number(int64(v.Never)) + either(int64(v.Never), " has", " have") + " never answered"))
	}
	return l.with(say("."))
}

// list is whom the bot watches, and when AvePoint last listed them.
func (v StatusView) list() line {
	l := line{strong("Customers"), say(": " + number(int64(v.Customers)) + " watched")}
	if v.Unwatched > 0 {
		l = l.with(say(", " + number(int64(v.Unwatched)) + " not watched"))
	}
	if v.Gone > 0 {
		l = l.with(say(", " + number(int64(v.Gone)) + " left AvePoint"))
	}
	if v.Directory.IsZero() {
		return l.with(say("; the list is not read yet."))
	}
	return l.with(say("; list read "), at(v.Directory, v.Now), say(" ("+ago(v.Directory, v.Now)+")."))
}

// says is how long a sweep takes, and with what.
func (p Pace) says(customers int) line {
	if p.Estimate <= 0 || p.TooSlow {
		return nil
	}
	with := ""
	if p.Rate > 0 {
		with += strconv.FormatFloat(p.Rate, 'f', -1, 64) + " requests a second, "
	}
	if p.InFlight > 0 {
		with += counted(int64(p.InFlight), "call", "calls") + " at once, "
	}
	if p.Latency > 0 {
		with += inSeconds(p.Latency) + " a call, "
	}
	if with != "" {
		with = strings.TrimSuffix(with, ", ") + " and "
	}
	return line{
		strong("Pace"), say(": a sweep takes " + p.takes() + " with " + with +
			counted(int64(customers), "customer", "customers") + "; one is begun every " + every(p.Interval) + "."),
	}
}

// takes is how long a sweep takes with these settings, if nothing goes wrong.
func (p Pace) takes() string {
	if p.Estimate < time.Second {
		return "about a second"
	}
	return "at least " + lasting(p.Estimate)
}

// every is an interval: "hour", "3 h".
func every(d time.Duration) string {
	for unit, name := range map[time.Duration]string{time.Second: "second", time.Minute: "minute", time.Hour: "hour"} {
		if d == unit {
			return name
		}
	}
	return lasting(d)
}

// inSeconds is a latency with one decimal: "4.6 s". A shorter one is no "0 s".
func inSeconds(d time.Duration) string {
	if d < 100*time.Millisecond {
		return "less than 0.1 s"
	}
	return strconv.FormatFloat(d.Truncate(100*time.Millisecond).Seconds(), 'f', -1, 64) + " s"
}

// customers is how many could not be read.
func (h APIHealth) customers() int64 {
	var n int64
	for _, f := range h.Failing {
		n += int64(f.Customers)
	}
	return n
}

// says is how AvePoint answers, and whom it does not.
func (h APIHealth) says() line {
	l := line{strong("AvePoint"), say(": ")}
	if len(h.Failing) == 0 {
		if h.Credentials || !h.Down.IsZero() {
			return nil
		}
		return l.with(say("answers for all customers."))
	}
	l = l.with(say("not read at the last try: "))
	for i, f := range h.Failing {
		if i > 0 {
			l = l.with(say(", "))
		}
		l = l.with(say(counted(int64(f.Customers), "customer", "customers")+" (")).with(because(f.Class), say(")"))
	}
	return l.with(say("."))
}

// because puts the class of a failure into words.
func because(class string) span {
	switch class {
	case "forbidden":
		return say("AvePoint refuses access")
	case "not_found":
		return say("no longer known to AvePoint")
	case "rate_limited", "busy":
		return say("AvePoint was busy")
	case "unavailable":
		return say("AvePoint could not answer")
	case "unreadable":
		return say("the answer was no overview")
	case "partial":
		return say("only a part of the answer came")
	case "storage":
		return say("the bot could not record what it read")
	case "credentials":
		return say("the sign-in was refused")
	case "other_customer":
		return say("the answer was about another customer")
	case "too_large":
		return say("the answer was too large")
	}
	return called(class)
}

// memory is where the bot keeps what it has read.
func (v StatusView) memory() line {
	l := line{strong("Memory"), say(": "), called(v.Storage.Kind)}
	if v.Storage.Bytes > 0 {
		l = l.with(say(", " + inMegabytes(v.Storage.Bytes)))
	}
	switch {
	case !v.Storage.Backup.IsZero():
		l = l.with(say(", newest copy "), on(v.Storage.Backup))
	case v.Storage.Copies:
		l = l.with(say(", no daily copy yet"))
	}
	if v.Replicas > 0 {
		l = l.with(say("; " + counted(int64(v.Replicas), "process of the bot is", "processes of the bot are") + " running"))
	}
	return l.with(say("."))
}

// inMegabytes is a size on disk, rounded up to a whole MB; from 1 GB on it is in GB.
func inMegabytes(n int64) string {
	if n >= 1<<30 {
		return inUnits(n)
	}
	return number((n+1<<20-1)/(1<<20)) + " MB"
}

func (v StatusView) version() line {
	return line{strong("Version"), say(": "), called(v.Version), say(".")}
}
