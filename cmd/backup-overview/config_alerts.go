package main

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// AlertConfig holds the ALERT_ variables.
type AlertConfig struct {
	Channel   string               `desc:"id of the channel that alerts without a bound channel are for"`
	Window    Value[time.Duration] `default:"24h" desc:"how long coverage must have held to count as normal; nothing alerts before"`
	Confirm   Value[time.Duration] `default:"30m" desc:"how long a drop must last, over at least three readings, before it is told"`
	Recheck   Value[time.Duration] `default:"15m" desc:"how soon a suspected drop, or a recovery, is read again"`
	GroupWait Value[time.Duration] `default:"30s" split_words:"true" desc:"wait for more of the same before posting"`
}

// RulesConfig holds RULES_FILE.
type RulesConfig struct {
	File string `desc:"path of a YAML file with thresholds of the alert rules, for all and for some customers, groups and modules; see docs/rules.md"`
}

// validateAlerts checks the variables of the alert rules, and makes the rules.
func (c *Config) validateAlerts(p *problems) {
	const day = 24 * time.Hour
	before := len(p.errs)
	inRange(p, "ALERT_WINDOW", c.Alert.Window, time.Second, 30*day)
	inRange(p, "ALERT_CONFIRM", c.Alert.Confirm, 0, 7*day)
	inRange(p, "ALERT_RECHECK", c.Alert.Recheck, time.Second, day)
	inRange(p, "ALERT_GROUP_WAIT", c.Alert.GroupWait, 0, time.Hour)
	if len(p.errs) > before || c.Sweep.Interval.err != nil || c.Sweep.Interval.V <= 0 {
		return // told already
	}
	c.rules = ruleBook{environment: c.environmentRules(), base: c.environmentRules()}
	if err := c.rules.base.Check(); err != nil {
		p.addf("ALERT_WINDOW", "and the other ALERT_ variables do not fit: %v", err)
		return
	}
	if c.Rules.File == "" {
		return
	}
	book, err := readRules(c.Rules.File, c.rules.base)
	if err != nil {
		p.addf("RULES_FILE", "%v", err)
		return
	}
	c.rules = book
}

// environmentRules are the rules with what the environment says of them.
func (c *Config) environmentRules() coverage.Rules {
	r := coverage.DefaultRules()
	r.Poll = c.Sweep.Interval.V
	r.ReferenceWindow = c.Alert.Window.V
	r.Confirm = c.Alert.Confirm.V
	r.Recheck, r.Recover = c.Alert.Recheck.V, c.Alert.Recheck.V
	r.GroupWait = c.Alert.GroupWait.V
	r.GroupWaitMost = max(r.GroupWaitMost, r.GroupWait)
	r.ReferenceHistory = max(r.ReferenceHistory, r.ReferenceWindow)
	// A sweep or two that fail neither restart a count nor make data stale.
	r.GapRestarts = max(r.GapRestarts, 3*r.Poll)
	r.DataStale = max(r.DataStale, 3*r.Poll)
	r.DataStaleCrit = max(r.DataStaleCrit, r.DataStale)
	return r
}
