package bot

import (
	"context"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
)

// help answers what one can type here, and what this channel may see.
func help(c *customers, policy func() access.Policy) Handler {
	return func(_ context.Context, q Request) (Reply, error) {
		v := formatting.HelpView{Command: q.Command, Unknown: q.lost != nil}
		roll := c.known()
		if roll == nil {
			scope := policy().See(q.Person, q.Channel)
			v.Shows.All, v.Unknown = scope.All, v.Unknown || !scope.All
			return Reply{Message: formatting.Help(v)}, nil
		}
		q.Channel = roll.placed(q.Channel)
		e := policy().Explain(q.Person, q.Channel)
		v.Shows = roll.shows(e.Scope, e.Rule)
		return Reply{Message: formatting.Help(v)}, nil
	}
}
