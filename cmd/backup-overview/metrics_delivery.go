package main

import (
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
)

// deliveries tells how far the messages are that nobody asked for: in all
// processes, as they stand in the database.
func (s sink) deliveries(stats store.DeliveryStats) {
	states := s.gauge("deliveries", "Messages that are said unasked, by state: pending, sending (an attempt whose outcome is not known), sent (in the last 24 hours), dead (not to be delivered, in the last 7 days).", "state")
	states(float64(stats.Pending), "pending")
	states(float64(stats.Sending), "sending")
	states(float64(stats.Sent24h), "sent")
	states(float64(stats.Dead), "dead")
	s.gauge("delivery_channels_parked", "Channels that cannot be reached; what is for them waits.")(float64(stats.Parked))
	s.at("delivery_oldest_timestamp_seconds", "When the oldest message was made that is pending or sending.")(stats.Oldest)
	s.counter("possible_duplicates_total", "Messages that were sent again although nobody could see whether they had come, in all processes.")(float64(stats.PossibleDoubles))
}

// outbox tells what this process's calls came to.
func (s sink) outbox(stats outbox.Stats) {
	outcomes := s.counter("delivery_outcomes_total", "What came of messages of this process: sent, superseded, dead; of single calls: ambiguous (Slack's answer was lost); of looking for those: found, absent (sent again), doubled (sent again unseen); lost (another process had the message).", "outcome")
	for outcome, n := range map[string]int64{
		"sent": stats.Sent, "superseded": stats.Superseded, "dead": stats.Dead, "ambiguous": stats.Ambiguous,
		"found": stats.Found, "absent": stats.Absent, "doubled": stats.Doubles, "lost": stats.Lost,
	} {
		outcomes(float64(n), outcome)
	}
	refused := s.counter("delivery_refusals_total", "Calls that Slack refused, by the class of its answer.", "class")
	for class, n := range stats.Refused {
		refused(float64(n), class)
	}
	s.counter("delivery_parkings_total", "Times that this process found a channel not to be reached.")(float64(stats.Parked))
	s.gauge("delivery_halted", "1 while Slack takes no message of the bot at all.")(truth(stats.Halted != ""))
}
