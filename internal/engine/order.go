package engine

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

const (
	// rescueAfter is when River puts away a job whose process was killed. It
	// only tidies up: the next tick does the work.
	rescueAfter = 90 * time.Second
	// forgetAfter is how long River keeps jobs that are done. While one is
	// kept, its period has no second tick.
	forgetAfter = time.Hour
	// overtime is how much later than the work's own time limit River's comes,
	// so that a job whose context has ended is one that was told to stop.
	overtime = 5 * time.Second
	// fetchCooldown is also how long River tells the replicas nothing of a
	// second job, which then waits up to a second. So it is below sendPause.
	fetchCooldown = 10 * time.Millisecond
	// takers is how many orders a process takes at a time. All but one of a
	// kind return at once, but they must not queue up behind that one.
	takers = 50
)

// An order is the job that asks a replica to run a work. There is one kind of
// job for all works.
type order struct {
	Work string `json:"work" river:"unique"`
	// Wake tells a wake, which must not be missed for a run under way that may
	// have looked before it, from a tick.
	Wake bool `json:"wake,omitempty"`
}

// Kind implements [river.JobArgs].
func (order) Kind() string { return "backup_overview_work" }

// A worker takes orders in this process.
type worker struct {
	river.WorkerDefaults[order]
	lanes map[string]*lane
	log   *slog.Logger
}

// Timeout implements [river.Worker].
func (w *worker) Timeout(job *river.Job[order]) time.Duration {
	if lane, ok := w.lanes[job.Args.Work]; ok {
		return lane.work.Timeout + overtime
	}
	return 0 // River's default
}

// Work implements [river.Worker]. Failures are the runner's: what has failed is
// still due in our tables, so the job is done.
func (w *worker) Work(ctx context.Context, job *river.Job[order]) error {
	lane, ok := w.lanes[job.Args.Work]
	if !ok {
		// A replica of another version made it.
		w.log.Debug("an order for an unknown kind of work", "kind", job.Args.Work)
		return nil
	}
	lane.take(ctx, job.Args.Wake)
	if ctx.Err() != nil {
		// Told to stop. River gives the job to another replica at once.
		return fmt.Errorf("%s was cut off: %w", job.Args.Work, context.Canceled)
	}
	return nil
}

// wakeUp asks for a run of kind and is unique by nothing.
func wakeUp(kind string) (order, *river.InsertOpts) {
	return order{Work: kind, Wake: true}, nil
}

// tickOf is the tick of w. Each replica sends it; the first in a period makes
// the job, for the others it is there already. It is never unique by its state:
// the job of a killed process would keep all others back until its rescue.
func tickOf(w Work) (order, *river.InsertOpts) {
	return order{Work: w.Kind}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: w.Every}}
}

// tickAfter is when the tick after now is due: in the middle of each period that
// [river.UniqueOpts] knows, so that replicas whose clocks are a little apart
// mean the same one.
func tickAfter(now time.Time, every time.Duration) time.Time {
	middle := now.Truncate(every).Add(every / 2)
	if middle.After(now) {
		return middle
	}
	return middle.Add(every)
}

// config is how River runs works: it spreads orders over the replicas, nothing
// more. Its periodic jobs are not used, since only its leader makes them: after
// the kill of that there is none for 13 to 22 seconds, also in a process that
// was started again and works alone.
func config(works []Work, lanes map[string]*lane, log *slog.Logger) *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{lanes: lanes, log: log})
	keep := forgetAfter
	for _, w := range works {
		keep = max(keep, 2*w.Every)
	}
	return &river.Config{
		CompletedJobRetentionPeriod: keep,
		DiscardedJobRetentionPeriod: 24 * time.Hour,
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           time.Second,
		JobTimeout:                  30 * time.Second, // of an order for an unknown work
		Logger:                      slog.New(newCalm(log.Handler())),
		MaxAttempts:                 1,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: takers}},
		RescueStuckJobsAfter:        rescueAfter,
		Workers:                     workers,
	}
}
