package watch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// errPanicked is a reading that ended in a fault of this program.
var errPanicked = errors.New("the reading panicked")

// read reads one customer. It reports false where the reading was cancelled,
// which says nothing of the customer.
func (r *run) read(ctx context.Context, c store.Claim) (store.Reading, bool) {
	settle := r.gate.enter()
	if ctx.Err() != nil {
		settle(classEnded)
		return store.Reading{}, false
	}
	o, err := r.overview(ctx, c.CustomerID)
	if err != nil && ctx.Err() != nil {
		settle(classEnded)
		return store.Reading{}, false
	}
	reading := classify(c.CustomerID, o, err, r.now())
	settle(reading.Class)
	r.judge(c.CustomerID, reading, err)
	return reading, true
}

// overview calls AvePoint. A panic is one customer's failure, not the
// process's end.
func (r *run) overview(ctx context.Context, id string) (o avepoint.Overview, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("a reading panicked", "customer_id", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errPanicked
		}
	}()
	return r.client.Overview(ctx, id)
}

// judge tells those who keep account of failures.
func (w *Watch) judge(id string, reading store.Reading, err error) {
	w.credentials(reading.Class, err)
	switch reading.Class {
	case "":
		return
	case classOtherCustomer:
		// One customer's data was about to be shown as another's.
		w.log.Error("an answer was for another customer and was refused", "customer_id", id, "err", err)
	default:
		w.log.Debug("a reading failed", "customer_id", id, "class", reading.Class, "err", err)
	}
}

// credentials takes note where an outcome shows whether AvePoint takes them.
func (w *Watch) credentials(class string, err error) {
	if troubled(class) {
		return // nobody looked at them
	}
	refused := class == classCredentials
	if !w.signIn.settle(refused, time.Now()) {
		return
	}
	if refused {
		w.log.Error("AvePoint refuses the credentials; the sweep waits", "next_try_in", signInEvery, "err", err)
		return
	}
	w.log.Info("AvePoint takes the credentials again")
}
