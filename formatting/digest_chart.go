package formatting

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

const (
	leastDays = 3  // a line of less says nothing
	mostDays  = 20 // points of a chart
)

// days are the days that can be drawn: the last ones of which something is
// known, where something was missing at any.
func (v DigestView) days() []DigestDay {
	known := slices.DeleteFunc(slices.Clone(v.Days), func(d DigestDay) bool { return !d.Known })
	known = slices.CompactFunc(known, func(a, b DigestDay) bool { return a.At.Truncate(time.Minute).Equal(b.At.Truncate(time.Minute)) })
	known = known[max(0, len(known)-mostDays):]
	if len(known) < leastDays || !slices.ContainsFunc(known, func(d DigestDay) bool { return d.Gap > 0 }) {
		return nil
	}
	return known
}

// chart is how many objects had no backup on the last days.
func (v DigestView) chart() []slack.Block {
	days := v.days()
	labels := v.labels(days)
	if len(days) == 0 {
		return nil
	}
	points := make([]slack.DataVisualizationDataPoint, len(days))
	for i, d := range days {
		points[i] = slack.NewDataVisualizationDataPoint(labels[i], float64(d.Gap))
	}
	axes := slack.NewDataVisualizationAxisConfig(labels...).WithXLabel(v.axis(days)).WithYLabel("Objects without backup")
	return []slack.Block{slack.NewDataVisualizationBlock("Objects without backup",
		slack.NewDataVisualizationLineChart(axes, slack.NewDataVisualizationDataSeries("No backup", points...)))}
}

// axis says what the days are, and that some are left out: a line cannot have
// a hole.
func (v DigestView) axis(days []DigestDay) string {
	text := "Each day at the same time"
	first := slices.IndexFunc(v.Days, func(d DigestDay) bool { return d.At.Equal(days[0].At) })
	if len(v.Days)-first > len(days) {
		return text + ", without unread days"
	}
	return text
}

// labels are the days in the schedule's zone, each once: where several are of
// one day, with their time.
func (v DigestView) labels(days []DigestDay) []string {
	for _, format := range []string{"2 Jan", "2 Jan 15:04"} {
		labels := make([]string, len(days))
		for i, d := range days {
			labels[i] = d.At.In(v.zone()).Format(format)
		}
		if sorted := slices.Sorted(slices.Values(labels)); len(slices.Compact(sorted)) == len(days) {
			return labels
		}
	}
	labels := make([]string, len(days)) // the same hour twice, when clocks are set back
	for i, d := range days {
		labels[i] = d.At.UTC().Format("2 Jan 15:04 UTC")
	}
	return labels
}

// course is the chart in words.
func (v DigestView) course() string {
	days := v.days()
	labels := v.labels(days)
	texts := make([]string, len(days))
	for i, d := range days {
		texts[i] = labels[i] + ": " + number(d.Gap)
	}
	return strings.Join(texts, ", ")
}
