package blockcheck

import (
	"encoding/json"
)

const (
	chartParts     = 12 // segments or series
	sureChartParts = 6  // of an older page
	chartLabel     = 20 // characters
	chartPoints    = 20
)

// dataVisualization checks a chart.
func (c *checker) dataVisualization(p cursor) {
	c.charts++
	if c.surface == inHome {
		p.warn("data_visualization on the Home tab: one page says yes, another no")
	}
	p.mustString("title", 1, 50)
	chart, ok := p.need("chart")
	if !ok || !chart.object() {
		return
	}
	switch chart.kind() {
	case "pie":
		c.pie(chart)
	case "bar", "area", "line":
		c.seriesChart(chart)
	default:
		chart.member("type").refuse("must be one of: pie, bar, area, line")
	}
}

func (c *checker) pie(p cursor) {
	segments := p.list("segments", 1, chartParts)
	warnMany(p.member("segments"), len(segments))
	for _, segment := range segments {
		if !segment.object() {
			continue
		}
		segment.mustString("label", 1, chartLabel)
		if n, ok := c.number(segment); ok && n <= 0 {
			segment.member("value").refuse("must be greater than 0")
		}
	}
}

func warnMany(p cursor, n int) {
	if n > sureChartParts && n <= chartParts {
		p.warn("more than %d", sureChartParts)
	}
}

// number returns an object's value.
func (c *checker) number(p cursor) (float64, bool) {
	value, ok := p.need("value")
	if !ok {
		return 0, false
	}
	number, _ := value.value.(json.Number)
	n, err := number.Float64()
	if err != nil {
		value.refuse("must provide a number")
	}
	return n, err == nil
}

// seriesChart checks a bar, area or line chart.
func (c *checker) seriesChart(p cursor) {
	categories := c.categories(p)
	series := p.list("series", 1, chartParts)
	warnMany(p.member("series"), len(series))
	names := map[string]bool{}
	for _, s := range series {
		if !s.object() {
			continue
		}
		s.mustString("name", 1, chartLabel)
		unique(s.member("name"), names)
		c.points(s, categories)
	}
}

// categories checks the axes and returns the categories.
func (c *checker) categories(p cursor) map[string]bool {
	categories := map[string]bool{}
	axes, ok := p.need("axis_config")
	if !ok || !axes.object() {
		return categories
	}
	axes.mayString("x_label", 0, 50)
	axes.mayString("y_label", 0, 50)
	for _, category := range axes.list("categories", 1, chartPoints) {
		category.length(1, chartLabel)
		unique(category, categories)
	}
	return categories
}

// unique refuses a string that is among those seen, and adds it to them.
func unique(p cursor, seen map[string]bool) {
	s, ok := p.value.(string)
	if !ok {
		return
	}
	if seen[s] {
		p.refuse("must be unique: %q", s)
	}
	seen[s] = true
}

// points checks that a series has exactly one point for each category.
func (c *checker) points(p cursor, categories map[string]bool) {
	points := p.list("data", 1, chartPoints)
	labels := map[string]bool{}
	for _, point := range points {
		if !point.object() {
			continue
		}
		point.mustString("label", 1, chartLabel)
		c.number(point)
		label := point.member("label")
		unique(label, labels)
		if s, ok := label.value.(string); ok && !categories[s] {
			label.refuse("must be one of the categories")
		}
	}
	if len(points) != len(categories) {
		p.member("data").refuse("must have exactly one point for each category")
	}
}
