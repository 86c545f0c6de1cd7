// Package avepoint is an AvePoint in the process: the identity service, the
// Elements API as far as the bot calls it, latency, faults, and a fleet of
// customers with a story.
//
// It is written from the vendor's pages alone
// (https://github.com/AvePoint/cloud-api/tree/main/docs/elements) and shares
// no type with the client, so that a wrong field name in the client fails a
// test instead of agreeing with itself. Where the pages leave a point open it
// takes the strict side: what a careful client never does is answered with an
// error here.
//
// Everything about the fleet is a pure function of the seed, the customer, the
// time since [Options].Start and the day of the week on which that falls; no
// state is kept of what time does. The past can therefore be asked as well as
// the present: see [Platform.State]. A second platform with the same Seed and
// Start, whose [Options].Now says an earlier time, serves exactly the past of
// the first.
package avepoint
