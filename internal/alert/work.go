package alert

import (
	"context"
	"errors"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// deliveryWork is the kind of work that sends.
const deliveryWork = "delivery"

// contests is how often a plan is made anew because somebody else told something
// meanwhile. Then the next run goes on.
const contests = 5

// Run tells what is to be told by now, and returns.
func (a *Alerts) Run(ctx context.Context) error {
	if err := a.installation(ctx); err != nil {
		return err
	}
	for range contests {
		now := a.options.Now()
		u, err := a.options.Store.Untold(ctx, now.Add(-a.suspicion()), a.options.Rules.Poll, a.options.Rules.Reopen, now)
		if err != nil || len(u.Due) == 0 {
			return err
		}
		r, err := a.routes(ctx, u)
		if err != nil {
			return err
		}
		p := plan(now, u, r, a.options.Rules)
		err = a.options.Store.Tell(ctx, u.Version, p, now)
		if errors.Is(err, store.ErrLost) {
			continue
		}
		if err == nil && len(p.Deliveries) > 0 {
			a.options.Wake(deliveryWork)
		}
		return err
	}
	return nil
}

// suspicion is how far back what is told now may have begun: told fast, and held
// for as long as an event of the fleet is.
func (a *Alerts) suspicion() time.Duration {
	r := a.options.Rules
	return 2*r.Poll + r.Confirm + 3*r.Recheck + r.GroupWaitMost
}

// installation has the rules look at how the installation fares.
func (a *Alerts) installation(ctx context.Context) error {
	if a.options.Health == nil {
		return nil
	}
	if !a.due(a.options.Now()) {
		return nil
	}
	h, err := a.options.Health(ctx, a.options.Now())
	if err != nil {
		return err
	}
	_, err = a.options.Store.JudgeInstallation(ctx, h, a.options.Rules)
	return err
}

// healthEvery is how often one process looks how the installation fares.
const healthEvery = 15 * time.Second

// due reports whether it is time to look how the installation fares.
func (a *Alerts) due(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if age := now.Sub(a.looked); age >= 0 && age < healthEvery {
		return false
	}
	a.looked = now
	return true
}

// routing is who hears of what.
type routing struct {
	customers map[string][]string // channels, by the customer's id
	ops       []string
	unsure    bool // of a channel nobody could say what it may see
}

// of are the channels that hear of an incident.
func (r routing) of(i store.Incident) []string {
	if i.CustomerID == "" {
		return r.ops
	}
	return r.customers[i.CustomerID]
}

// routes finds who hears of the incidents: the channels that are bound to the
// customer, else the one for all others.
func (a *Alerts) routes(ctx context.Context, u store.Untold) (routing, error) {
	r := routing{customers: map[string][]string{}, ops: a.options.Ops(ctx)}
	bindings, err := a.options.Store.Bindings(ctx)
	if err != nil {
		return r, err
	}
	scopes := map[string]access.Scope{}
	for _, b := range bindings {
		r.unsure = a.ask(ctx, b.Channel, scopes) || r.unsure
	}
	for _, d := range u.Due {
		id := d.CustomerID
		if id == "" || r.customers[id] != nil {
			continue
		}
		to := []string{}
		for _, b := range bindings {
			if scopes[b.Channel].Includes(id) {
				to = append(to, b.Channel)
			}
		}
		// While one of the bound channels is not known, it may be the one.
		if len(to) == 0 && a.options.Channel != "" && !r.unsure {
			r.unsure = a.ask(ctx, a.options.Channel, scopes)
			if scopes[a.options.Channel].Includes(id) {
				to = append(to, a.options.Channel)
			}
		}
		r.customers[id] = to
	}
	return r, nil
}

// ask asks once what a channel may see, and reports whether nobody could say.
func (a *Alerts) ask(ctx context.Context, channel string, scopes map[string]access.Scope) (unsure bool) {
	if _, asked := scopes[channel]; asked {
		return false
	}
	scope, reason, err := a.options.Scope(ctx, channel)
	if err != nil || reason != access.ReasonNone {
		scope = access.Scope{}
	}
	scopes[channel] = scope
	return err != nil
}

// retryRoute is when an incident is looked at again that nobody could be told of.
const retryRoute = 10 * time.Minute

// retryUnsure is when channels are asked about again of which nobody could say what
// they may see.
const retryUnsure = 30 * time.Second
