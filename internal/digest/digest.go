// Package digest knows when a digest is due.
//
// A [Schedule] says on which days and at what time; the zone stands beside it.
// One time for which it asks is a [Slot]. Everything here is pure: now is
// passed in, and whoever calls keeps the slots that were decided, with their
// planned time unique per subscription. That row, not the schedule, is what
// makes a digest come once over crashes, replicas and clocks that jump.
//
// The rules of local time:
//
//   - A local time that the clock skips is due at the first whole minute after
//     the gap, even where the gap is a whole day.
//   - A local time that the clock shows twice is due the first time.
//   - Local times that fall on the same moment are one slot.
//
// Names of zones are looked up with [time.LoadLocation]. A program that may run
// where there are no zones imports time/tzdata in main.
package digest
