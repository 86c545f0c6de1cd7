package bot

import (
	"cmp"
	"context"
	"errors"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

// askForget answers /backup-overview forget <customer>, for admins. Nothing is
// erased before it was confirmed.
func (m *memory) askForget(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := m.admin(q, "forget"); err != nil {
		return Reply{}, err
	}
	asked := parse(q.Text, m.finder.words())
	if err := asked.nothingBeyond(); err != nil {
		return Reply{}, err
	}
	if asked.Customer == "" {
		return Reply{}, noCustomer(q, "forget contoso")
	}
	return m.about(ctx, q, roll, asked, "", m.confirmForget)
}

// confirmForget asks whether it is meant: a [customerHandler].
func (m *memory) confirmForget(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
	view, err := m.forgetView(ctx, q, c)
	if err != nil {
		return Reply{}, m.changed(q, err)
	}
	view.Forget = m.customers.sealer.token(c.ID)
	view.Keep = view.Forget
	return Reply{Message: formatting.ForgetAsk(view)}, nil
}

// forget answers the button that erases: a [customerHandler].
func (m *memory) forget(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
	view, err := m.forgetView(ctx, q, c)
	if err == nil {
		err = m.store.Forget(ctx, c.ID, by(q))
	}
	if errors.Is(err, store.ErrUnknown) { // a click before this one has
		return m.forgottenAlready(q, c)
	}
	if err != nil {
		return Reply{}, err
	}
	m.customers.forget(c.ID)
	m.overviews.cache.Drop(c.ID)
	m.log.Info("customer forgotten", "customer_id", c.ID, "user_id", q.Person.UserID)
	return Reply{Message: formatting.Forgotten(view)}, nil
}

// forgottenAlready answers admins who press again.
func (m *memory) forgottenAlready(q Request, c directory.Entry) (Reply, error) {
	if err := m.admin(q, "forget"); err != nil || !m.policy().See(q.Person, q.Channel).Includes(c.ID) {
		return Reply{}, cmp.Or(err, tooOld(q))
	}
	return Reply{Message: formatting.AlreadyForgotten(c.Name)}, nil
}

// keep answers the button that does not: a [customerHandler].
func (m *memory) keep(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
	view, err := m.forgetView(ctx, q, c)
	if err != nil {
		return Reply{}, m.changed(q, err)
	}
	return Reply{Message: formatting.ForgetKept(view)}, nil
}

// forgetView is what is said of a customer that is to be forgotten, to admins
// alone. [store.ErrUnknown]: it was erased meanwhile.
func (m *memory) forgetView(ctx context.Context, q Request, c directory.Entry) (formatting.ForgetView, error) {
	if err := m.admin(q, "forget"); err != nil {
		return formatting.ForgetView{}, err
	}
	now := m.clock(ctx, q)
	known, err := m.store.Standing(ctx, c.ID, now)
	if err != nil {
		return formatting.ForgetView{}, err
	}
	return formatting.ForgetView{
		Copies:   m.store.Copies(), // one a day: for so many days they still hold the customer
		Customer: c.Name,
		Command:  q.Command,
		Listed:   known.GoneAt.IsZero(),
		Gone:     known.GoneAt,
		Since:    known.FirstSeen,
		Now:      now,
		By:       q.Person.UserID,
	}, nil
}
