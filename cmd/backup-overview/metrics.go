package main

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metricPrefix begins the name of every metric that is not the runtime's.
const metricPrefix = "backup_overview_"

// newRegistry is a registry of this process alone.
func newRegistry(o *outside) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&collector{o},
	)
	return r
}

// A collector asks the parts how they are, at the moment of a scrape. docs/
// metrics.md lists what it tells.
type collector struct{ outside *outside }

// Describe implements [prometheus.Collector]. Which metrics there are depends on
// the parts, so it announces none; the registry checks them as they come.
func (*collector) Describe(chan<- *prometheus.Desc) {}

const (
	// scrapeTimeout bounds what a scrape waits for the database.
	scrapeTimeout = 3 * time.Second
	// coverageTimeout bounds the reading of every customer's counts, which comes
	// after that: Prometheus and the server wait for 10 s.
	coverageTimeout = 5 * time.Second
)

// Collect implements [prometheus.Collector]. Without a database it leaves out
// what only the database knows.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	s := sink{to}
	s.build()
	s.credential(c.outside.cfg.AvePoint.credentialEnd())
	s.avepoint(c.outside.client.Stats())
	p := c.outside.parts.Load()
	if p == nil {
		s.up(false)
		return
	}
	s.bot(p.bot.State())
	s.outbox(p.outbox.Stats())
	s.works(p.engine.Ticks())
	m := c.outside.memory.of(context.Background(), p)
	s.ticked(m.ticked)
	up := m.ping == nil && s.remembered(p)
	s.up(up)
	if up && c.outside.cfg.Metrics.Coverage.V {
		s.coverage(p.store)
	}
}

// A sink takes metrics. Its methods gauge, counter and summary open a family of
// that name; what they return adds a metric with the values of the labels.
type sink struct {
	to chan<- prometheus.Metric
}

func (s sink) family(kind prometheus.ValueType, name, help string, labels []string) func(value float64, values ...string) {
	desc := prometheus.NewDesc(metricPrefix+name, help, labels, nil)
	return func(value float64, values ...string) {
		s.to <- prometheus.MustNewConstMetric(desc, kind, value, values...)
	}
}

func (s sink) gauge(name, help string, labels ...string) func(value float64, values ...string) {
	return s.family(prometheus.GaugeValue, name, help, labels)
}

func (s sink) counter(name, help string, labels ...string) func(value float64, values ...string) {
	return s.family(prometheus.CounterValue, name, help, labels)
}

// at is a gauge of moments, in seconds since 1970. A moment that is not known
// is left out: 0 would be 1970.
func (s sink) at(name, help string, labels ...string) func(moment time.Time, values ...string) {
	add := s.gauge(name, help, labels...)
	return func(moment time.Time, values ...string) {
		if !moment.IsZero() {
			add(float64(moment.UnixMilli())/1000, values...)
		}
	}
}

// took is a summary without quantiles: how many, and how long in all.
func (s sink) took(name, help string, count int64, sum time.Duration) {
	desc := prometheus.NewDesc(metricPrefix+name, help, nil, nil)
	s.to <- prometheus.MustNewConstSummary(desc, uint64(max(0, count)), sum.Seconds(), nil)
}

// truth is 1 or 0.
func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func (s sink) build() {
	goVersion := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	s.gauge("build_info", "What runs; always 1.", "version", "go_version")(1, version(), goVersion)
}

func (s sink) credential(end time.Time) {
	s.at("avepoint_credential_end_timestamp_seconds", "When the credential of AvePoint ends, where that is known.")(end)
}

func (s sink) up(is bool) {
	s.gauge("database_up", "1 if the database answers.")(truth(is))
}
