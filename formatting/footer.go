package formatting

// age is the line that says how old the reading is. Where the reading is
// stale, its age stands beside the reason.
func (v OverviewView) age(withSizes bool) line {
	var parts []line
	if v.Reading {
		parts = append(parts, line{say("Reading AvePoint now…")})
	}
	if !v.ReadAt.IsZero() && v.Stale == nil {
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
	here := line{say("Here is the reading of "), at(v.ReadAt, v.Now), say(" (" + v.ageInWords() + ").")}
	if v.ReadAt.IsZero() {
		here = nil
	}
	return join(what, todo, here, v.Stale.ref())
}

// ReadingNow says that a customer without an earlier reading is being read.
func ReadingNow(customer string) Message {
	return notice(line{say("Reading "), called(customer), say(" from AvePoint. This takes about five seconds.")})
}
