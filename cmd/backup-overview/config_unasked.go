package main

import (
	"errors"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/digest"
)

// DigestConfig holds the DIGEST_ variables: one digest of everything that
// nobody has to subscribe to.
type DigestConfig struct {
	Channel  string                 `desc:"id (C… or G…) of the channel that gets a digest of all customers; with DIGEST_SCHEDULE"`
	Schedule Value[digest.Schedule] `desc:"when: a line of crontab (30 8 * * 1-5), @every 1h, or words (weekdays 08:30)"`
	Timezone Value[*time.Location]  `desc:"where that time is meant, as Europe/Berlin; without it UTC"`
}

// OpsConfig holds OPS_CHANNEL.
type OpsConfig struct {
	Channel string `desc:"id of the channel where the bot's own troubles are told; without it ALERT_CHANNEL, without both the admins in direct messages"`
}

// DeliveryConfig holds DELIVERY_WAIT.
type DeliveryConfig struct {
	Wait Value[time.Duration] `default:"45s" desc:"how long after an unanswered post the bot looks for it before it sends again"`
}

// callLimit is how long one call to Slack may take: a post that was given up
// may still arrive until then.
const callLimit = 10 * time.Second

func (c *Config) validateUnasked(p *problems) {
	c.Digest.validate(p)
	channelID(p, "ALERT_CHANNEL", c.Alert.Channel)
	c.validateAlerts(p)
	channelID(p, "OPS_CHANNEL", c.Ops.Channel)
	inRange(p, "DELIVERY_WAIT", c.Delivery.Wait, 100*time.Millisecond, 10*time.Minute)
	if wait := c.Delivery.Wait; wait.err == nil && wait.V < callLimit {
		c.warnings = append(c.warnings, warning{Variable: "DELIVERY_WAIT", Text: "is shorter than the 10 s that a call to Slack may take, so that a message can come twice; 45s is safe"})
	}
}

// validate wants the channel and the schedule together.
func (d DigestConfig) validate(p *problems) {
	channelID(p, "DIGEST_CHANNEL", d.Channel)
	scheduled := parsed(p, "DIGEST_SCHEDULE", d.Schedule) && d.Schedule.V.Kind() != 0
	zoned := parsed(p, "DIGEST_TIMEZONE", d.Timezone) && d.Timezone.V != nil
	switch {
	case d.Channel != "" && !scheduled && d.Schedule.err == nil:
		p.addf("DIGEST_CHANNEL", "is set without DIGEST_SCHEDULE; set both, or none for no digest by configuration")
	case d.Channel == "" && scheduled:
		p.addf("DIGEST_SCHEDULE", "is set without DIGEST_CHANNEL; set both, or none for no digest by configuration")
	case d.Channel == "" && zoned && d.Schedule.err == nil:
		p.addf("DIGEST_TIMEZONE", "is set without DIGEST_CHANNEL and DIGEST_SCHEDULE; remove it, or set them")
	}
}

// zone is DIGEST_TIMEZONE or its default.
func (d DigestConfig) zone() *time.Location {
	if d.Timezone.V == nil {
		return time.UTC
	}
	return d.Timezone.V
}

// opsChannel is where the bot's own troubles go; empty: to the admins.
func (c *Config) opsChannel() string {
	if c.Ops.Channel != "" {
		return c.Ops.Channel
	}
	return c.Alert.Channel
}

// unasked are the channels of the configuration, which the bot posts in without
// being asked, by the names of their variables.
func (c *Config) unasked() []namedChannel {
	var all []namedChannel
	for _, n := range []namedChannel{
		{"DIGEST_CHANNEL", c.Digest.Channel}, {"ALERT_CHANNEL", c.Alert.Channel}, {"OPS_CHANNEL", c.Ops.Channel},
	} {
		if n.id != "" {
			all = append(all, n)
		}
	}
	return all
}

// unaskedIDs are the ids of these.
func (c *Config) unaskedIDs() []string {
	var ids []string
	for _, n := range c.unasked() {
		ids = append(ids, n.id)
	}
	return ids
}

// A namedChannel is a channel and the variable that names it.
type namedChannel struct{ variable, id string }

func channelID(p *problems, name, id string) {
	if id != "" && !isChannel(id) {
		p.addf(name, "is not the id of a channel, such as C0123456789; Slack shows it below the channel's details")
	}
}

// parseSchedule is [digest.ParseSchedule] with an error that repeats nothing of
// the text, which might be a secret under the wrong name.
func parseSchedule(text string) (digest.Schedule, error) {
	s, err := digest.ParseSchedule(text)
	switch {
	case err == nil:
		return s, nil
	case strings.HasPrefix(text, "@every"):
		return s, errors.New("is no @every with a duration of whole seconds from 1s to 8784h, such as @every 1h")
	case strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ="):
		return s, errors.New("holds a time zone; that goes into DIGEST_TIMEZONE")
	}
	return s, errors.New("is no schedule that is ever due; write a line of crontab such as 30 8 * * 1-5, or @every 1h, or weekdays 08:30")
}
