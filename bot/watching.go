package bot

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// errNoAdmin is why a member is refused what only admins may do.
var errNoAdmin = errors.New("not an admin")

// askWatch answers /backup-overview watch <customer>, for admins.
func (m *memory) askWatch(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := m.admin(q, "watch"); err != nil {
		return Reply{}, err
	}
	asked := parse(q.Text, m.finder.words())
	if left, text := asked.end(); left.Customer != "" && text != "" && (!asked.Quoted || text != asked.Rest) {
		return Reply{}, pauseForm(q, left.typed(), text)
	}
	if err := asked.nothingBeyond(); err != nil {
		return Reply{}, err
	}
	if asked.Customer == "" {
		return m.unwatched(ctx, q)
	}
	return m.about(ctx, q, roll, asked, "", m.rewatch)
}

// askUnwatch answers /backup-overview unwatch <customer> [until <day>], for
// admins.
func (m *memory) askUnwatch(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := m.admin(q, "unwatch"); err != nil {
		return Reply{}, err
	}
	asked, text := parse(q.Text, m.finder.words()).end()
	if asked.Customer == "" && text == "" {
		return m.unwatched(ctx, q)
	}
	if asked.Customer == "" {
		return Reply{}, noCustomer(q, "unwatch contoso until friday")
	}
	if left, length := asked.pause(); text == "" && length != "" {
		return Reply{}, pauseForm(q, left.typed(), length)
	}
	argument := ""
	if text != "" {
		now := m.clock(ctx, q)
		end, ok := pauseEnd(text, now)
		if !ok || !end.After(now) {
			return Reply{}, badEnd()
		}
		argument = strconv.FormatInt(end.Unix(), 10)
	}
	return m.about(ctx, q, roll, asked, argument, m.unwatch)
}

// rewatch watches a customer again: a [customerHandler].
func (m *memory) rewatch(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
	if err := m.admin(q, "watch"); err != nil {
		return Reply{}, err
	}
	view, before, err := m.watching(ctx, q, c)
	if err != nil {
		return Reply{}, err
	}
	if !before.Unwatched {
		view.Change = formatting.AlreadyWatched
		return Reply{Message: formatting.Watching(view)}, nil
	}
	if err := m.store.Watch(ctx, c.ID, by(q)); err != nil {
		return Reply{}, m.changed(q, err)
	}
	m.log.Info("customer watched again", "customer_id", c.ID, "user_id", q.Person.UserID)
	m.wake(watch.SweepWork) // it may be due
	view.Change, view.By = formatting.WatchedAgain, q.Person.UserID
	view.Undo = m.customers.sealer.token(c.ID)
	return Reply{Message: formatting.Watching(view)}, nil
}

// unwatch watches a customer no longer: a [customerHandler]. The argument is
// the end in Unix seconds, or "".
func (m *memory) unwatch(ctx context.Context, q Request, c directory.Entry, argument string) (Reply, error) {
	if err := m.admin(q, "unwatch"); err != nil {
		return Reply{}, err
	}
	view, before, err := m.watching(ctx, q, c)
	if err != nil {
		return Reply{}, err
	}
	if argument != "" {
		seconds, err := strconv.ParseInt(argument, 10, 64)
		if view.Until = time.Unix(seconds, 0).In(view.Now.Location()); err != nil || !view.Until.After(view.Now) {
			return Reply{}, tooOld(q) // a choice that lay for longer than the pause
		}
	}
	view.Undo = m.customers.sealer.token(c.ID)
	if before.Unwatched && before.UnwatchedUntil.Equal(view.Until) {
		view.Change, view.By = formatting.AlreadyUnwatched, before.UnwatchedBy
		return Reply{Message: formatting.Watching(view)}, nil
	}
	if err := m.store.Unwatch(ctx, c.ID, by(q), view.Until); err != nil {
		return Reply{}, m.changed(q, err)
	}
	m.log.Info("customer unwatched", "customer_id", c.ID, "user_id", q.Person.UserID, "until", view.Until)
	view.Change, view.By = formatting.Unwatched, q.Person.UserID
	return Reply{Message: formatting.Watching(view)}, nil
}

// by is who asks, for the audit.
func by(q Request) store.By {
	return store.By{User: q.Person.UserID, Channel: q.Channel.ID, At: time.Now()}
}

// watching is a customer as it is before a change, and the view to tell it in.
func (m *memory) watching(ctx context.Context, q Request, c directory.Entry) (formatting.WatchingView, store.Standing, error) {
	now := m.clock(ctx, q)
	before, err := m.store.Standing(ctx, c.ID, now)
	if err != nil {
		return formatting.WatchingView{}, before, m.changed(q, err)
	}
	return formatting.WatchingView{Customer: c.Name, Command: q.Command, Now: now, Gone: !before.GoneAt.IsZero()}, before, nil
}

// changed is why a change of one customer failed.
func (m *memory) changed(q Request, err error) error {
	if errors.Is(err, store.ErrUnknown) {
		return tooOld(q) // erased a moment ago
	}
	return err
}

// unwatched answers with the customers that are not watched.
func (m *memory) unwatched(ctx context.Context, q Request) (Reply, error) {
	now := m.clock(ctx, q)
	scope := m.policy().See(q.Person, q.Channel)
	view := formatting.UnwatchedView{Command: q.Command, Now: now}
	for c, err := range m.store.Customers(ctx) {
		if err != nil {
			return Reply{}, err
		}
		over := !c.UnwatchedUntil.IsZero() && !c.UnwatchedUntil.After(now)
		if !c.Unwatched || over || !scope.Includes(c.ID) {
			continue
		}
		view.Total++
		if len(view.Customers) < formatting.MaxUnwatched {
			view.Customers = append(view.Customers, formatting.UnwatchedRow{
				Customer: customerName(c), Until: in(c.UnwatchedUntil, now.Location()), By: c.UnwatchedBy,
				Value: m.customers.sealer.token(c.ID),
			})
		}
	}
	return Reply{Message: formatting.UnwatchedList(view)}, nil
}

// in is t in a zone; a zero t stays zero.
func in(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}
