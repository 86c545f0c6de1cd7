package main

import "github.com/backup-overview/backup-overview/internal/store"

// incidents tells how many alerts are open: in all processes, as they stand in the
// database.
func (s sink) incidents(n store.IncidentCounts) {
	open := s.gauge("alerts_open", "Alerts that are open, by severity: warning, critical.", "severity")
	open(float64(n.Open-n.Crit), "warning")
	open(float64(n.Crit), "critical")
	s.gauge("alerts_acknowledged", "Open alerts that somebody looks after.")(float64(n.Acked))
	s.gauge("alerts_snoozed", "Open alerts that are silent for a time.")(float64(n.Snoozed))
}
