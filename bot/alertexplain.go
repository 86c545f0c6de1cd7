package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

// explain answers /backup-overview explain <customer> <module>.
func (a *alarms) explain(ctx context.Context, q Request, roll *roll) (Reply, error) {
	asked := parse(q.Text, a.memory.finder.words())
	if asked.Customer == "" {
		return Reply{}, noCustomer(q, "explain contoso exchange")
	}
	// What stands right of the customer is the module.
	scope, module := a.memory.policy().See(q.Person, q.Channel), ""
	words := strings.Fields(asked.Customer)
	for n := len(words); n > 0 && !asked.Quoted; n-- {
		if head := strings.Join(words[:n], " "); len(roll.find(head, scope).Hits) > 0 {
			asked.Customer, module = head, strings.Join(words[n:], " ")
			break
		}
	}
	return a.memory.about(ctx, q, roll, asked, module, a.explained)
}

// explained explains the modules of a customer: a [customerHandler].
func (a *alarms) explained(ctx context.Context, q Request, c directory.Entry, module string) (Reply, error) {
	state, err := a.memory.store.Judgement(ctx, c.ID)
	if err != nil {
		return Reply{}, err
	}
	if state == nil {
		return Reply{Message: formatting.NothingJudged(c.Name)}, nil
	}
	rules := a.memory.rules(store.Customer{ID: c.ID, Name: c.Name})
	standing, err := a.memory.store.Standing(ctx, c.ID, time.Now())
	if err != nil {
		return Reply{}, err
	}
	now, tenants := a.memory.clock(ctx, q), standing.TenantNames()
	var views []formatting.ExplainView
	for key := range state.Series {
		if !strings.Contains(strings.ToLower(key.Module), strings.ToLower(module)) {
			continue
		}
		v := formatting.ExplainView{Command: q.Command, Now: now, Customer: c.Name, Explanation: state.Explain(key, rules)}
		if len(standing.Tenants) > 1 {
			v.Tenant = cmp.Or(tenants[key.Tenant], key.Tenant)
		}
		v.Sources = a.sources(c, key.Module)
		views = append(views, v)
	}
	if len(views) == 0 && len(state.Series) > 0 {
		return Reply{Message: formatting.NoSuchModule(c.Name, module, modulesOf(state))}, nil
	}
	if len(views) == 0 {
		return Reply{Message: formatting.NothingJudged(c.Name)}, nil
	}
	return Reply{Message: formatting.ExplainAll(views)}, nil
}

// modulesOf are the names of the modules that the rules know of.
func modulesOf(state *coverage.State) []string {
	names := map[string]bool{}
	for key := range state.Series {
		names[key.Module] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// sources say where the values of rules come from that are not the rules' own.
func (a *alarms) sources(c directory.Entry, module string) []formatting.RuleSource {
	if a.memory.ruleSource == nil {
		return nil
	}
	return a.memory.ruleSource(store.Customer{ID: c.ID, Name: c.Name}, module)
}
