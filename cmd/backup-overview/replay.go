package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// replayUsage is how replay is called.
const replayUsage = "Usage: backup-overview replay [--customer ID] [--set rule=value]... [--summary] [FILE]"

// replayFlags are what follows the word replay.
type replayFlags struct {
	customer string
	sets     []setting
	summary  bool
	file     string
}

// parseReplay reads them.
func parseReplay(args []string, stderr io.Writer) (replayFlags, error) {
	var f replayFlags
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&f.customer, "customer", "", "")
	flags.BoolVar(&f.summary, "summary", false, "")
	flags.Func("set", "", func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("want rule=value, as confirm=45m")
		}
		if _, err := coverage.DefaultRules().Set(name, value); err != nil {
			return err
		}
		f.sets = append(f.sets, setting{strings.TrimSpace(name), value})
		return nil
	})
	// Flags may stand behind the file, too.
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			fmt.Fprintln(stderr, err)
			return f, err
		}
		if flags.NArg() == 0 {
			return f, nil
		}
		if f.file != "" {
			err := fmt.Errorf("replay takes one file, not %q and %q", f.file, flags.Arg(0))
			fmt.Fprintln(stderr, err)
			return f, err
		}
		f.file, rest = flags.Arg(0), flags.Args()[1:]
	}
}

// replayCommand runs the alert rules over readings and prints what they would have
// told.
func replayCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseReplay(args, stderr)
	if err != nil {
		fmt.Fprintln(stderr, replayUsage)
		return exitUsage
	}
	book, cfg, err := replayRules(f)
	if err != nil {
		return settingsError(stderr, err)
	}
	r := newReplay(book, f, stdout)
	if f.file == "" {
		err = r.store(ctx, cfg, stderr)
	} else {
		err = r.path(f.file)
	}
	if err == nil && r.count == 0 {
		fmt.Fprintln(stderr, r.nothing())
	} else if err == nil && f.summary {
		err = r.summary()
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	return exitOK
}

// settingsError prints a line for each problem.
func settingsError(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, err)
	return exitConfig
}

// replayRules are the rules of the environment, of RULES_FILE, and of --set.
func replayRules(f replayFlags) (ruleBook, Config, error) {
	var c Config
	if err := process(&c); err != nil {
		return ruleBook{}, c, err
	}
	p := newProblems(&c)
	c.validateAlerts(p)
	if err := errors.Join(p.errs...); err != nil {
		return ruleBook{}, c, err
	}
	book := c.rules
	book.sets = f.sets
	if err := applied(book.base, f.sets).Check(); err != nil {
		return ruleBook{}, c, fmt.Errorf("--set: %w", err)
	}
	return book, c, nil
}

// replayEvent is a line of the output.
type replayEvent struct {
	T         time.Time `json:"t"`
	Customer  string    `json:"customer"`
	Module    string    `json:"module"`
	Condition string    `json:"condition"`
	Event     string    `json:"event"`
	Severity  string    `json:"severity"`
	Posted    bool      `json:"posted"`
	Text      string    `json:"text"`
}

// replay runs the rules, customer by customer.
type replay struct {
	book   ruleBook
	flags  replayFlags
	out    *json.Encoder
	plain  io.Writer
	states map[string]*coverage.State
	events []replayEvent // for the summary
	first  time.Time
	last   time.Time
	count  int
}

func newReplay(book ruleBook, f replayFlags, stdout io.Writer) *replay {
	out := json.NewEncoder(stdout)
	out.SetEscapeHTML(false)
	return &replay{book: book, flags: f, out: out, plain: stdout, states: map[string]*coverage.State{}}
}

// path replays a file; "-" is the standard input.
func (r *replay) path(name string) error {
	if name == "-" {
		return r.lines(os.Stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	defer file.Close()
	return r.lines(file)
}

// step judges one snapshot of a customer.
func (r *replay) step(c store.Customer, n coverage.Snapshot) error {
	if r.flags.customer != "" && !strings.EqualFold(r.flags.customer, c.ID) && !strings.EqualFold(r.flags.customer, c.Name) {
		return nil
	}
	state := r.states[c.ID]
	if state == nil {
		state = &coverage.State{}
		r.states[c.ID] = state
	}
	if r.first.IsZero() || n.At.Before(r.first) {
		r.first = n.At
	}
	if n.At.After(r.last) {
		r.last = n.At
	}
	r.count++
	rules := r.book.of(c)
	for _, e := range state.Step(n, rules) {
		line := replayEvent{
			T: e.At, Customer: c.ID, Module: e.Module, Condition: e.Condition.String(), Event: e.Kind.String(),
			Severity: e.Severity.String(), Posted: e.Posted, Text: told(state, e, rules),
		}
		if r.flags.summary {
			r.events = append(r.events, line)
			continue
		}
		if err := r.out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// told is an event in one sentence.
func told(state *coverage.State, e coverage.Event, rules coverage.RuleSet) string {
	what := e.Condition.String()
	if e.Module != "" {
		what += " of " + e.Module
	}
	switch e.Kind {
	case coverage.Resolved:
		return what + " is over."
	case coverage.Flapping:
		return what + " comes and goes; it is told no more until it has been quiet."
	}
	for _, o := range state.Open(e.Condition.Family(), rules, e.At) {
		if o.Key != e.Key || e.Condition.Family() != coverage.CoverageFamily {
			continue
		}
		return fmt.Sprintf("%s: %d of %d protected, then %d of %d; %d missing, %d of them lost; %d readings.",
			what, o.Was.Kept(), o.Was.Scanned, o.Now.Kept(), o.Now.Scanned, o.Missing, o.Lost, o.Readings)
	}
	return what + "."
}

// nothing says that there was nothing to judge.
func (r *replay) nothing() string {
	if r.flags.customer != "" {
		return fmt.Sprintf("There was no reading of a customer with the id or name %q to replay.", r.flags.customer)
	}
	return "There was no reading to replay."
}

// summary is a table for people.
func (r *replay) summary() error {
	rows, total := rowsOf(r.events), 0
	for _, row := range rows {
		total += row.fired
	}
	days := max(1, int(r.last.Sub(r.first).Hours()/24+0.5))
	_, err := fmt.Fprintf(r.plain, "These settings would have fired %s in %s (%s, %s).\n", times(total), counted(days, "day"), counted(len(r.states), "customer"), counted(r.count, "reading"))
	if err != nil || total == 0 {
		return err
	}
	return table(r.plain, rows)
}
