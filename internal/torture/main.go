package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code) //nolint:forbidigo // this is a main of its own
}

// settings are what the flags say.
type settings struct {
	mode       string
	seed       int64
	database   string
	server     string
	replicas   int
	history    bool
	deliveries int
	channels   int
	slots      int
	times      int
	wait       time.Duration
	latest     time.Duration
	within     time.Duration
	verbose    bool

	self   string                             // this program
	plague func(latest time.Duration) []share // how posts go wrong
	stdout io.Writer
}

// run returns the exit code: 0 where everything was said once, 1 where not, 2
// where it could not be tried.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 2 && args[0] == childArgument {
		if err := runChild(ctx, args[1], stdout, stderr); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
		return 0
	}
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		s.stdout = stdout
		s.self, err = os.Executable()
	}
	if err == nil {
		err = s.torture(ctx)
	}
	return s.code(err, stderr)
}

// code tells how the run ended, and returns the exit code.
func (s settings) code(err error, stderr io.Writer) int {
	switch {
	case errors.Is(err, errWrong):
		fmt.Fprintln(s.stdout, "WRONG:", err)
		return 1
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 2
	}
	fmt.Fprintln(s.stdout, "right")
	return 0
}

// errWrong says that something was lost, doubled or out of order.
var errWrong = errors.New("not said once")

func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{mode: "program", plague: plague}
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		s.mode, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("torture", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "torture outbox|program|slots|stop|alerts [flags]")
		flags.PrintDefaults()
	}
	flags.Int64Var(&s.seed, "seed", 0, "of what is random; 0: a new one")
	flags.StringVar(&s.database, "database", "sqlite", "sqlite, or postgres")
	flags.StringVar(&s.server, "server", os.Getenv("TEST_DATABASE_URL"), "URL of the PostgreSQL server") //nolint:forbidigo // the default of a flag
	flags.IntVar(&s.replicas, "replicas", 1, "processes at once; more than one on PostgreSQL only")
	flags.BoolVar(&s.history, "history", true, "whether the app may look for its messages in the history")
	flags.IntVar(&s.deliveries, "deliveries", 0, "outbox, program: how many; 0: 2500 and 300")
	flags.IntVar(&s.channels, "channels", 0, "how many; 0: 60 for outbox, 20 for program, 8 for stop")
	flags.IntVar(&s.slots, "slots", 40, "slots: how many whole ones are to be seen")
	flags.IntVar(&s.times, "times", 100, "stop: how often")
	flags.DurationVar(&s.wait, "wait", 0, "DELIVERY_WAIT; 0: 1.5s, for stop 18s")
	flags.DurationVar(&s.latest, "latest", 0, "how late Slack may do what it was asked; 0: two fifths of -wait")
	flags.DurationVar(&s.within, "within", 30*time.Minute, "how long the run may take")
	flags.BoolVar(&s.verbose, "v", false, "show what the processes log")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is left over", flags.Arg(0))
	}
	return s.complete()
}

// complete fills in what was left zero, and refuses what makes no sense.
func (s settings) complete() (settings, error) {
	usual := settings{deliveries: 300, channels: 20, wait: 1500 * time.Millisecond}
	switch s.mode {
	case "outbox":
		usual.deliveries, usual.channels = 2500, 60
	case "alerts":
		usual.deliveries, usual.channels = 100, 6
	case "stop":
		usual.channels, usual.wait = 8, stopWait
	}
	s.deliveries = cmp.Or(s.deliveries, usual.deliveries)
	s.channels = cmp.Or(s.channels, usual.channels)
	s.wait = cmp.Or(s.wait, usual.wait)
	s.latest = cmp.Or(s.latest, s.wait*2/5)
	s.seed = cmp.Or(s.seed, 1+rand.Int64N(1_000_000))
	switch {
	case s.replicas < 1 || s.deliveries < 1 || s.channels < 1:
		return s, errors.New("-replicas, -deliveries and -channels are at least 1")
	case s.replicas > 1 && s.database == "sqlite":
		return s, errors.New("SQLite is for one process; -replicas needs -database postgres")
	case s.latest >= s.wait:
		return s, errors.New("-latest has to be below -wait: what comes later than one waits comes twice")
	}
	return s, nil
}

// torture runs the mode in a world and with a database of its own.
func (s settings) torture(ctx context.Context) (err error) {
	modes := map[string]func(settings, context.Context, *stage) error{
		"outbox": settings.outbox, "program": settings.program, "slots": settings.slotted, "stop": settings.stopped, "alerts": settings.alerted,
	}
	mode, ok := modes[s.mode]
	if !ok {
		return fmt.Errorf("%q is none of outbox, program, slots, stop and alerts", s.mode)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.within, fmt.Errorf("%w: not done within %v", errWrong, s.within))
	defer cancel()
	fmt.Fprintf(s.stdout, "%s: seed %d, %s, %d replicas, history %v, waiting time %v, latest accept %v\n",
		s.mode, s.seed, s.database, s.replicas, s.history, s.wait, s.latest)
	st, err := newStage(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if err = mode(s, ctx, st); ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), err, st.open())
	}
	return err
}
