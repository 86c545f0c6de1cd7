package formatting

import "time"

// age is the line that says how old the reading is. Where the reading is
// stale, its age stands beside the reason.
func (v OverviewView) age(withSizes bool) line {
	var parts []line
	if v.Reading {
		parts = append(parts, line{say("Reading AvePoint now…")})
	}
	if !v.ReadAt.IsZero() && v.Stale == nil && v.EmptySince.IsZero() {
		parts = append(parts, line{say("Read from AvePoint "), on(v.ReadAt), say(" (" + v.ageInWords() + ")")})
	}
	if withSizes {
		sizes := "sizes are of the last job"
		if len(parts) == 0 {
			sizes = upperFirst(sizes)
		}
		parts = append(parts, line{say(sizes)})
	}
	if !v.Posted.IsZero() {
		parts = append(parts, line{say("you shared it here "), on(v.Posted)})
	}
	var l line
	for i, p := range parts {
		if i > 0 {
			l = append(l, say(" · "))
		}
		l = append(l, p...)
	}
	return l
}

// ageInWords stays true in a channel, where the message is read later.
func (v OverviewView) ageInWords() string {
	if v.SharedBy != "" {
		return old(v.ReadAt, v.Now)
	}
	return ago(v.ReadAt, v.Now)
}

// stale says why the reading is an old one, and which it is.
func (v OverviewView) stale() line {
	what, todo := v.Stale.says(v.Customer, v.Command, true)
	if v.Stale.passing() {
		todo = nil
	}
	return join(what, todo, v.here(), v.Stale.ref())
}

// here says which reading is shown instead of a new one.
func (v OverviewView) here() line {
	if v.ReadAt.IsZero() {
		return nil
	}
	return line{say("Here is the reading of "), at(v.ReadAt, v.Now), say(" (" + v.ageInWords() + ").")}
}

// emptied says that AvePoint sends no modules any more, and which reading is
// shown.
func (v OverviewView) emptied() line {
	if v.EmptySince.IsZero() {
		return nil
	}
	return join(v.sentNothing(), v.here())
}

// sentNothing says since when AvePoint has sent no modules. A message for a
// channel is read later, so there it is never just now.
func (v OverviewView) sentNothing() line {
	switch {
	case v.EmptySince.IsZero():
		return nil
	case v.Now.Sub(v.EmptySince) < time.Minute && v.SharedBy == "":
		return line{say("AvePoint sent no modules of this customer just now.")}
	}
	return line{say("AvePoint has sent no modules of this customer since "), at(v.EmptySince, v.Now), say(".")}
}

// aside says why the customer may not be read by itself.
func (v OverviewView) aside() []line {
	var lines []line
	if v.Unwatched {
		l := line{say("This customer is not watched")}
		if !v.Until.IsZero() {
			l = l.with(say(" until "), on(v.Until))
		}
		lines = append(lines, l.with(say(": it is read only when somebody asks.")))
	}
	if !v.Gone.IsZero() {
		lines = append(lines, line{say("AvePoint has not listed this customer since "), on(v.Gone), say(".")})
	}
	return lines
}

// ReadingNow says that a customer without an earlier reading is being read.
func ReadingNow(customer string) Message {
	return notice(line{say("Reading "), called(customer), say(" from AvePoint. This takes about five seconds.")})
}
