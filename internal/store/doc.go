// Package store remembers customers and their readings, in SQLite or
// PostgreSQL, through one SQL text.
//
// # What is kept
//
// The directory of customers ([Store.SaveDirectory]); how each stands
// ([Store.Standing], [Store.Fleet]); its last overview whole ([Store.Last]);
// and its history ([Store.History]). A reading that repeats the last one moves
// one time of its customer; one that does not adds a row for each module that
// changed, and closes the span of equal readings of the customer. The span that
// is still open lies with the standing, so that repeating costs no row. Days
// that are old become the worst of themselves ([Store.Upkeep]).
//
// # Who does what
//
// Replicas share the tables, not their memory. Whose turn a customer is, and
// who reads it, is said by leases ([Store.Claim]) that end by the database's
// clock, with a reading ([Store.Record]), or when their owner leaves or is silent
// ([Store.Beat]); that a sweep is open, by a unique row ([Store.BeginSweep]).
// Every method may be called again after a failure without harm: what counted is
// not counted twice.
//
// # What is said, and how
//
// A subscription says when a channel is to be told ([Store.ClaimSubscriptions]),
// and a slot that it was, once ([Store.Decide]). What is told is a delivery, put
// in by the transaction that decides it. To claim one is the intent to send it
// ([Store.ClaimDeliveries]), written down before Slack is called; afterwards the
// caller says what came of it. One of which nobody can say that stays under way,
// and is looked up ([Store.ClaimUnsure]) before it is sent again. Each channel is
// a lane: one delivery at a time, in the order in which they were put in, and the
// trouble of one holds up no other. What Slack sends is kept before it is
// answered ([Store.Take]).
//
// # The two databases
//
// Times are milliseconds in UTC, truth values are numbers, and lists are in
// JSON. Two things are said differently: the clock, and the lock on a row that
// is read to be changed. SQLite has one connection that writes and others that
// read meanwhile; it belongs to one process. On PostgreSQL a transaction that
// was given up in favour of another, or whose connection was lost, is tried
// again; where a commit may have counted, the transaction looks before it
// repeats. What is wrong with the database is one of this package's errors,
// whose text says what to do.
//
// A file that is damaged is refused at the start, with the commands that
// restore a copy ([Store.Backup]); where an index lacks rows, the daily upkeep
// says so. Damage that the database does not see, to a number within a row, is
// seen by a sum that the row carries.
//
// Transactions that change the directory or customers lock the directory's row
// first, then customers, then standings; those that change deliveries lock the
// subscription first, then the lanes, then the deliveries: none waits for one
// that waits for it.
package store
