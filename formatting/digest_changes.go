package formatting

import "encoding/json"

const (
	// maxChanges is how many changes a digest tells one by one.
	maxChanges = 10
	// fewChanges is how many of each kind it tells before more of another.
	fewChanges = 3
	// changesRoom is how many bytes their lines take at most, as JSON.
	changesRoom = 3400
)

// changeKind is what became of a gap.
type changeKind int

const (
	gapNew changeKind = iota
	gapWorse
	gapBetter
	gapClosed
)

// changes are a line for each change, or for the first of each kind and a line
// that counts the others.
func (v DigestView) changes() []line {
	var lines []line
	told := DigestCounts{}
	for kind, changes := range v.chosen() {
		lines = append(lines, changes...)
		told = told.and(changeKind(kind), len(changes))
	}
	if rest := v.counts().less(told); rest.all() > 0 {
		lines = append(lines, line{say("and " + rest.more())})
	}
	return lines
}

// chosen are the lines of the changes to tell one by one, by kind: some of each
// before more of any, as many as there is room for.
func (v DigestView) chosen() [4][]line {
	var lines [4][]line
	count, room := 0, changesRoom
	for _, most := range []int{fewChanges, maxChanges} {
		for kind, changes := range [4][]DigestChange{v.New, v.Worse, v.Better, v.Closed} {
			for len(lines[kind]) < min(len(changes), most) && count < maxChanges && room > 0 {
				l := changes[len(lines[kind])].says(changeKind(kind), v.Customer != "")
				if room -= l.bytes(); room < 0 {
					break
				}
				lines[kind] = append(lines[kind], l)
				count++
			}
		}
	}
	return lines
}

// bytes is how many bytes the line takes as JSON.
func (l line) bytes() int {
	data, err := json.Marshal(l.section())
	if err != nil {
		return maxBytes
	}
	return len(data) + len(",")
}

func (c DigestCounts) and(kind changeKind, n int) DigestCounts {
	switch kind {
	case gapNew:
		c.New += n
	case gapWorse:
		c.Worse += n
	case gapBetter:
		c.Better += n
	case gapClosed:
		c.Closed += n
	}
	return c
}

func (c DigestCounts) less(d DigestCounts) DigestCounts {
	return DigestCounts{New: c.New - d.New, Worse: c.Worse - d.Worse, Better: c.Better - d.Better, Closed: c.Closed - d.Closed}
}

// more are the changes that have no line of their own.
func (c DigestCounts) more() string {
	all := int64(c.all())
	switch c.all() {
	case c.New:
		return counted(all, "more new gap", "more new gaps")
	case c.Worse:
		return number(all) + " more that got worse"
	case c.Better:
		return number(all) + " more that got better"
	case c.Closed:
		return number(all) + " more that closed"
	}
	return counted(all, "more change", "more changes") + ": " + c.says()
}

// says is a change in one line. The customer's name is left out where all is
// about one.
func (c DigestChange) says(kind changeKind, ofOne bool) line {
	label, mark := c.label(kind)
	l := line{strong(label), say(" " + mark + " ")}
	if !ofOne {
		l = l.with(noted(c.Customer), say(": "))
	}
	l = l.with(noted(c.Module))
	if c.Tenant != "" {
		l = l.with(say(" in "), noted(c.Tenant))
	}
	return l.with(say(" " + c.became(kind)))
}

// label is the kind in words, and its mark.
func (c DigestChange) label(kind changeKind) (label, mark string) {
	switch kind {
	case gapWorse:
		return "Worse", "🟠"
	case gapBetter:
		return "Better", "🟠"
	case gapClosed:
		if c.Now.Scanned == 0 {
			return "No data any more", "⚪"
		}
		return "Closed", "✅"
	}
	return "New gap", "🟠"
}

// became is from what to what a module went.
func (c DigestChange) became(kind changeKind) string {
	missing := number(c.Now.Gap) + " of " + number(c.Now.Scanned)
	switch kind {
	case gapWorse:
		return missing + c.was(number(c.Was.Gap))
	case gapBetter:
		return missing + c.was(number(c.Was.Gap)) + c.fewer()
	case gapClosed:
		return c.closed()
	}
	missing = number(c.Now.Gap) + " of " + counted(c.Now.Scanned, "object", "objects") + either(c.Now.Gap, " has", " have") + " no backup"
	switch {
	case !c.Known:
		return missing + " (not there before)"
	case c.Was.Scanned == 0:
		return missing + " (nothing was scanned before)"
	}
	return missing + c.was("complete")
}

func (c DigestChange) was(text string) string {
	if !c.Known {
		return ""
	}
	return " (was " + text + ")"
}

// closed says how a gap ended. A module that is scanned no more has lost its
// gap, but nobody knows whether its objects have a backup.
func (c DigestChange) closed() string {
	if c.Now.Scanned == 0 {
		return "is not scanned any more (" + number(c.Was.Gap) + " of " + counted(c.Was.Scanned, "object", "objects") + " had no backup)"
	}
	text := "complete again"
	if c.For > 0 {
		text += " after " + lasting(c.For)
	}
	return text + c.fewer()
}

// fewer says that fewer objects are scanned than before, which makes a gap
// smaller, too.
func (c DigestChange) fewer() string {
	if n := c.Was.Scanned - c.Now.Scanned; c.Known && n > 0 {
		return " · " + counted(n, "object", "objects") + either(n, " is", " are") + " no longer scanned"
	}
	return ""
}
