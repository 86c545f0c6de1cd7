package watch

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// The fleet of the benchmark: 10,000 customers with 64 calls in flight.
const (
	benchCustomers = 10_000
	benchInFlight  = 64

	// latencyFlag is how long an overview takes: a hundredth of the vendor's
	// 4.6 s, unless another is given.
	latencyFlag = "latency"

	// standInVariable makes the test binary be an AvePoint of that latency, so
	// that its CPU and memory are not counted as ours.
	standInVariable = "WATCH_TEST_STAND_IN"
)

func benchLatency(b *testing.B) time.Duration {
	b.Helper()
	latency, err := time.ParseDuration(flag.Lookup(latencyFlag).Value.String())
	if err != nil || latency <= 0 {
		b.Fatalf("-%s: %v, %v", latencyFlag, latency, err)
	}
	return latency
}

// standIn serves until its standard input ends.
func standIn(latency time.Duration) int {
	p := sandbox.New(sandbox.Options{Customers: -1})
	modules := []string{
		"Exchange Online", "OneDrive", "SharePoint Online", "Microsoft 365 Group",
		"Teams", "Teams Chat", "Project Online", "Public Folder",
	}
	for i := range benchCustomers {
		c := sandbox.Customer{ID: fmt.Sprintf("%08d-0000-4000-8000-000000000000", i), Organization: fmt.Sprint("Customer ", i), OwnerEmail: "it@nod.example"}
		for j, m := range modules {
			c.Rows = append(c.Rows, sandbox.Row{Module: m, TenantID: fmt.Sprintf("tenant-%d", i), Scanned: int64(100*j + i%100), Protected: int64(90*j + i%100)})
		}
		p.Put(c)
	}
	p.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: latency})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 1
	}
	go func() { _ = http.Serve(listener, p.Handler()) }() //nolint:gosec // a stand-in on this machine
	fmt.Fprintln(os.Stdout, listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// startStandIn returns the address of a stand-in in a process of its own.
func startStandIn(b *testing.B) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), standInVariable+"="+benchLatency(b).String())
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(address)
}

// BenchmarkSweep reads 10,000 customers of eight modules: once into an empty
// database, and once more where nothing has changed. "ratio" is the time over
// the least possible, customers × latency ÷ in flight; "ratio-seen" the same
// with the latency that the client saw, which on a busy machine is longer.
//
//	go test ./internal/watch -run '^$' -bench Sweep -benchtime 1x
//
// -latency is how long an overview takes, 46 ms without it. With the vendor's
// own, each sweep takes 12 minutes; there are two for each kind of database.
//
//	go test ./internal/watch -run '^$' -bench Sweep -benchtime 1x -timeout 2h -latency 4.6s
func BenchmarkSweep(b *testing.B) {
	graph := startStandIn(b)
	for _, db := range storetest.Databases(b) {
		clock := newClock()
		client, err := avepoint.New(avepoint.Options{
			GraphURL: graph, TokenURL: graph + "/connect/token",
			Credentials: avepoint.Credentials{ClientID: sandbox.DefaultClientID, ClientSecret: sandbox.DefaultClientSecret},
			Rate:        1e6, Concurrency: 80,
		})
		if err != nil {
			b.Fatal(err)
		}
		w, err := New(Options{
			Client: client, Store: storetest.Open(b, db.URL), InFlight: benchInFlight, Rate: 1e6,
			Owner: "bench", Now: clock.Now, Burst: true,
		})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Load(b.Context()); err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"first", "next"} {
			b.Run(db.Name+"/"+name, func(b *testing.B) { benchmarkSweep(b, w, clock) })
		}
	}
}

func benchmarkSweep(b *testing.B, w *Watch, clock *clock) {
	least := benchCustomers * benchLatency(b) / benchInFlight
	before, start, answered := usage(b), time.Now(), w.client.Stats().Overviews
	sweeps := 0
	for b.Loop() {
		clock.add(time.Hour)
		if err := w.Sweep(b.Context()); err != nil {
			b.Fatal(err)
		}
		sweeps++
	}
	took, after := time.Since(start), usage(b)
	last, err := w.store.Sweeps(b.Context(), 1)
	if err != nil || last[0].Good != benchCustomers {
		b.Fatalf("%+v, %v", last, err)
	}
	b.ReportMetric(float64(took)/float64(sweeps)/float64(least), "ratio")
	seen := w.client.Stats().Overviews.Sum - answered.Sum
	b.ReportMetric(float64(took)*benchInFlight/float64(seen), "ratio-seen")
	cpu := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	b.ReportMetric(float64(cpu.Microseconds())/float64(sweeps*benchCustomers), "cpu-µs/customer")
	b.ReportMetric(float64(after.Maxrss)/1024, "peak-MiB")
}

// usage is what this process has used so far.
func usage(b *testing.B) syscall.Rusage {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}
