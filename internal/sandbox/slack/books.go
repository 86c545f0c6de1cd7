package slack

// books is what the workspace remembers of its dealings with the app.
type books struct {
	keep     int // frames
	frames   []Frame
	seq      int
	refusals []Refusal
	acks     []Ack
	calls    map[string]int
}

// keptRecords bounds the refusals and the acks.
const keptRecords = 10_000

func newBooks(keepFrames int) books {
	return books{keep: max(keepFrames, 0), calls: map[string]int{}}
}

// bounded appends, and drops the oldest half when the list is twice too long, so
// that the cost of dropping is spread.
func bounded[T any](list []T, item T, limit int) []T {
	list = append(list, item)
	if len(list) >= 2*limit {
		list = append(make([]T, 0, 2*limit), list[len(list)-limit:]...)
	}
	return list
}

// tail returns a copy of at most limit of the newest.
func tail[T any](list []T, limit int) []T {
	return append([]T(nil), list[max(0, len(list)-limit):]...)
}
