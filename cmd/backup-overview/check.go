package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// A verdict is how a check ended.
type verdict string

// The verdicts, as --json spells them. Only failed means that the bot could
// not work.
const (
	passed verdict = "ok"
	warned verdict = "warn"
	failed verdict = "fail"
)

// A finding is one thing that was tried.
type finding struct {
	Verdict verdict `json:"verdict"`
	What    string  `json:"what"`
	Detail  string  `json:"detail,omitempty"`
	Mend    string  `json:"mend,omitempty"` // what to do; for warned and failed
	first   bool    // to be told before all others
}

// report is the answer of `check --json`.
type report struct {
	OK       bool      `json:"ok"`
	Version  string    `json:"version"`
	Findings []finding `json:"findings"`
}

// checkTimeout bounds all of check. The slowest honest answer is an overview
// of AvePoint, some five seconds.
const checkTimeout = 2 * time.Minute

// checkCommand tries everything that the bot needs and says how to mend what
// does not work. It returns exitFailed if the bot could not work.
func checkCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	asJSON := slices.Equal(args, []string{"--json"})
	if len(args) > 0 && !asJSON {
		return usageError(stderr, "check takes no argument but --json.")
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	r := newReport(check(ctx, time.Now()))
	if asJSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r); err != nil {
			fmt.Fprintln(stderr, err)
			return exitFailed
		}
	} else {
		r.print(stdout)
	}
	if !r.OK {
		return exitFailed
	}
	return exitOK
}

// check reads the environment and, if it can be used, tries both services and
// the database at the same time.
func check(ctx context.Context, now time.Time) []finding {
	cfg, err := loadConfig(now)
	if err != nil {
		return append(configFindings(err), unknownFindings()...)
	}
	findings := append(settingsFindings(cfg), unknownFindings()...)
	clock := &clockWatch{}
	var slackSide, avepointSide []finding
	var database finding
	var measured probed
	var stored int64
	var group sync.WaitGroup
	group.Go(func() { slackSide = checkSlack(ctx, cfg, clock) })
	group.Go(func() { avepointSide, measured = checkAvePoint(ctx, cfg, clock) })
	group.Go(func() { database, stored = checkDatabase(ctx, cfg) })
	group.Wait()
	avepointSide = append(avepointSide, checkSweep(cfg, measured, int(stored))...)
	return slices.Concat(findings, slackSide, avepointSide, []finding{database}, clock.findings())
}

// configFindings makes a finding of each problem of [loadConfig].
func configFindings(err error) []finding {
	errs := []error{err}
	if joined := (interface{ Unwrap() []error })(nil); errors.As(err, &joined) {
		errs = joined.Unwrap()
	}
	var findings []finding
	for _, err := range errs {
		variable, problem, _ := strings.Cut(err.Error(), " ")
		detail, mend, _ := strings.Cut(problem, "; ")
		if mend == "" {
			mend = "correct it; `backup-overview help` says what it takes"
		}
		findings = append(findings, finding{Verdict: failed, What: variable, Detail: detail, Mend: mend})
	}
	return findings
}

// settingsFindings tells what [Config] warns of.
func settingsFindings(cfg Config) []finding {
	findings := []finding{{Verdict: passed, What: "settings", Detail: "complete"}}
	for _, w := range cfg.warnings {
		detail, mend, _ := strings.Cut(w.Text, "; ")
		findings = append(findings, finding{Verdict: warned, What: w.Variable, Detail: detail, Mend: mend})
	}
	return findings
}

// unknownFindings tells of variables that look like ours and are not read.
func unknownFindings() []finding {
	var findings []finding
	for _, name := range unknownVariables() {
		findings = append(findings, finding{
			Verdict: warned, What: name,
			Detail: "is set, but this version reads no such variable",
			Mend:   "compare it with the names in `backup-overview help`",
		})
	}
	return findings
}

func newReport(findings []finding) report {
	r := report{OK: true, Version: version()}
	for _, first := range []bool{true, false} {
		for _, f := range findings {
			if f.first == first {
				r.Findings = append(r.Findings, f)
			}
			r.OK = r.OK && f.Verdict != failed
		}
	}
	return r
}

// print writes a line for each finding and one that says what to do.
func (r report) print(w io.Writer) {
	for _, f := range r.Findings {
		fmt.Fprintf(w, "%-5s %s: %s\n", f.Verdict, f.What, f.Detail)
		if f.Mend != "" && f.Verdict != passed {
			fmt.Fprintf(w, "      to mend it: %s\n", f.Mend)
		}
	}
	if r.OK {
		fmt.Fprintln(w, "The bot would work.")
		return
	}
	fmt.Fprintln(w, "The bot would not work. Mend what is marked fail.")
}

// unreachable says in an operator's words why no answer came. variable holds
// the address that was called.
func unreachable(what, variable string, err error) finding {
	f := finding{Verdict: failed, What: what, Detail: rootCause(err), Mend: "check the network, HTTPS_PROXY and " + variable}
	if isCertificateError(err) {
		f.Mend = "if a proxy or a private authority signs this certificate, point SSL_CERT_FILE at its certificate"
	}
	return f
}

// rootCause is the innermost error's text: the layers above it repeat URLs.
func rootCause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
