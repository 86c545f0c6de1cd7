// Backup Overview is a Slack bot that tells which customers' Microsoft 365
// objects are scanned but have no backup in AvePoint Cloud Backup.
//
// This package reads the environment and wires the parts; nothing else in the
// project reads a variable. `backup-overview help` lists commands and variables.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the image of deploy/Dockerfile has no time zones
)

// Exit codes: those above 1 are from sysexits.h, so that a service manager can
// tell a wrong setting, which a restart does not mend, from a failure.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 64
	exitConfig = 78
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for a graceful stop. Then the default handling
	// comes back, so that a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	// Whatever prints, no token leaves through it.
	stdout, stderr = scrubbed(stdout), scrubbed(stderr)
	command, rest := "run", args
	if len(args) > 0 {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "help", "--help", "-help", "-h":
		printHelp(stdout)
		return exitOK
	case "check":
		return checkCommand(ctx, rest, stdout, stderr)
	case "replay":
		return replayCommand(ctx, rest, stdout, stderr)
	}
	if len(rest) > 0 {
		return usageError(stderr, fmt.Sprintf("%s takes no arguments.", command))
	}
	switch command {
	case "run":
		return runCommand(ctx, stderr)
	case "demo":
		return runDemo(ctx, stdout, stderr)
	case "version", "--version":
		printVersion(stdout)
		return exitOK
	}
	return usageError(stderr, fmt.Sprintf("%q is no command of backup-overview.", command))
}

// runCommand reads the environment and starts the bot.
func runCommand(ctx context.Context, stderr io.Writer) int {
	cfg, err := loadConfig(time.Now())
	if err != nil {
		return configError(stderr, err)
	}
	log := newLogger(stderr, cfg.Log)
	cfg.logWarnings(ctx, log)
	return runBot(ctx, cfg, log, stderr)
}

func usageError(stderr io.Writer, sentence string) int {
	fmt.Fprintln(stderr, sentence)
	fmt.Fprintln(stderr, "Usage: backup-overview [run | demo | check [--json] | replay [FILE] | version | help]")
	return exitUsage
}

// configError prints a line for each problem; see [loadConfig].
func configError(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, err)
	fmt.Fprintln(stderr, "The bot did not start. `backup-overview help` lists all variables.")
	return exitConfig
}
