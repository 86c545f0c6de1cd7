package bot_test

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkAck is the time from a command's envelope leaving Slack to its ack
// arriving there. The answer that follows is waited for, but not counted.
func BenchmarkAck(b *testing.B) {
	for _, c := range contestants(b) {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				sent := time.Now()
				c.slack.send(b)
				<-c.slack.acked
				took = append(took, time.Since(sent))
				<-c.slack.answered
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2]), "ns/op") // instead of the whole exchange's
			b.ReportMetric(float64(took[len(took)*99/100]), "p99-ns/op")
		})
	}
}

// BenchmarkAnswer is the time from a command's envelope leaving Slack to the
// overview arriving at its response_url, one command after the other, with the
// customer's reading in memory. Its cpu-ns/op is that of the whole process: the
// light Slack included, see [BenchmarkAnswer_ratio].
func BenchmarkAnswer(b *testing.B) {
	for _, c := range contestants(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				c.slack.exchange(b, 1, 1)
			}
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// BenchmarkAnswer_ratio compares the CPU of the bot with that of the bare
// handler. They take turns, a hundred answers each, so that whatever else the
// machine does meets both alike.
//
// The light Slack works in the same process. What it takes is measured as the
// CPU of the wire: a client that sends bytes made beforehand and understands
// nothing. "ratio" is without that share. The wire's own system calls leave
// with it, so "ratio" is too high rather than too low; "whole-ratio", with
// nothing subtracted, is too low.
func BenchmarkAnswer_ratio(b *testing.B) {
	const turn = 100
	for _, load := range []struct {
		name     string
		underWay int
	}{{"one_at_a_time", 1}, {"sixteen_at_once", 16}} {
		b.Run(load.name, func(b *testing.B) {
			all := contestants(b)
			used := map[string]float64{}
			for b.Loop() {
				for _, c := range all {
					before := cpuTime(b)
					c.slack.exchange(b, turn, load.underWay)
					used[c.name] += float64(cpuTime(b) - before)
				}
			}
			for name, cpu := range used {
				b.ReportMetric(cpu/float64(b.N*turn), name+"-cpu-ns/answer")
			}
			b.ReportMetric((used["bot"]-used["wire"])/(used["bare"]-used["wire"]), "ratio")
			b.ReportMetric(used["bot"]/used["bare"], "whole-ratio")
			b.ReportMetric(0, "ns/op") // of three times a hundred answers: says nothing
		})
	}
}
