package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// A victim is a program that is killed and started again and again.
type victim struct {
	command func() *exec.Cmd // one that was not started
	// up waits until the process is at work; false where ctx ended before.
	up func(ctx context.Context, printed *output) bool
	// life is how long the next life lasts. It begins when the process is at work,
	// unless fromBirth says that it begins with the process.
	life  func() (span time.Duration, fromBirth bool)
	after func() error // after each kill; may be nil

	mu    sync.Mutex
	lives []span // while at work
	kills int
}

// upMost is how long a process may take until it is at work.
const upMost = time.Minute

// errEnded says that a process ended by itself, and not well.
var errEnded = errors.New("the process ended by itself")

// live runs the process once and kills it. It returns true where the process had
// done its work and ended with 0 before.
func (v *victim) live(ctx context.Context) (done bool, err error) {
	length, fromBirth := v.life()
	p, err := startProcess(v.command())
	if err != nil {
		return false, err
	}
	life, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		<-p.ended
		cancel()
	}()
	working := make(chan struct{})
	go func() {
		defer close(working)
		if v.up(life, p.printed) {
			v.begin()
		}
	}()
	if !fromBirth {
		late := time.AfterFunc(upMost, cancel)
		<-working
		if !late.Stop() {
			_, err := v.kill(ctx, p)
			return false, errors.Join(fmt.Errorf("not at work %v after its start:\n%s", upMost, p.printed.tail()), err)
		}
	}
	rest(life, length)
	cancel()
	<-working
	return v.kill(ctx, p)
}

// kill ends the process, unless it has ended.
func (v *victim) kill(ctx context.Context, p *process) (done bool, err error) {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	code := p.wait()
	v.finish()
	switch {
	case code == 0:
		return true, nil
	case code > 0:
		return false, fmt.Errorf("%w, with %d:\n%s", errEnded, code, p.printed.tail())
	}
	v.set(func() { v.kills++ })
	if v.after == nil || ctx.Err() != nil {
		return false, ctx.Err()
	}
	return false, v.after()
}

// run has one life follow the other until the work is done or ctx ends.
func (v *victim) run(ctx context.Context) error {
	for ctx.Err() == nil {
		done, err := v.live(ctx)
		if done || err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (v *victim) set(change func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change()
}

// begin notes that the process is up.
func (v *victim) begin() {
	v.set(func() { v.lives = append(v.lives, span{From: time.Now(), To: time.Now().AddDate(1, 0, 0)}) })
}

// finish notes that it is not any more.
func (v *victim) finish() {
	v.set(func() {
		if n := len(v.lives); n > 0 && v.lives[n-1].To.After(time.Now()) {
			v.lives[n-1].To = time.Now()
		}
	})
}

// A process is one that runs, or has.
type process struct {
	cmd     *exec.Cmd
	printed *output
	ended   chan struct{}
}

// startProcess starts a command and keeps what it prints.
func startProcess(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, printed: &output{}, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.printed, p.printed
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // the exit code says it
	}()
	return p, nil
}

// wait returns the exit code; -1 where a signal ended the process.
func (p *process) wait() int {
	<-p.ended
	return p.cmd.ProcessState.ExitCode()
}

// output is what a process prints, the last of it.
type output struct {
	mu   sync.Mutex
	text []byte
}

var _ io.Writer = (*output)(nil)

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	const most = 256 << 10
	o.text = append(o.text, p...)
	if len(o.text) > 2*most {
		o.text = append([]byte(nil), o.text[len(o.text)-most:]...)
	}
	return len(p), nil
}

func (o *output) holds(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Contains(o.text, []byte(text))
}

// tail returns the last lines.
func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(o.text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-40):], []byte("\n")))
}

// stop asks the process to end, and returns its exit code and how long it took.
func (p *process) stop() (code int, took time.Duration) {
	began := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(stopMost+stopMost/2, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	return p.wait(), time.Since(began)
}

// stopMost is how long an orderly end may take.
const stopMost = 15 * time.Second
