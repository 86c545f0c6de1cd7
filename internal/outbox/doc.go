// Package outbox posts to Slack what stands in the store's table of
// deliveries: nothing is lost, nothing is said twice as far as Slack lets us,
// and what cannot be said is shown to whoever runs the bot.
//
// # The protocol
//
// A delivery is claimed, which commits the intent, before Slack is called
// ([store.Store.ClaimDeliveries]). What came of the call is one of three:
//
//   - accepted: written down with the message's time stamp;
//   - surely not accepted: what is done depends on the error ([Classify]);
//   - unknown (a timeout, a lost answer, an error of Slack's own): the delivery
//     stays as it is. Some time later ([Options.Wait]) the channel is looked
//     through for its id, which the message carries in its metadata: found, it
//     was sent; not found, it is sent again. Where the bot may not read the
//     channel it is sent again and counted as a possible double.
//
// So it is too after a crash at any point, and where two replicas are in doubt
// whose delivery it is: who has lost the lease writes nothing down any more.
//
// # Lanes
//
// A channel is a lane: one message at a time, one a second, and a pause of its
// own after an error. No lane waits for another, except by the workspace's
// limit and while Slack refuses the token. A lane whose channel is closed to
// the bot is parked: told once, tried every six hours or when the bot hears
// that it is back ([Outbox.Back]), and then given one summary.
//
// Retries happen here alone: the SDK's are off.
package outbox
