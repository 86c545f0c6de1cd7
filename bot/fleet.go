package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// fleetPage is how many customers a page of the fleet ranks: as many as
// [formatting.FleetView] holds.
const fleetPage = 20

// leaf is what a button of the fleet leads to.
type leaf struct {
	gaps   bool // only customers with a gap are ranked
	order  store.Order
	offset int
}

// fleetNote is how a leaf stands in a button, as in "all/0/20".
const fleetNote = "%s/%d/%d"

func (l leaf) note() string {
	which := "all"
	if l.gaps {
		which = "gaps"
	}
	return fmt.Sprintf(fleetNote, which, l.order, l.offset)
}

// value is the button's value. It is sealed, so that one that was altered on
// the way is no leaf at all.
func (l leaf) value(s sealer) string {
	note := l.note()
	return ticket{s.token("fleet " + note), note}.String()
}

// readLeaf reads what [leaf.value] made.
func readLeaf(s sealer, value string) (leaf, bool) {
	t := readTicket(value)
	var l leaf
	if t.note == "" || s.token("fleet "+t.note) != t.token {
		return l, false
	}
	_, err := fmt.Sscanf(strings.ReplaceAll(t.note, "/", " "), strings.ReplaceAll(fleetNote, "/", " "), new(string), &l.order, &l.offset)
	l.gaps = strings.HasPrefix(t.note, "gaps")
	return l, err == nil
}

// fleet answers the command without any text: where one customer is shown,
// with its overview.
func (m *memory) fleet(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if id, one := m.policy().See(q.Person, q.Channel).Only(); one {
		if c, ok := roll.byID(id); ok {
			return m.overviews.open(ctx, q, c), nil
		}
	}
	return m.leaf(ctx, q, leaf{})
}

// gaps answers with the customers that have gaps.
func (m *memory) gaps(ctx context.Context, q Request, _ *roll) (Reply, error) {
	if err := parse(q.Text, m.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	return m.leaf(ctx, q, leaf{gaps: true})
}

// turnFleet answers the buttons that turn the page and read it again, and the
// menu that ranks otherwise.
func (m *memory) turnFleet(ctx context.Context, q Request, _ *roll) (Reply, error) {
	l, ok := readLeaf(m.customers.sealer, q.Value)
	if !ok {
		return Reply{}, tooOld(q)
	}
	return m.leaf(ctx, q, l)
}

// leaf answers with a page of the customers that this person may see here now.
// Where the page has ended meanwhile, it is the last one.
func (m *memory) leaf(ctx context.Context, q Request, l leaf) (Reply, error) {
	scope := m.policy().See(q.Person, q.Channel)
	if scope.Empty() {
		return Reply{Message: formatting.NothingToShow(q.Command)}, nil
	}
	now := m.clock(ctx, q)
	status, err := m.sweeps(ctx, now)
	if err != nil {
		return Reply{}, err
	}
	query := store.FleetQuery{
		Order: l.order, Offset: l.offset, Limit: fleetPage, GapsOnly: l.gaps, IDs: scopeIDs(scope),
		Now: now, StaleBefore: now.Add(-status.StaleAfter),
	}
	fleet, err := m.store.Fleet(ctx, query)
	if err == nil && len(fleet.Page) == 0 && l.offset > 0 {
		l.offset = max(0, fleet.Ranked-1) / fleetPage * fleetPage
		query.Offset = l.offset
		fleet, err = m.store.Fleet(ctx, query)
	}
	if err != nil {
		return Reply{}, err
	}
	view := m.fleetView(fleet, l)
	view.Command, view.Now = q.Command, now
	view.Channel = !scope.All
	view.StaleAfter = status.StaleAfter
	if scope.All {
		view.First = firstSweep(status, now) // which counts customers of other channels too
	}
	return Reply{Message: formatting.Fleet(view)}, nil
}

// statusFor is how long a status of the watch counts for the fleet, which needs
// of it only from when on data is stale. Asking adds up all customers.
const statusFor = 30 * time.Second

// lately is a status of the watch and when it was asked for.
type lately struct {
	watch.Status

	at time.Time
}

// sweeps is the status of the watch: while the first sweep is under way as it
// is now, later as it was half a minute ago at most.
func (m *memory) sweeps(ctx context.Context, now time.Time) (watch.Status, error) {
	if last := m.lately.Load(); last != nil && now.Sub(last.at).Abs() < statusFor {
		return last.Status, nil
	}
	status, err := m.watch.Status(ctx)
	if err == nil && status.Last != nil {
		m.lately.Store(&lately{status, now})
	}
	return status, err
}

// fleetView is a page as it is shown, with the buttons that lead on from it.
func (m *memory) fleetView(f store.Fleet, l leaf) formatting.FleetView {
	seal := m.customers.sealer
	v := formatting.FleetView{
		Gaps:      l.gaps,
		Customers: f.Customers, WithGaps: f.WithGaps, Complete: f.Complete, Empty: f.Empty,
		Stale: f.Stale, Never: f.Never, Unwatched: f.Unwatched, Gone: f.Gone,
		Gap: f.Gap, Scanned: f.Scanned, Oldest: f.Oldest,
		Order:   formatting.Order(l.order),
		Refresh: l.value(seal),
		Rows:    m.fleetRows(f.Page),
		Offset:  l.offset, Ranked: f.Ranked,
		Export: exportAll(seal),
	}
	for order := range v.Orders {
		v.Orders[order] = leaf{gaps: l.gaps, order: store.Order(order)}.value(seal)
	}
	if next := l.offset + fleetPage; next < f.Ranked {
		v.Next = leaf{l.gaps, l.order, next}.value(seal)
	}
	if l.offset > 0 {
		v.Back = leaf{l.gaps, l.order, max(0, l.offset-fleetPage)}.value(seal)
	}
	return v
}

func (m *memory) fleetRows(page []store.Standing) []formatting.FleetRow {
	rows := make([]formatting.FleetRow, len(page))
	for i, s := range page {
		rows[i] = formatting.FleetRow{
			Customer: customerName(s.Customer), Detail: s.Owner, Value: m.customers.sealer.token(s.ID),
			Read: s.Read, Answered: s.Answered, Scanned: s.Scanned, Kept: s.Kept, Gap: s.Gap, DayGap: s.DayGap, WeekGap: s.WeekGap,
		}
	}
	return rows
}

// firstSweep is how far the first reading of all customers is, and nil once
// there was one: until then an empty table means nothing.
func firstSweep(s watch.Status, now time.Time) *formatting.FirstSweep {
	if s.Last != nil {
		return nil
	}
	first := &formatting.FirstSweep{Total: s.Watched, Left: s.Estimate}
	if s.Current != nil {
		first.Total, first.Done, first.Left = s.Total, s.Done, 0
		if !s.Ends.IsZero() {
			first.Left = max(0, s.Ends.Sub(now))
		}
	}
	return first
}
