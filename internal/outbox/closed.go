package outbox

import (
	"context"
	"errors"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
)

// unrendered is for a delivery that could not be put into words.
func (a *attempt) unrendered(ctx context.Context, err error) {
	var closed *digest.ClosedError
	switch {
	case errors.As(err, &closed) && closed.Reason == access.ReasonUnknownChannel:
		a.unchecked(ctx, err)
	case errors.As(err, &closed) && closed.Reason == access.ReasonOutOfScope:
		a.supersede(ctx, "out_of_scope") // this one alone: the channel hears of others
	case errors.As(err, &closed):
		a.park(ctx, closed.Reason.String())
	case errors.Is(err, digest.ErrNoSubscription):
		a.supersede(ctx, "no_subscription")
	case ctx.Err() != nil:
		a.again(ctx, "stopping", 0, false)
	default:
		a.o.log.Warn("a message could not be made", "what", a.d.What, "delivery", a.d.ID, "error", err.Error())
		a.fail(ctx, "unrendered", refusedMost, false)
	}
}
