package watch

import (
	"errors"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Classes of a reading that failed, or gave half an answer.
const (
	classForbidden     = "forbidden"
	classNotFound      = "not_found"
	classRateLimited   = "rate_limited"
	classBusy          = "busy"
	classUnavailable   = "unavailable"
	classUnreadable    = "unreadable"
	classPartial       = "partial"
	classCredentials   = "credentials"
	classOtherCustomer = "other_customer"
	classTooLarge      = "too_large"
	// classStorage is a reading that the store could not take over.
	classStorage = "storage"

	// classEnded is a reading that was cancelled. It is not recorded.
	classEnded = "ended"
)

// classify says what an answer is worth. Only good readings carry rows and a
// body, so nothing else can become history.
func classify(id string, o avepoint.Overview, err error, at time.Time) store.Reading {
	r := store.Reading{CustomerID: id, At: at}
	if err != nil {
		r.Kind, r.Class = failure(err)
		return r
	}
	if len(o.Modules) == 0 {
		// Rows of another service alone: no Cloud Backup for Microsoft 365.
		r.Kind = store.Empty
		return r
	}
	o.FetchedAt = time.Time{} // the store knows it; a body that repeats is not written again
	if r.Body, err = Encode(o); err != nil {
		r.Kind, r.Class = store.Failed, classUnreadable
		return r
	}
	r.Kind, r.Rows = store.Good, countsOf(o.Modules)
	return r
}

// failure is the kind and class of an error. Of half an answer nothing is used
// either. What fits nowhere, such as status 400, is an answer that could not be
// read.
func failure(err error) (store.Kind, string) {
	switch {
	case errors.Is(err, avepoint.ErrPartial):
		return store.Partial, classPartial
	case errors.Is(err, avepoint.ErrOtherCustomer):
		return store.Failed, classOtherCustomer
	case errors.Is(err, avepoint.ErrCredentials):
		return store.Failed, classCredentials
	case errors.Is(err, avepoint.ErrForbidden):
		return store.Failed, classForbidden
	case errors.Is(err, avepoint.ErrNotFound):
		return store.Failed, classNotFound
	case errors.Is(err, avepoint.ErrTooLarge):
		return store.Failed, classTooLarge
	case errors.Is(err, avepoint.ErrRateLimited):
		return store.Failed, classRateLimited
	case errors.Is(err, avepoint.ErrBusy):
		return store.Failed, classBusy
	case errors.Is(err, avepoint.ErrUnavailable):
		return store.Failed, classUnavailable
	}
	return store.Failed, classUnreadable
}

// troubled reports whether a failure is AvePoint's own trouble, which other
// customers would meet as well. A refusal of one customer is not.
func troubled(class string) bool {
	return class == classRateLimited || class == classBusy || class == classUnavailable
}

func countsOf(modules []avepoint.Module) []coverage.Row {
	rows := make([]coverage.Row, 0, len(modules))
	for _, m := range modules {
		rows = append(rows, coverage.Row{
			Tenant: m.Tenant, Module: m.Name,
			Count: coverage.Count{Scanned: m.Scanned, Protected: m.Protected},
		})
	}
	return rows
}
