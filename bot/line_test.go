package bot

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		do   func(*backoff)
		want time.Duration
	}{
		{"first dial", func(*backoff) {}, 0},
		{"refresh", func(b *backoff) { b.ended("refresh_requested", time.Hour) }, 0},
		{"ten refreshes within a minute", func(b *backoff) {
			for range 10 {
				b.ended("refresh_requested", 6*time.Second)
			}
		}, 0},
		{"broken twice", func(b *backoff) { b.ended("closed", time.Second); b.ended("closed", time.Second) }, 0},
		{"broken four times", func(b *backoff) {
			for range 4 {
				b.ended("closed", time.Second)
			}
		}, 4 * time.Second},
		{"warned of at once, again and again", func(b *backoff) {
			for range 100 {
				b.ended("warning", time.Millisecond)
			}
		}, time.Minute},
		{"one failure", func(b *backoff) { b.failed(0) }, time.Second},
		{"three failures", func(b *backoff) { b.failed(0); b.failed(0); b.failed(0) }, 4 * time.Second},
		{"many failures", func(b *backoff) {
			for range 100 {
				b.failed(0)
			}
		}, time.Minute},
		{"Slack asks for more", func(b *backoff) { b.failed(90 * time.Second) }, 90 * time.Second},
		{"switched off", func(b *backoff) { b.ended("link_disabled", time.Second) }, offPause},
		{"switched off for long", func(b *backoff) {
			for range 100 {
				b.ended("link_disabled", time.Second)
			}
		}, 15 * offPause},
		{"switched off again after a good hour", func(b *backoff) {
			for range 5 {
				b.ended("link_disabled", time.Second)
			}
			b.ended("link_disabled", time.Hour)
		}, offPause},
		{"crowded twice", func(b *backoff) {
			b.ended("too_many_websockets", 0)
			b.ended("too_many_websockets", 0)
		}, 2 * crowdedPause},
		{"well again", func(b *backoff) {
			b.failed(0)
			b.ended("refresh_requested", time.Hour)
		}, 0},
	}
	for _, c := range cases {
		var b backoff
		c.do(&b)
		if b.wait != c.want {
			t.Errorf("%s: waits %v, want %v", c.name, b.wait, c.want)
		}
		if got := b.next(); got < c.want || got > c.want+c.want/10+1 {
			t.Errorf("%s: with jitter %v, want %v to a tenth more", c.name, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	err := errors.Join(errors.New("open"), &slack.RateLimitedError{RetryAfter: 17 * time.Second})
	if got := retryAfter(err); got != 17*time.Second {
		t.Errorf("got %v, want what Slack asks for", got)
	}
	if got := retryAfter(errors.New("reset")); got != 0 {
		t.Errorf("got %v for an error without a pause", got)
	}
}

func TestLine_mayDial(t *testing.T) {
	t.Parallel()
	cases := []struct {
		plain   bool
		address string
		want    bool
	}{
		{false, "wss://wss.slack.com/link/?ticket=1", true},
		{false, "ws://wss.slack.com/link/?ticket=1", false},
		{false, "https://wss.slack.com/link/", false},
		{false, "wss:///link", false},
		{false, "", false},
		{false, "%zz", false},
		{true, "ws://127.0.0.1:4711/link", true},
		{true, "http://127.0.0.1:4711/link", false},
	}
	for _, c := range cases {
		if got := (&line{plain: c.plain}).mayDial(c.address); got != c.want {
			t.Errorf("plain %v: %q may be dialled: %v, want %v", c.plain, c.address, got, c.want)
		}
	}
}
