package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// The outbox alone, killed every 20 to 200 ms.
func TestOutbox_alone(t *testing.T) {
	for name, more := range servers(t) {
		for _, history := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, look-up %v", name, history), func(t *testing.T) {
				out := tortured(t, append([]string{
					"outbox", "-seed", fmt.Sprint(*flagSeed), "-deliveries", fmt.Sprint(*flagDeliveries), fmt.Sprintf("-history=%v", history),
				}, more...)...)
				if strings.Contains(out, "kills 0,") {
					t.Error("nothing was killed")
				}
			})
		}
	}
}

// The program itself, killed every 0.2 to 2 s.
func TestProgram(t *testing.T) {
	t.Parallel()
	for name, more := range servers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tortured(t, append([]string{"program", "-seed", fmt.Sprint(*flagSeed), "-deliveries", "20", "-channels", "6"}, more...)...)
		})
	}
}

func TestProgram_slots(t *testing.T) {
	t.Parallel()
	for name, more := range servers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tortured(t, append([]string{"slots", "-seed", fmt.Sprint(*flagSeed), "-slots", fmt.Sprint(*flagSlots)}, more...)...)
		})
	}
}

// Alerts of customers that fall and recover, while the program is killed.
func TestProgram_alerts(t *testing.T) {
	t.Parallel()
	tortured(t, "alerts", "-seed", fmt.Sprint(*flagSeed), "-deliveries", "16", "-channels", "4")
}

func TestProgram_stop(t *testing.T) {
	t.Parallel()
	tortured(t, "stop", "-seed", fmt.Sprint(*flagSeed), "-times", fmt.Sprint(*flagTimes), "-channels", "4")
}

// TestOutbox_that_does_not_wait: the driver finds what it is for. Where Slack does
// what it was asked only after the outbox has looked for it, messages come twice.
func TestOutbox_that_does_not_wait(t *testing.T) {
	var out bytes.Buffer
	s := settings{
		mode: "outbox", self: driver, seed: 1, database: "sqlite", replicas: 1, history: true, deliveries: 60, channels: 20,
		wait: 150 * time.Millisecond, latest: time.Second, stdout: &out,
		plague: func(latest time.Duration) []share {
			return []share{{0.3, fakeslack.Fault{Drop: true, Late: latest}}}
		},
	}
	err := s.torture(t.Context())
	t.Log(out.String())
	if !errors.Is(err, errWrong) || strings.Contains(out.String(), "doubled 0,") {
		t.Errorf("nothing was found wrong: %v", err)
	}
}
