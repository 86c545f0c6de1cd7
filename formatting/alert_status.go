package formatting

// IncidentsView counts the open alerts.
type IncidentsView struct{ Open, Crit, Acked, Snoozed int }

// says is a line of the status; nothing where nobody knows.
func (v *IncidentsView) says(command string) []line {
	switch {
	case v == nil:
		return nil
	case v.Open == 0:
		return []line{{say("No alert is open.")}}
	}
	l := line{say(counted(int64(v.Open), "alert is open", "alerts are open"))}
	for _, part := range []struct {
		n     int
		words string
	}{{v.Crit, "critical"}, {v.Acked, "acknowledged"}, {v.Snoozed, "snoozed"}} {
		if part.n > 0 {
			l = l.with(say(", " + number(int64(part.n)) + " " + part.words))
		}
	}
	return []line{l.with(say(". "), typed(command+" alerts"), say(" lists them."))}
}
