package bot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// status answers how the bot itself does. It works, and says so, while the
// store cannot be used.
func (m *memory) status(ctx context.Context, q Request) (Reply, error) {
	if err := parse(q.Text, m.finder.words()).alone(q.Command); q.Action == "" && err != nil {
		return Reply{}, err
	}
	if q.lost != nil && !errors.Is(q.lost, errUnread) {
		return Reply{}, q.lost
	}
	if q.lost == nil { // otherwise the answer says that the store is lost
		if err := refusal(q, m.policy().Ask(q.Person, q.Channel), m.people.web.home.Load().TeamName); err != nil {
			return Reply{}, err
		}
	}
	view := formatting.StatusView{
		Command: q.Command, Version: m.version, Now: m.clock(ctx, q), Refresh: formatting.ActionStatus,
		Limited: !m.policy().See(q.Person, q.Channel).All,
	}
	err := q.lost
	if err == nil { // of a store that was lost a moment ago nothing more is asked
		_, err = inTime(ctx, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, m.look(ctx, &view, m.policy().See(q.Person, q.Channel).List())
		})
	}
	switch {
	case err == nil:
	case store.Unavailable(err) || errors.Is(err, errUnread) || errors.Is(err, errStoreHangs):
		m.log.Warn("the store cannot be used", "err", err)
		view.Storage = formatting.StorageView{Full: errors.Is(err, store.ErrFull), Damaged: errors.Is(err, store.ErrCorrupt)}
	default:
		return Reply{}, err
	}
	return Reply{Message: formatting.Status(view)}, nil
}

// look asks the store and the watch.
func (m *memory) look(ctx context.Context, v *formatting.StatusView, ids []string) error {
	stats, err := m.store.Stats(ctx)
	if err != nil {
		return err
	}
	v.Storage = formatting.StorageView{
		Kind: stats.Kind, Bytes: stats.Bytes, Backup: stats.Backup, Copies: m.store.Copies() > 0,
	}
	status, err := m.watch.Status(ctx)
	if err != nil {
		return err
	}
	if v.Deliveries, err = m.deliveries(ctx, v.Now); err != nil {
		return err
	}
	open, err := m.store.IncidentCounts(ctx, ids, v.Now)
	if err != nil {
		return err
	}
	v.Incidents = &formatting.IncidentsView{Open: open.Open, Crit: open.Crit, Acked: open.Acked, Snoozed: open.Snoozed}
	return m.fill(ctx, v, status)
}

// deliveries are how the messages fare that are posted unasked.
func (m *memory) deliveries(ctx context.Context, now time.Time) (*formatting.DeliveriesView, error) {
	stats, err := m.store.DeliveryStats(ctx, now)
	if err != nil {
		return nil, err
	}
	parked, err := m.store.ParkedLanes(ctx)
	if err != nil {
		return nil, err
	}
	v := &formatting.DeliveriesView{
		Pending: stats.Pending, Sending: stats.Sending, Sent: stats.Sent24h,
		Dead: stats.Dead, Doubles: stats.PossibleDoubles, Oldest: in(stats.Oldest, now.Location()),
	}
	for _, lane := range parked {
		v.Parked = append(v.Parked, formatting.ParkedChannel{
			Channel: lane.Channel, Class: lane.Class, Since: in(lane.Parked, now.Location()), Waiting: lane.Waiting,
		})
	}
	return v, nil
}

// fill adds what the watch and the store know.
func (m *memory) fill(ctx context.Context, v *formatting.StatusView, s watch.Status) error {
	fleet, err := m.store.Fleet(ctx, store.FleetQuery{Limit: 1, Now: v.Now, StaleBefore: v.Now.Add(-s.StaleAfter)})
	if err != nil {
		return err
	}
	v.Customers, v.Unwatched, v.Gone, v.Never, v.Stale = s.Watched, s.Unwatched, s.Gone, s.Never, fleet.Stale
	v.Oldest, v.StaleAfter, v.Directory, v.Replicas = s.Oldest, s.StaleAfter, s.DirectoryAt, s.Replicas
	v.Current, v.Last = sweepView(s.Current), sweepView(s.Last)
	if v.Current != nil && !s.Ends.IsZero() {
		v.Current.Left = max(0, s.Ends.Sub(v.Now))
	}
	v.Pace = formatting.Pace{
		Estimate: s.Estimate, Interval: s.Interval, Rate: s.Rate, InFlight: s.InFlight, Latency: s.Latency, TooSlow: s.TooSlow,
	}
	v.API = formatting.APIHealth{Credentials: !s.CredentialsRefused.IsZero(), Down: s.Down}
	for _, class := range slices.Sorted(maps.Keys(s.Failures)) {
		v.API.Failing = append(v.API.Failing, formatting.FailureCount{Class: class, Customers: s.Failures[class]})
	}
	slices.SortStableFunc(v.API.Failing, func(a, b formatting.FailureCount) int { return cmp.Compare(b.Customers, a.Customers) })
	return nil
}

func sweepView(s *store.Sweep) *formatting.SweepView {
	if s == nil {
		return nil
	}
	return &formatting.SweepView{
		Began: s.Began, Ended: s.Ended, Customers: s.Customers,
		Good: s.Good, Empty: s.Empty, Failed: s.Failed, Skipped: s.Skipped,
	}
}
