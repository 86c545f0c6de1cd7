package formatting

// troubles are lines about customers of whom the numbers say nothing, or not
// all.
func (v DigestView) troubles() []line {
	var lines []line
	if l := v.stale(); len(l) > 0 {
		lines = append(lines, l)
	}
	for _, l := range []line{v.failed(), v.odd(), v.snoozed()} {
		if len(l) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// maxTroubles is how many customers each of the lines names.
const maxTroubles = 5

// stale names customers without fresh data, since when, and why.
func (v DigestView) stale() line {
	shown := v.Stale[:min(len(v.Stale), maxTroubles)]
	if len(shown) == 0 {
		return v.staleUnnamed()
	}
	items := make([]line, len(shown))
	for i, s := range shown {
		items[i] = s.says(v.Customer != "")
	}
	return line{say("⚪ "), strong("No fresh data"), say(": ")}.with(listed(items, len(v.Stale)-len(shown)+v.MoreStale, ", ", " and ")...)
}

// staleUnnamed counts those that nobody named.
func (v DigestView) staleUnnamed() line {
	if v.MoreStale == 0 {
		return nil
	}
	return line{say("⚪ "), strong("No fresh data"), say(": " + counted(int64(v.MoreStale), "customer", "customers"))}
}

// says is one of them. The customer is named where there are several.
func (s DigestStale) says(ofOne bool) line {
	l := line{noted(s.Customer)}
	if ofOne {
		l = line{say("the last reading is of ")}
		if s.Since.IsZero() {
			l = line{say("it was never read")}
		}
	}
	switch {
	case ofOne && s.Since.IsZero():
	case ofOne:
		l = l.with(on(s.Since))
	case s.Since.IsZero():
		l = l.with(say(" (never read"))
	default:
		l = l.with(say(" (since "), on(s.Since))
	}
	if s.Class != "" {
		l = l.with(say(", "), because(s.Class))
	}
	if ofOne {
		return l
	}
	return l.with(say(")"))
}

// failed names customers whose last backup job failed.
func (v DigestView) failed() line {
	shown := v.Failed[:min(len(v.Failed), maxTroubles)]
	all := len(v.Failed) + v.MoreFailed
	switch {
	case all == 0:
		return nil
	case v.Customer != "":
		return line{strong("The last backup job failed"), say(": AvePoint's portal says why")}
	case len(shown) == 0:
		return line{strong("The last backup job failed"), say(": " + counted(int64(all), "customer", "customers"))}
	}
	items := make([]line, len(shown))
	for i, n := range shown {
		items[i] = line{noted(n)}
	}
	return line{strong("The last backup job failed"), say(": ")}.with(listed(items, all-len(shown), ", ", " and ")...)
}

// odd names modules of which something is odd.
func (v DigestView) odd() line {
	shown := v.Odd[:min(len(v.Odd), maxTroubles)]
	if len(shown) == 0 {
		return nil
	}
	items := make([]line, len(shown))
	for i, n := range shown {
		why := " (far more protected than scanned)"
		if n.Never {
			why = " (nothing was ever protected)"
		}
		items[i] = line{noted(n.Customer), say(": "), noted(n.Module), say(why)}
	}
	return line{strong("Please look at"), say(" ")}.with(listed(items, len(v.Odd)-len(shown)+v.MoreOdd, ", ", " and ")...)
}

// snoozed names alerts that are silent.
func (v DigestView) snoozed() line {
	shown := v.Snoozed[:min(len(v.Snoozed), maxTroubles)]
	if len(shown) == 0 {
		return nil
	}
	items := make([]line, len(shown))
	for i, s := range shown {
		items[i] = line{noted(s.Customer), say(" (until "), on(s.Until), say(", by "), by(s.By), say(")")}
	}
	return line{strong("Snoozed alerts"), say(": ")}.with(listed(items, len(v.Snoozed)-len(shown)+v.MoreSnoozed, ", ", " and ")...)
}

// text is the digest in sentences, for whoever sees no blocks.
func (v DigestView) text() string {
	answer := v.answer()
	l := line{say(v.title() + ".")}
	if news := answer[:len(answer)-1]; len(news) > 0 {
		l = join(l, news[0])
	}
	l = join(l, spoken(answer[len(answer)-1]).with(say(".")))
	const most = 5
	changes := v.changes()
	for _, c := range changes[:min(len(changes), most)] {
		l = join(l, spoken(c).with(say(".")))
	}
	if rest := v.counts().all() - most; len(changes) > most && rest > 0 {
		l = join(l, line{say("And " + counted(int64(rest), "more change", "more changes") + ".")})
	}
	for _, trouble := range v.troubles() {
		l = join(l, spoken(trouble).with(say(".")))
	}
	l = join(l, v.worst(), v.remarks())
	if course := v.course(); course != "" {
		l = join(l, line{say("Objects without backup: " + course + ".")})
	}
	if footer := v.footer(); len(footer) > 0 {
		l = join(l, spoken(footer).with(say(".")))
	}
	return cut(l.text(), maxPlain)
}

// worst names the first rows of the table.
func (v DigestView) worst() line {
	const most = 5
	var items []line
	for _, r := range v.apart() {
		if len(items) < most {
			items = append(items, line{called(r.Customer), say(", " + number(r.Gap) + " of " + number(r.Scanned))})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return line{say("Most without backup: ")}.with(listed(items, 0, "; ", "; ")...).with(say("."))
}
