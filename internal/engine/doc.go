// Package engine says when: it runs each kind of work on time and on wakes, in
// this process or over all replicas.
//
// What is due and what was done stand in the tables of the work itself, claimed
// there by leases. The engine holds nothing that must not be lost: whatever
// happens to it, the next tick of any replica looks at the tables again.
//
//   - [Local] is for SQLite, which has one process: goroutines.
//   - [River] is for PostgreSQL and any number of replicas: each replica ticks,
//     the database keeps one tick a period, and the job queue River
//     (https://riverqueue.com) spreads ticks and wakes over the replicas.
//
// Both pass one suite of tests, which kills, freezes and stops real processes.
package engine
