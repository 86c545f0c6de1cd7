package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// withChannels are channels of every kind that the configuration could name.
func withChannels(ws *fakeslack.Workspace, _ *fakeavepoint.Platform) {
	in := []string{ws.BotUserID()}
	for _, c := range []fakeslack.Channel{
		{ID: "C0IN", Name: "in", Members: in},
		{ID: "G0IN", Name: "closed-in", IsPrivate: true, Members: in},
		{ID: "C0OUT", Name: "out"},
		{ID: "G0OUT", Name: "closed-out", IsPrivate: true},
		{ID: "C0OLD", Name: "old", IsArchived: true, Members: in},
		{ID: "C0SHARED", Name: "shared", IsExtShared: true, ConnectedTeamIDs: []string{"T0FABRIKAM"}, Members: in},
		{ID: "C0SOON", Name: "soon-shared", IsPendingExtShared: true, Members: in},
	} {
		ws.AddChannel(c)
	}
}

func TestCheck_tries_the_channels_of_the_configuration(t *testing.T) {
	tests := []struct {
		variable, id string
		verdict      verdict
		detail, mend string // contained
	}{
		{"DIGEST_CHANNEL", "C0IN", passed, "the bot is in C0IN", ""},
		{"DIGEST_CHANNEL", "G0IN", passed, "the bot is in G0IN", ""},
		{"DIGEST_CHANNEL", "C0OUT", warned, "the bot is not in C0OUT", "/invite"},
		{"ALERT_CHANNEL", "G0OUT", warned, "Slack shows the bot no channel G0OUT", "/invite"},
		{"ALERT_CHANNEL", "C0NONE", warned, "Slack shows the bot no channel C0NONE", "check the id"},
		{"OPS_CHANNEL", "C0OLD", warned, "C0OLD is archived", "unarchive"},
		{"DIGEST_CHANNEL", "C0SHARED", warned, "C0SHARED is shared with another organisation, so nothing is posted", "bind"},
		{"ALERT_CHANNEL", "C0SOON", warned, "C0SOON is shared", "bind"},
		{"OPS_CHANNEL", "C0SHARED", warned, "would read the bot's own troubles", "your own workspace"},
	}
	for _, tt := range tests {
		t.Run(tt.variable+"="+tt.id, func(t *testing.T) {
			env := map[string]string{tt.variable: tt.id}
			if tt.variable == "DIGEST_CHANNEL" {
				env["DIGEST_SCHEDULE"] = "@daily"
			}
			code, r := checked(t, double{env: env, trouble: withChannels})
			if code != exitOK {
				t.Errorf("exit %d", code) // the bot answers all the same
			}
			found := about(r, tt.variable)
			if len(found) != 1 {
				t.Fatalf("told %+v", found)
			}
			if f := found[0]; f.Verdict != tt.verdict || !strings.Contains(f.Detail, tt.detail) || !strings.Contains(f.Mend, tt.mend) {
				t.Errorf("got %+v\nwant %s with %q and %q", f, tt.verdict, tt.detail, tt.mend)
			}
		})
	}
}

// Without the scopes for channels nothing is known of one, and that is said.
func TestCheck_names_the_scope_that_a_channel_needs(t *testing.T) {
	_, r := checked(t, double{
		slack:   fakeslack.Options{Scopes: []string{"commands", "chat:write", "users:read", "files:write", "im:write"}},
		env:     map[string]string{"OPS_CHANNEL": "C0IN"},
		trouble: withChannels,
	})
	found := about(r, "OPS_CHANNEL")
	if len(found) != 1 || !strings.Contains(found[0].Detail, "missing_scope") || !strings.Contains(found[0].Mend, "channels:read") {
		t.Errorf("told %+v", found)
	}
}

func TestCheck_tries_the_channels_of_the_file(t *testing.T) {
	many := ""
	for i := range filedTried + 5 {
		many += fmt.Sprintf("C0MANY%02d: all\n", i)
	}
	for _, tt := range []struct {
		name, file string
		want       []string // contained in the details, one each
	}{
		{"known", "C0IN: all\nG0IN: [a]\nC0OUT: all\n", []string{"channels bound: 3"}},
		{"unknown, shared, archived", "C0IN: all\nC0NONE: all\nC0OLD: all\nC0SHARED: [a]\n", []string{"no channel C0NONE", "C0OLD is archived", "C0SHARED is shared"}},
		{"many", many, []string{fmt.Sprintf("channels bound: %d, of which %d were tried", filedTried+5, filedTried)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, r := checked(t, double{
				env: map[string]string{"BINDINGS_FILE": file(t, tt.file, 0o600)},
				trouble: func(ws *fakeslack.Workspace, p *fakeavepoint.Platform) {
					withChannels(ws, p)
					for i := range filedTried {
						ws.AddChannel(fakeslack.Channel{ID: fmt.Sprintf("C0MANY%02d", i), Name: fmt.Sprintf("many-%d", i)})
					}
				},
			})
			found := about(r, "BINDINGS_FILE")
			if len(found) != len(tt.want) {
				t.Fatalf("told %+v, want %q", found, tt.want)
			}
			for i, want := range tt.want {
				if f := found[i]; !strings.Contains(f.Detail, want) || f.Verdict != passed && f.Mend == "" {
					t.Errorf("got %+v, want %q", f, want)
				}
			}
		})
	}
}

// about are the findings of one thing.
func about(r report, what string) []finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f finding) bool { return f.What != what })
}
