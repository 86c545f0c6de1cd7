// Package watch reads every watched customer on time and hands the readings to
// the store.
//
// Two kinds of work are ticked by the engine, each of which may run twice, late
// or on another replica without harm:
//
//	Sweep      every watched customer once an interval, and sooner those of which
//	           the rules suspect something
//	Directory  the list of customers, which come and go
//
// Beat is not the engine's: each process calls it by itself, before its first
// Sweep and every ten seconds from then on. It says that this replica lives, and
// takes its share of the rate.
//
// What is due is the store's to say, never this process's memory: a sweep goes
// on after a crash, and several replicas share one. A sweep walks
//
//	claim → read → record
//
// Customers are claimed for the slots that are free, oldest first, under a lease
// that outlasts their reading; they are read by so many workers as calls may be
// in flight, none of whom waits for another; and they are recorded in groups.
// No transaction of the store is open during a call.
//
// # Spread
//
// A sweep is not a burst: after a third of the interval, a third of the
// customers and a little more may have been taken, so that readings lie evenly
// and AvePoint sees no waves. Customers that were never
// read, or that the sweep before did not reach, wait for nothing. A sweep that
// takes longer than its interval is not overtaken: the intervals it runs over
// are skipped.
//
// # Trouble
//
// What AvePoint answers is good, empty, partial (its pages do not make one
// whole) or failed; only whole good readings become history. Partial ones count
// as failed. A customer that fails is counted with the class of
// its failure, and tried again in the next sweep. Where AvePoint itself is in
// trouble (half of ten readings or more fail for 429, 5xx or want of time) the
// sweep stops and sends one probe each 30 seconds. Where it refuses the
// credentials, the sweep stops and tries again each 15 minutes with one call.
// Neither holds back a person's call, which does not come through here.
//
// Where the store cannot be used, the work ends with an error and leaves
// nothing behind: the next tick starts from the tables. Where it cannot take over
// one reading, as what it holds of that customer is damaged, that one counts as
// failed and the others go on; where it takes over none, though it lets claim,
// the sweep waits for a minute, twice as long the next time, up to ten.
package watch
