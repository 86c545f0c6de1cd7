package bot

import (
	"context"
	"errors"

	"github.com/backup-overview/backup-overview/formatting"
)

// sentForm is the form that binds a channel, once it is sent.
func (b *binder) sentForm() form {
	return form{
		store:     b.sent,
		inputs:    []string{formatting.BindWhich, formatting.BindCustomers, formatting.BindFind, formatting.BindPattern},
		forbidden: formatting.ProblemForbidden.Says(),
		late:      formatting.ProblemLate.Says(),
		storage:   formatting.ProblemStorage.Says(),
	}
}

// sent binds as the form says.
func (b *binder) sent(ctx context.Context, r Request) (formAnswer, error) {
	if err := b.memory.admin(r, "bind"); err != nil {
		return formAnswer{}, err
	}
	if r.lost != nil {
		return formAnswer{}, r.lost
	}
	roll, err := b.memory.customers.wait(ctx)
	if err != nil {
		return formAnswer{}, err
	}
	rule, input, problem := ruleOf(b.entered(r, roll), r.FormShared)
	if problem != "" {
		return formAnswer{input: input, problem: problem}, nil
	}
	binding, err := b.store(ctx, r, rule, r.FormShared)
	switch {
	case ctx.Err() != nil: // said otherwise
	case errors.Is(err, errBecameShared):
		return formAnswer{problem: formatting.ProblemShared.Says()}, nil
	case errors.Is(err, errNoLongerShared):
		return formAnswer{problem: formatting.ProblemUnshared.Says()}, nil
	}
	if err != nil {
		return formAnswer{}, err
	}
	return formAnswer{said: b.boundView(r, roll, binding)}, nil
}
