// Torture sees whether what is said is said once, with kill -9, refusals and
// lost answers: it runs the program, or its outbox alone, against the stand-ins
// for Slack and AvePoint, which live in the driver and so survive the kills, and
// counts afterwards what stands in the channels.
//
//	go run ./internal/torture outbox  -deliveries 2500 -seed 7 -database sqlite
//	go run ./internal/torture outbox  -deliveries 2500 -database postgres -replicas 2 -history=false
//	go run ./internal/torture program -deliveries 300
//	go run ./internal/torture slots   -slots 60
//	go run ./internal/torture stop    -times 100
//	go run ./internal/torture alerts  -deliveries 60
//
// It prints its seed and its figures, and ends with 1 where something was lost,
// doubled or put in the wrong order. Without a look-up in the history a double
// for each attempt whose outcome was left open is allowed, and not more. The seed
// decides what is asked for, how calls go wrong and how long lives last; when a
// process gets how far, the machine decides.
//
// Slack's limits are lifted, and DELIVERY_WAIT is short, but longer than the
// stand-in may take to do what it was asked.
package main
