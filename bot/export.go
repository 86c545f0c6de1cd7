package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

const (
	// exportPatience is how long who asked for an export waits for it; then
	// the file comes to their direct messages without an answer here.
	exportPatience = 25 * time.Second
	// exportBudget bounds one export. One of 100,000 customers is some 80 MB.
	exportBudget = 10 * time.Minute
	// exportsAtOnce bounds the files being written; further ones wait.
	exportsAtOnce = 4
)

// exports writes readings into files and brings them to who asked: one at a
// time for each person.
type exports struct {
	memory *memory
	files  *files
	submit func(work func(context.Context)) verdict // has work done that may outlast the answer
	turns  chan struct{}

	mu   sync.Mutex
	busy map[string]bool // by user id
}

func newExports(m *memory, w *web, submit func(func(context.Context)) verdict) *exports {
	return &exports{
		memory: m, files: newFiles(w), submit: submit,
		turns: make(chan struct{}, exportsAtOnce), busy: map[string]bool{},
	}
}

// exportAll is the value of the button that exports all that may be seen.
func exportAll(s sealer) string { return ticket{s.token("export"), "all"}.String() }

// export answers /backup-overview export [customer].
func (m *memory) export(ctx context.Context, q Request, roll *roll) (Reply, error) {
	asked := parse(q.Text, m.finder.words())
	if err := asked.nothingBeyond(); err != nil {
		return Reply{}, err
	}
	if asked.Customer == "" && m.policy().See(q.Person, q.Channel).Empty() {
		return Reply{Message: formatting.NothingToShow(q.Command)}, nil
	}
	if asked.Customer == "" {
		return m.exports.begin(ctx, q, order{})
	}
	return m.about(ctx, q, roll, asked, "", m.exportOf)
}

// exportOf exports one customer: a [customerHandler].
func (m *memory) exportOf(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
	return m.exports.begin(ctx, q, order{customer: c})
}

// pressExport answers the button Export CSV.
func (m *memory) pressExport(ctx context.Context, q Request, _ *roll) (Reply, error) {
	if q.Value != exportAll(m.customers.sealer) {
		return Reply{}, tooOld(q)
	}
	reply, err := m.exports.begin(ctx, q, order{})
	reply.Apart = true // the fleet stays
	return reply, err
}

// order is what is to be exported: one customer, or all where it names none.
type order struct{ customer directory.Entry }

// begin starts an export and answers with how it went, or that it goes on.
func (e *exports) begin(ctx context.Context, q Request, o order) (Reply, error) {
	view, err := e.view(ctx, q, o)
	if err != nil {
		return Reply{}, err
	}
	if !e.claim(q.Person.UserID) {
		return Reply{}, oneExport()
	}
	job := &exportJob{done: make(chan struct{})}
	verdict := e.submit(func(life context.Context) {
		done, err := guarded(func() (outcome, error) { return e.run(life, q, o, view) })
		e.release(q.Person.UserID) // before anybody hears: who does may ask for the next at once
		job.end(done, err)
		e.late(life, q, job)
	})
	if verdict != accepted {
		e.release(q.Person.UserID)
		return Reply{}, turnedAway(verdict)
	}
	return Reply{
		Message: formatting.ExportStarted(view),
		Then: func(ctx context.Context) (formatting.Message, error) {
			return job.wait(ctx, formatting.ExportStarted(view))
		},
	}, nil
}

// turnedAway says why an export is not begun.
func turnedAway(v verdict) error {
	if v == closed {
		return &UserError{Message: formatting.Restarting()}
	}
	return &UserError{Message: formatting.Overloaded()}
}

// view is what is said of an export before it has begun.
func (e *exports) view(ctx context.Context, q Request, o order) (formatting.ExportView, error) {
	v := formatting.ExportView{Customer: o.customer.Name, Command: q.Command, Now: e.memory.clock(ctx, q)}
	fleet, err := e.memory.store.Fleet(ctx, store.FleetQuery{IDs: o.ids(e.memory.policy().See(q.Person, q.Channel)), Limit: 1, Now: v.Now})
	v.Customers, v.Unread, v.Empty = fleet.Customers+fleet.Unwatched-fleet.Never, fleet.Never, fleet.Empty
	return v, err
}

func (e *exports) claim(user string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[user] {
		return false
	}
	e.busy[user] = true
	return true
}

func (e *exports) release(user string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.busy, user)
}

// run writes the file, sends it, and says how it went.
func (e *exports) run(life context.Context, q Request, o order, view formatting.ExportView) (outcome, error) {
	ctx, cancel := context.WithTimeout(life, exportBudget)
	defer cancel()
	select {
	case e.turns <- struct{}{}:
		defer func() { <-e.turns }()
	case <-ctx.Done():
		return outcome{}, context.Cause(ctx)
	}
	file, err := newTemporary()
	if err != nil {
		return outcome{}, fmt.Errorf("export: %w", err)
	}
	defer file.remove()
	written, err := e.settled(ctx, q, o, file)
	if err != nil {
		return outcome{}, fmt.Errorf("export: %w", err)
	}
	view.Customers, view.Lines, view.Unread, view.Oldest = written.customers, int64(written.lines), written.unread, written.oldest
	if written.lines == 0 {
		return outcome{message: formatting.ExportNothing(view), nothing: true}, nil
	}
	view.URL, err = e.files.send(ctx, q.Person.UserID, exportName(view.Now), file, written.size)
	if err != nil {
		return outcome{}, e.refused(err)
	}
	e.memory.log.Info("customers exported", "user_id", q.Person.UserID, "channel_id", q.Channel.ID,
		"customer_id", o.customer.ID, "customers", written.customers, "bytes", written.size)
	return outcome{message: formatting.ExportReady(view)}, nil
}

// exportName is the name of the file. No part of it comes from outside.
func exportName(now time.Time) string {
	return "backup-overview-" + now.Format("2006-01-02-1504") + ".csv"
}

// decoded is the last reading of a customer, and false where there is none, or
// none that this version of the program reads.
func (e *exports) decoded(body store.Body) (avepoint.Overview, bool) {
	if len(body.Body) == 0 {
		return avepoint.Overview{}, false
	}
	overview, err := watch.Decode(body.Body)
	if err != nil {
		e.memory.log.Warn("a reading is left out of an export", "customer_id", body.ID, "err", err)
		return avepoint.Overview{}, false
	}
	overview.CustomerID, overview.FetchedAt = body.ID, body.At
	return overview, true
}

// refused puts Slack's refusal of a file into words.
func (e *exports) refused(err error) error {
	refusal, ok := errors.AsType[*fileError](err)
	if !ok {
		return err
	}
	if slackCode(err) == "missing_scope" {
		return &UserError{Message: formatting.ExportRefused(refusal.scope, ""), Err: err}
	}
	ref := reference()
	e.memory.log.Warn("an export was not delivered", "ref", ref, "err", err)
	return &UserError{Message: formatting.ExportRefused("", ref)}
}
