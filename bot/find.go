package bot

import (
	"context"
	"strings"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// finder answers a command that names a customer.
type finder struct {
	customers *customers
	overviews *overviews
	policy    func() access.Policy
	words     func() []string
}

// ask answers /backup-overview <customer>.
func (f *finder) ask(ctx context.Context, q Request) (Reply, error) {
	if err := parse(q.Text, f.words()).nothingBeyond(); err != nil {
		return Reply{}, err
	}
	if roll := f.customers.known(); roll != nil {
		return f.among(ctx, roll, q), nil
	}
	return Reply{
		Message: formatting.DirectoryLoading(),
		Then: func(ctx context.Context) (formatting.Message, error) {
			roll, err := f.customers.wait(ctx)
			if err != nil {
				return formatting.Message{}, err
			}
			reply := f.among(ctx, roll, q)
			if reply.Then != nil {
				return reply.Then(ctx)
			}
			return reply.Message, nil
		},
	}, nil
}

// among looks for the customer among those that asker and channel may see.
func (f *finder) among(ctx context.Context, roll *roll, q Request) Reply {
	query := parse(q.Text, f.words())
	q.Channel = roll.placed(q.Channel)
	scope := f.policy().See(q.Person, q.Channel)
	result := roll.find(query.Customer, scope)
	switch result.Kind {
	case directory.One:
		return f.overviews.open(ctx, q, result.Hits[0])
	case directory.Several:
		return Reply{Message: formatting.Picker(formatting.PickerView{
			Query: query.Customer,
			Hits:  f.choices(ctx, result.Hits),
			Total: result.Total,
		})}
	}
	if near := f.nearly(query, roll, q); near != "" {
		return Reply{Message: formatting.NearlyCommand(query.Customer, q.Command, near)}
	}
	if len(result.Nearest) == 0 && !scope.All {
		return notHere(q, roll, scope, query.Customer)
	}
	return Reply{Message: formatting.DidYouMean(formatting.DidYouMeanView{
		Query:   query.Customer,
		Command: q.Command,
		Nearest: f.choices(ctx, result.Nearest),
	})}
}

// notHere answers that this channel shows no such customer, in the same words
// whether or not there is one elsewhere.
func notHere(q Request, roll *roll, scope access.Scope, asked string) Reply {
	return Reply{Message: formatting.NotInScope(formatting.NotInScopeView{Query: asked, Command: q.Command, Shows: roll.names(scope)})}
}

// nearly is the command that may have been meant by what names no customer, as
// by tren contoso; "" where nothing is near. What follows the word must name a
// customer, or a name that begins almost like a word would be taken for one.
func (f *finder) nearly(asked query, roll *roll, q Request) string {
	first, rest, more := strings.Cut(asked.Customer, " ")
	near, ok := directory.NearestWord(first, f.words())
	if !ok || asked.Quoted {
		return ""
	}
	if !more {
		return near
	}
	named, _ := customer(rest).span()
	named, _ = named.end()
	if roll.find(named.Customer, f.policy().See(q.Person, q.Channel)).Kind == directory.None {
		return ""
	}
	return near + " " + rest
}

// choices are customers as a picker offers them, each with what the last
// reading says.
func (f *finder) choices(ctx context.Context, entries []directory.Entry) []formatting.Choice {
	gaps := f.overviews.gaps(ctx, entries)
	choices := make([]formatting.Choice, len(entries))
	for i, c := range entries {
		choices[i] = formatting.Choice{Name: c.Name, Detail: c.Owner, Value: f.customers.sealer.token(c.ID)}
		if gap, ok := gaps[c.ID]; ok {
			choices[i].Gap, choices[i].Known = gap, true
		}
	}
	return choices
}
