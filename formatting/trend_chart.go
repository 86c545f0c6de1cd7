package formatting

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

const (
	maxLines   = 6  // series of a chart; older pages of Slack allow no more
	maxSeries  = 20 // characters of a series' name
	axisInTens = "Coverage, %"
)

// drawing is what the charts of a trend show.
type drawing struct {
	view   TrendView
	parts  []int    // indexes of the parts that are drawn: a chart has a point for each, and none for a hole
	labels []string // of these parts
	lines  []coverage.ModuleTrend
	holes  int // parts without a reading after the first that has one
}

// drawn chooses what to draw: the parts with coverage, and the worst modules
// that have coverage in all of them, since a line cannot have a hole.
func (v TrendView) drawn() drawing {
	d := drawing{view: v}
	for i, p := range v.Trend.Parts {
		switch {
		case p.Scanned > 0:
			d.parts = append(d.parts, i)
			d.labels = append(d.labels, v.label(p.From))
		case !p.Read() && len(d.parts) > 0 && p.From.Before(v.Now):
			d.holes++
		}
	}
	for _, m := range v.Trend.Modules {
		if len(d.lines) < maxLines && d.throughout(m.Course) {
			d.lines = append(d.lines, m)
		}
	}
	return d
}

// throughout is whether there is coverage in all parts that are drawn.
func (d drawing) throughout(c coverage.Course) bool {
	for _, i := range d.parts {
		if c.Parts[i].Scanned <= 0 {
			return false
		}
	}
	return true
}

// label is a part by when it begins; charts know no reader's zone.
func (v TrendView) label(t time.Time) string {
	if v.Span == Week {
		return t.UTC().Format("2 Jan 15:04")
	}
	return t.UTC().Format("2 Jan")
}

// enough is whether there are two points to draw a line between.
func (d drawing) enough() bool { return len(d.parts) > 1 }

// charts are the coverage of the worst modules, and what it is made of.
func (d drawing) charts() []slack.Block {
	if !d.enough() {
		return nil
	}
	var modules []slack.DataVisualizationDataSeries
	names := map[string]bool{}
	for _, m := range d.lines {
		modules = append(modules, d.series(unlike(label(clean(m.Name)), names), m.Course, tenths))
	}
	if len(modules) == 0 { // none was there all the time
		modules = append(modules, d.series("All modules", d.view.Trend.Course, tenths))
	}
	totals := d.view.Trend.Course
	each := d.view.part()
	return []slack.Block{
		d.chart("Coverage in "+d.view.Span.last(), axisInTens, "Each point is the lowest of "+each+" (UTC)", modules...),
		d.chart("Objects scanned and protected", "Objects", "Each point is when coverage was lowest (UTC)",
			d.series("Scanned", totals, func(c coverage.Count) float64 { return float64(c.Scanned) }),
			d.series("Protected", totals, func(c coverage.Count) float64 { return float64(c.Kept()) })),
	}
}

// tenths is the coverage in percent, rounded down to one decimal.
func tenths(c coverage.Count) float64 {
	n, _ := c.Coverage().Tenths()
	return float64(n) / 10
}

func (d drawing) series(name string, c coverage.Course, value func(coverage.Count) float64) slack.DataVisualizationDataSeries {
	points := make([]slack.DataVisualizationDataPoint, len(d.parts))
	for i, part := range d.parts {
		points[i] = slack.NewDataVisualizationDataPoint(d.labels[i], value(c.Parts[part].Count))
	}
	return slack.NewDataVisualizationDataSeries(name, points...)
}

func (d drawing) chart(title, y, x string, series ...slack.DataVisualizationDataSeries) slack.Block {
	axes := slack.NewDataVisualizationAxisConfig(d.labels...).WithXLabel(x).WithYLabel(y)
	return slack.NewDataVisualizationBlock(title, slack.NewDataVisualizationLineChart(axes, series...))
}

// part says how long a part is.
func (v TrendView) part() string {
	step := v.Trend.To.Sub(v.Trend.From) / time.Duration(max(1, len(v.Trend.Parts)))
	words := lasting(step)
	if step%day != 0 && step%(12*time.Hour) != 0 {
		return "about " + words
	}
	return words
}

// unlike cuts a name to what a series takes, and keeps it apart from others.
func unlike(name string, names map[string]bool) string {
	short := shorten(name, maxSeries)
	for n := 2; names[short]; n++ {
		end := " " + strconv.Itoa(n)
		short = shorten(name, maxSeries-len(end)) + end
	}
	names[short] = true
	return short
}

// chartLines writes each series of a line chart as a line.
func chartLines(b *slack.DataVisualizationBlock) []line {
	chart, ok := b.Chart.(*slack.DataVisualizationLineChart)
	if !ok {
		return []line{{strong(b.Title)}}
	}
	unit := ""
	if chart.AxisConfig.YLabel == axisInTens {
		unit = " %"
	}
	lines := []line{{strong(b.Title), say(" · " + lowerFirst(chart.AxisConfig.XLabel))}}
	for _, s := range chart.Series {
		text := ""
		for i, p := range s.Data {
			if i > 0 {
				text += ", "
			}
			text += p.Label + ": " + decimal(strconv.FormatFloat(p.Value, 'f', -1, 64)) + unit
		}
		lines = append(lines, line{span{kind: outside, text: s.Name, bold: true}, say(" · " + text)})
	}
	return lines
}
