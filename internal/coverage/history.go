package coverage

import "time"

// History is what is remembered of one customer over a time.
type History struct {
	// Series are the modules of each tenant.
	Series []SeriesHistory
	// Spans are the readings of the customer as a whole, oldest first, none
	// reaching into the next. Where there is no span there was no reading.
	Spans []Span
	// DailyUntil is until when points and spans tell the worst of their UTC
	// day alone. Zero is that none do.
	DailyUntil time.Time
}

// SeriesHistory is how one module of one tenant changed. Tenant is "" where
// AvePoint does not say.
type SeriesHistory struct {
	Tenant, Module string
	// Points are oldest first. The first may lie before the time that was asked
	// for: it holds what was in force at its beginning.
	Points []Point
}

// Point is a change: what a module said from At until the next point.
type Point struct {
	At time.Time
	Count
	Absent bool // a good reading named the module no longer; Count is then nothing
}

// Span is a run of readings, of which each from First to Last said the same:
// how many objects of the customer were scanned, and how many of those have a
// backup. That is counted row by row, so Protected is never above Scanned.
type Span struct {
	First, Last time.Time
	Count
}
