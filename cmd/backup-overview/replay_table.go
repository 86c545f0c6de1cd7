package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// replayRow counts the events of one condition.
type replayRow struct{ fired, posted, resolved int }

// rowsOf counts events by their condition.
func rowsOf(events []replayEvent) map[string]replayRow {
	rows := map[string]replayRow{}
	for _, e := range events {
		row := rows[e.Condition]
		switch e.Event {
		case "fires":
			row.fired++
		case "resolved":
			row.resolved++
		}
		if e.Posted {
			row.posted++
		}
		rows[e.Condition] = row
	}
	return rows
}

// table prints a line for each condition.
func table(w io.Writer, rows map[string]replayRow) error {
	tabs := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tabs, "condition\tfired\tposted\tresolved")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		row := rows[name]
		fmt.Fprintf(tabs, "%s\t%d\t%d\t%d\n", name, row.fired, row.posted, row.resolved)
	}
	return tabs.Flush()
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
