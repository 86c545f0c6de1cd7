package bot

import (
	"context"

	"github.com/backup-overview/backup-overview/formatting"
)

// help answers what one can type here.
func help(c *customers) Handler {
	return func(_ context.Context, q Request) (Reply, error) {
		return Reply{Message: formatting.Help(formatting.HelpView{Command: q.Command, Customers: c.listed()})}, nil
	}
}
