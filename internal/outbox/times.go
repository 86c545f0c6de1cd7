package outbox

import (
	"slices"
	"sync"
	"time"
)

// mostTimes bounds what is remembered; whatever is forgotten, the engine's next
// tick looks at the table.
const mostTimes = 4096

// times remembers when something of this process becomes due, so that a run
// waits for it instead of for the engine's next tick.
type times struct {
	mu  sync.Mutex
	due []time.Time // in order
}

// note remembers a time.
func (t *times) note(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, _ := slices.BinarySearchFunc(t.due, at, time.Time.Compare)
	t.due = slices.Insert(t.due, i, at)
	t.due = t.due[:min(len(t.due), mostTimes)]
}

// next forgets what has passed, and returns the first that has not; zero: none.
func (t *times) next(now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := 0
	for i < len(t.due) && !t.due[i].After(now) {
		i++
	}
	t.due = slices.Delete(t.due, 0, i)
	if len(t.due) == 0 {
		return time.Time{}
	}
	return t.due[0]
}
