package main

import (
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/engine"
)

// bot tells what people asked and how Slack was answered.
func (s sink) bot(state bot.State) {
	c := state.Counts
	s.counter("commands_total", "Commands taken in, each once.")(float64(c.Commands))
	s.counter("presses_total", "Presses on buttons and choices in menus, each once.")(float64(c.Presses))
	s.took("ack_duration_seconds", "From the arrival of an envelope of Slack to its ack.", c.Acks, c.AckTime)
	s.counter("answers_total", "Messages that Slack took as an answer.")(float64(c.Answers))
	s.counter("answers_undelivered_total", "Answers that Slack took on no way.")(float64(c.Undelivered))
	s.counter("requests_failed_total", "Commands and presses answered with a reference to the log.")(float64(c.Failures))
	s.counter("requests_turned_away_total", "Commands and presses answered with busy or restarting.")(float64(c.TurnedAway))
	s.gauge("slack_connections", "Sockets on which Slack was heard within the last 35 seconds.")(float64(state.Connections))
	s.gauge("slack_refused", "1 if Slack refuses the bot's tokens.")(truth(state.Refused))
	s.gauge("ready", "1 if a command would be answered now.")(truth(state.Ready()))
	s.gauge("directory_customers", "Customers that this process can find by name.")(float64(state.Customers))
}

// avepoint tells of the requests of this process.
func (s sink) avepoint(stats avepoint.Stats) {
	requests := s.counter("avepoint_requests_total", "Requests to AvePoint by who waits (person, sweep, or all for tokens), endpoint and outcome; each try counts.", "class", "endpoint", "outcome")
	for labels, n := range stats.Requests {
		requests(float64(n), labels.Class, labels.Endpoint, labels.Outcome)
	}
	s.counter("avepoint_retries_total", "Requests to AvePoint that were sent again.")(float64(stats.Retries))
	s.counter("avepoint_rate_limited_total", "Answers of AvePoint with status 429.")(float64(stats.RateLimited))
	s.took("avepoint_overview_duration_seconds", "From the sending of a request for an overview to the end of its good answer.", stats.Overviews.Answers, stats.Overviews.Sum)
	inFlight := s.gauge("avepoint_requests_in_flight", "Requests to AvePoint under way.", "class")
	inFlight(float64(stats.InFlight.Person), "person")
	inFlight(float64(stats.InFlight.Sweep), "sweep")
	waiting := s.gauge("avepoint_requests_waiting", "Requests to AvePoint that wait for their turn.", "class")
	waiting(float64(stats.Waiting.Person), "person")
	waiting(float64(stats.Waiting.Sweep), "sweep")
	s.gauge("avepoint_rate_per_second", "Requests a second that this process may send: its share of AVEPOINT_RATE.")(stats.Rate)
	s.gauge("avepoint_sweep_rate_per_second", "What the sweep may take of that now; less after a 429.")(stats.SweepRate)
	s.at("avepoint_paused_until_timestamp_seconds", "End of the last pause that AvePoint asked for; the sweep sends nothing before.")(stats.PausedUntil)
}

// works tells what this process has run.
func (s sink) works(ticks map[string]engine.Tick) {
	runs := s.counter("work_runs_total", "Runs that have ended in this process, by kind of work.", "work")
	failures := s.counter("work_failures_total", "Runs of these that ended with an error.", "work")
	running := s.gauge("work_running", "1 while this process is at this kind of work.", "work")
	ended := s.at("work_ended_timestamp_seconds", "When the newest run ended in this process.", "work")
	for kind, tick := range ticks {
		runs(float64(tick.Runs), kind)
		failures(float64(tick.Failures), kind)
		running(truth(tick.Running), kind)
		ended(tick.Ended, kind)
	}
}

// ticked tells when works were started by any replica.
func (s sink) ticked(all map[string]time.Time) {
	at := s.at("work_started_timestamp_seconds", "When this kind of work was last started in any process.", "work")
	for kind, moment := range all {
		at(moment, kind)
	}
}
