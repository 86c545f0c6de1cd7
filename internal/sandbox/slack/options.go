package slack

import (
	"log/slog"
	"slices"
	"time"
)

// Options describe a workspace and the one app installed in it. Every field may
// be left zero.
type Options struct {
	TeamID, TeamName, Domain string // default T0HOME, "Home", "home"
	EnterpriseID             string // "" for a workspace outside any Enterprise organisation
	AppID                    string // default A0BACKUP
	BotUserID, BotID         string // default U0BOT, B0BOT; the bot's user exists from the start
	BotName                  string // default backup-overview

	BotToken, AppToken string   // default xoxb-…, xapp-… test tokens; see Workspace.BotToken
	Scopes             []string // the bot token's scopes; nil: all that the manifest asks for, the optional ones too
	AppScopes          []string // the app token's scopes; nil: connections:write

	AckDeadline  time.Duration   // default 3 s
	PingEvery    time.Duration   // default 5 s; negative: never
	WarningGrace time.Duration   // from a `disconnect` to the close, where Slack grants it; default 10 s
	EventRetries []time.Duration // pauses before the retries of an event; nil: at once, 1 min, 5 min
	MaxSockets   int             // default 10

	RateLimits  bool // enforce the method tiers, one message a second and channel, and PostsPerMinute
	HomeTab     bool // whether the app's Home tab is on
	KeepTraffic int  // frames kept for Traffic; 0: 2,000; negative: none

	PostsPerMinute int           // messages of the app in all channels together, under RateLimits; default 300
	HistoryLag     time.Duration // how long the history methods do not show a new message yet

	Seed int64 // for the choice of sockets and the faults' probabilities
	Log  *slog.Logger
}

func (o Options) withDefaults() Options {
	text := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	text(&o.TeamID, "T0HOME")
	text(&o.TeamName, "Home")
	text(&o.Domain, "home")
	text(&o.AppID, "A0BACKUP")
	text(&o.BotUserID, "U0BOT")
	text(&o.BotID, "B0BOT")
	text(&o.BotName, "backup-overview")
	// Shaped like Slack's, but split so that no scanner takes them for real ones.
	text(&o.BotToken, "xox"+"b-1111111111-2222222222-sandboxbottoken")
	text(&o.AppToken, "xap"+"p-1-A0BACKUP-3333333333-sandboxapptoken")
	if o.Scopes == nil {
		o.Scopes = manifestScopes()
	}
	if o.AppScopes == nil {
		o.AppScopes = []string{"connections:write"}
	}
	o.Scopes, o.AppScopes = slices.Clone(o.Scopes), slices.Clone(o.AppScopes)
	return o.withDefaultTimes()
}

func (o Options) withDefaultTimes() Options {
	span := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	span(&o.AckDeadline, 3*time.Second)
	span(&o.PingEvery, 5*time.Second)
	span(&o.WarningGrace, 10*time.Second)
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.MaxSockets == 0 {
		o.MaxSockets = 10
	}
	if o.PostsPerMinute == 0 {
		o.PostsPerMinute = perMinute(0)
	}
	if o.KeepTraffic == 0 {
		o.KeepTraffic = 2000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// manifestScopes are the bot scopes that the app's manifest asks for, with the
// optional ones.
func manifestScopes() []string {
	return []string{
		"commands", "chat:write", "users:read", "channels:read", "groups:read", "files:write", "im:write",
		"usergroups:read", "channels:history", "groups:history",
	}
}
