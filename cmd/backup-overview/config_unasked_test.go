package main

import (
	"strings"
	"testing"
	"time"
)

// The bot's own troubles go to the alert channel where nothing else is said.
func TestOpsChannel_is_the_alert_channel_by_default(t *testing.T) {
	setenv(t, map[string]string{"ALERT_CHANNEL": "C0ALERT"})
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.opsChannel(); got != "C0ALERT" {
		t.Errorf("troubles go to %q", got)
	}
}

// Who shortens the wait below what a call takes is told what that means.
func TestDeliveryWait_below_the_time_of_a_call_is_warned_of(t *testing.T) {
	for wait, warned := range map[string]bool{"300ms": true, "9s": true, "10s": false, "2m": false} {
		setenv(t, map[string]string{"DELIVERY_WAIT": wait})
		c, err := loadConfig(today)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(c.warnings) == 1 && c.warnings[0].Variable == "DELIVERY_WAIT"; got != warned {
			t.Errorf("%s: warnings %v", wait, c.warnings)
		}
	}
}

// A schedule of configuration is said in words, too, and has a zone of its own.
func TestDigest_of_configuration_in_words(t *testing.T) {
	setenv(t, map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "weekdays 08:30", "DIGEST_TIMEZONE": "europe/lisbon"})
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	next := c.Digest.Schedule.V.Next(today, c.Digest.zone()).Planned
	if want := time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC); !next.Equal(want) {
		t.Errorf("next %v, want %v", next, want)
	}
}

// A problem of a schedule repeats nothing of it: it might be a secret that was
// set under the wrong name.
func TestParseSchedule_repeats_nothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"xoxb-secret", "@every xoxb-secret", "30 8 * * xoxb-secret", "TZ=xoxb-secret 1 1 1 1 1"} {
		if _, err := parseSchedule(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
