package formatting

import "slices"

// title is the header: how many customers this is about.
func (v FleetView) title() string {
	all := counted(int64(v.Customers), "customer", "customers")
	switch {
	case v.Gaps && v.Channel:
		return "Gaps in this channel's " + all
	case v.Gaps:
		return "Gaps in " + all
	case v.Channel:
		return "Backup overview of this channel: " + all
	}
	return "Backup overview: " + all
}

// says tells how far the first sweep has come.
func (f FirstSweep) says() line {
	l := line{strong("Reading " + counted(int64(f.Total), "customer", "customers") + " from AvePoint: " + number(int64(f.Done)) + " done")}
	if f.Left > 0 {
		l = l.with(say(", about " + atLeast(f.Left) + " more"))
	}
	return l.with(say("."))
}

// headline is the number that matters, then the others of the disjoint counts.
func (v FleetView) headline() line {
	l := line{strong(v.answer())}
	if v.complete() {
		l = l.with(say(" (" + counted(v.Scanned, "object", "objects") + ")"))
	}
	for _, part := range v.rest() {
		l = l.with(say(" · " + part))
	}
	return l
}

// complete is whether nothing is missing anywhere.
func (v FleetView) complete() bool { return v.Customers > 0 && v.Complete == v.Customers }

// answer is the first thing to know.
func (v FleetView) answer() string {
	none := v.Gap
	switch {
	case v.Gaps && v.WithGaps == 0 && len(v.Rows) > 0:
		return "No gap in fresh data; these are of older readings"
	case v.WithGaps > 0 && v.Gaps:
		return counted(none, "object", "objects") + " of " + counted(int64(v.WithGaps), "customer", "customers") +
			either(none, " has", " have") + " no backup"
	case v.WithGaps > 0:
		return counted(int64(v.WithGaps), "has a gap: ", "have gaps: ") + counted(none, "object has", "objects have") + " no backup"
	case v.complete() && v.Customers == 1:
		return "✅ The one customer is complete"
	case v.complete():
		return "✅ All " + number(int64(v.Customers)) + " customers are complete"
	case v.Customers == 0 && v.Unwatched > 0:
		return "No customer is watched"
	case v.Customers == 0:
		return "AvePoint lists no customer"
	case v.Complete > 0 && v.Stale+v.Never > 0:
		return "No customer with fresh data has a gap"
	case v.Complete > 0:
		return "No customer has a gap"
	case v.Empty == v.Customers:
		return "AvePoint has scanned nothing for any customer yet"
	case v.Never == v.Customers && v.First != nil:
		return "No customer is read yet"
	case v.Stale == 0 && v.First != nil:
		return "AvePoint has scanned nothing for the customers read so far"
	}
	return "No customer has fresh data"
}

// rest are the other counts, where they are not zero.
func (v FleetView) rest() []string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, number(int64(n))+" "+what)
		}
	}
	if !v.complete() {
		add(v.Complete, "complete")
	}
	add(v.Stale, "with data older than "+lasting(v.StaleAfter))
	switch {
	case v.First == nil:
		add(v.Never, "never answered")
	case v.Never < v.Customers:
		add(v.Never, "not read yet")
	}
	if v.Empty < v.Customers {
		add(v.Empty, "with nothing scanned")
	}
	add(v.Unwatched, "not watched")
	add(v.Gone, "left AvePoint")
	return parts
}

// footer says what the page shows, and how old the data is.
func (v FleetView) footer() line {
	n, age := len(v.Rows), v.asOf()
	switch {
	case n == 0 && len(age) == 0:
		return nil
	case n == 0:
		return line{say("The ")}.with(age...)
	case len(age) == 0:
		return line{say(v.shown(n))}
	}
	return line{say(v.shown(n) + " · the ")}.with(age...)
}

// shown says which of the ranked customers the page holds, and their order.
func (v FleetView) shown(n int) string {
	first, last, all := int64(v.Offset+1), int64(v.Offset+n), int64(v.Ranked)
	order := v.Order.says()
	if v.incomparable() {
		order = nothingToCompare
	}
	switch {
	case last-first+1 >= all:
		return upperFirst(order)
	case first == last:
		return "Customer " + number(first) + " of " + number(all) + ", " + order
	}
	return "Customers " + number(first) + " to " + number(last) + " of " + number(all) + ", " + order
}

// nothingToCompare is said in place of an order by drop.
const nothingToCompare = "nothing is known of yesterday, so there is nothing to compare yet"

// incomparable is whether the page is ranked by drop while of none of it
// anything is known of yesterday.
func (v FleetView) incomparable() bool {
	return v.Order == ByDrop && !slices.ContainsFunc(v.Rows, func(r FleetRow) bool { return v.comparable(r, r.DayGap) })
}

// word is the order as the menu names it.
func (o Order) word() string {
	return [...]string{"gap", "drop since yesterday", "age of the data"}[o]
}

// says describes the order.
func (o Order) says() string {
	switch o {
	case ByDrop:
		return "those that lost most since yesterday first"
	case ByAge:
		return "the oldest data first"
	}
	return "most objects without backup first"
}

// asOf is how old the oldest counted reading is.
func (v FleetView) asOf() line {
	if v.Oldest.IsZero() {
		return nil
	}
	return line{say("oldest reading is of "), on(v.Oldest), say(" (" + ago(v.Oldest, v.Now) + ")")}
}

// text is the fleet in sentences, for whoever sees no blocks.
func (v FleetView) text() string {
	l := line{say(v.title() + ".")}
	if v.First != nil {
		l = join(l, v.First.says())
	}
	l = join(l, spoken(v.headline()).with(say(".")))
	if worst := v.foremost(); len(worst) > 0 {
		l = l.with(say(" " + v.Order.foremost() + ": ")).with(listed(worst, 0, "; ", "; ")...).with(say("."))
	}
	if len(v.Rows) > 0 && v.incomparable() {
		l = l.with(say(" " + upperFirst(nothingToCompare) + "."))
	}
	if age := v.asOf(); len(age) > 0 {
		l = l.with(say(" The ")).with(age...).with(say("."))
	}
	return l.text()
}

// foremost names the first customers of the page.
func (v FleetView) foremost() []line {
	const most = 5
	var items []line
	for _, r := range v.Rows {
		lost := v.comparable(r, r.DayGap) && r.Gap > *r.DayGap
		if (r.Gap == 0 && v.Order != ByAge) || (v.Order == ByDrop && !lost) || len(items) == most {
			continue
		}
		item := line{span{kind: outside, text: r.Customer}}
		if r.Gap > 0 {
			item = item.with(say(", " + number(r.Gap) + " of " + number(r.Scanned) + " without backup"))
		}
		items = append(items, item)
	}
	return items
}

// foremost is what the first customers of an order are.
func (o Order) foremost() string {
	switch o {
	case ByDrop:
		return "What lost most since yesterday"
	case ByAge:
		return "With the oldest data"
	}
	return "Most without backup"
}
