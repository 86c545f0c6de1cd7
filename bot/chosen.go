package bot

import (
	"context"
	"strings"

	"github.com/backup-overview/backup-overview/internal/directory"
)

// chosen answers a choice among several customers: with what the command asked
// of the customer, and with its overview where it asked nothing else.
func (m *memory) chosen(open Handler) Handler {
	verbs := map[string]customerHandler{
		"trend":   m.trendOf,
		"export":  m.exportOf,
		"watch":   m.rewatch,
		"unwatch": m.unwatch,
		"forget":  m.confirmForget,
	}
	return func(ctx context.Context, q Request) (Reply, error) {
		word, argument, _ := strings.Cut(readTicket(q.Value).note, ".")
		if word == orderWord {
			return m.mine(m.ordered)(ctx, q)
		}
		act, ok := verbs[word]
		if !ok {
			return open(ctx, q)
		}
		return m.mine(m.pressed(func(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
			return act(ctx, q, c, argument)
		}))(ctx, q)
	}
}
