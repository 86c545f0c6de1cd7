package engine

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// River is an [Engine] over all replicas that share a PostgreSQL database. Each
// tick and each wake is a job, which one of the replicas takes.
type River struct {
	log    *slog.Logger
	client *river.Client[pgx.Tx]
	lanes  map[string]*lane
	life   context.Context // of what sends ticks and wakes
	end    context.CancelCauseFunc
	group  sync.WaitGroup

	mu      sync.Mutex
	started bool
}

var _ Engine = (*River)(nil)

// NewRiver is an engine for works. It does no I/O. The pool needs four
// connections for River beside those that the works use, and may not go through
// PgBouncer in transaction mode.
func NewRiver(pool *pgxpool.Pool, works []Work, options Options) (*River, error) {
	if err := validate(works); err != nil {
		return nil, err
	}
	r := &River{log: options.log(), lanes: map[string]*lane{}}
	r.life, r.end = context.WithCancelCause(context.Background())
	for _, w := range works {
		r.lanes[w.Kind] = newLane(&runner{work: w, log: r.log})
	}
	client, err := river.NewClient(riverpgxv5.New(pool), config(works, r.lanes, r.log))
	if err != nil {
		return nil, fmt.Errorf("river: %w", err)
	}
	r.client = client
	return r, nil
}

// Start implements [Engine]. It fails unless [Migrate] came before.
func (r *River) Start(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.started || r.life.Err() != nil {
		return errStarted
	}
	// River lives on the context that it is started with.
	life, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	unbind := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	if err := r.client.Start(life); err != nil {
		cancel(err)
		return fmt.Errorf("river: %w", err)
	}
	r.started = true
	if !unbind() {
		// The goroutine of the start above may end the client at any moment.
		return context.Cause(ctx)
	}
	for kind, lane := range r.lanes {
		r.group.Go(func() { lane.send(r.life, r.insert) })
		r.Wake(kind)
	}
	return nil
}

// Stop implements [Engine]. A run that it cuts off is taken up by another
// replica at once.
func (r *River) Stop(ctx context.Context) error {
	r.mu.Lock()
	started := r.started
	r.end(errStopping)
	r.mu.Unlock()
	r.group.Wait() // for an insert, which has ended with its context
	if !started {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	if err := r.client.StopAndCancel(ctx); err != nil {
		return fmt.Errorf("%v did not end: %w", running(r.Ticks()), err)
	}
	return nil
}

// Wake implements [Engine]. Whichever replica is free makes the run.
func (r *River) Wake(kind string) {
	lane, ok := r.lanes[kind]
	if !ok {
		r.log.Error("a wake for an unknown kind of work", "kind", kind)
		return
	}
	lane.wake()
}

func (r *River) insert(ctx context.Context, o order, opts *river.InsertOpts) error {
	_, err := r.client.Insert(ctx, o, opts)
	return err
}

// Ticks implements [Engine].
func (r *River) Ticks() map[string]Tick {
	ticks := map[string]Tick{}
	for kind, lane := range r.lanes {
		ticks[kind] = lane.now()
	}
	return ticks
}

// Ticked implements [Engine]. It asks the database.
func (r *River) Ticked(ctx context.Context) (map[string]time.Time, error) {
	times := map[string]time.Time{}
	for kind := range r.lanes {
		params := river.NewJobListParams().
			Kinds(order{}.Kind()).
			Where("args->>'work' = @work AND attempted_at IS NOT NULL", river.NamedArgs{"work": kind}).
			OrderBy(river.JobListOrderByID, river.SortOrderDesc).
			First(1)
		jobs, err := r.client.JobList(ctx, params)
		if err != nil {
			return nil, fmt.Errorf("newest tick of %s: %w", kind, err)
		}
		for _, job := range jobs.Jobs {
			times[kind] = *job.AttemptedAt
		}
	}
	return times, nil
}

// running names the kinds of which a run is under way.
func running(ticks map[string]Tick) []string {
	var kinds []string
	for kind, tick := range ticks {
		if tick.Running {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}
