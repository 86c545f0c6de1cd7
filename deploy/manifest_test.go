package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func TestManifest_is_valid_to_the_schema(t *testing.T) {
	t.Parallel()
	if err := schema(t).Validate(manifest(t)); err != nil {
		t.Error(err)
	}
}

// The schema has to be able to say no, or the test above proves nothing.
func TestManifest_schema_refuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(m map[string]any){
		"command without slash": func(m map[string]any) {
			at(m, "features")["slash_commands"] = []any{map[string]any{"command": "backup-overview", "description": "x"}}
		},
		"unknown key":      func(m map[string]any) { at(m, "settings")["socket_mode"] = true },
		"name too long":    func(m map[string]any) { at(m, "display_information")["name"] = strings.Repeat("x", 36) },
		"scopes no list":   func(m map[string]any) { at(m, "oauth_config", "scopes")["bot"] = "commands" },
		"nothing to show":  func(m map[string]any) { delete(m, "display_information") },
		"events no string": func(m map[string]any) { at(m, "settings", "event_subscriptions")["bot_events"] = []any{1} },
	} {
		m := manifest(t)
		spoil(m)
		if schema(t).Validate(m) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Each scope has a feature that needs it; whoever asks for another one says
// here what for.
func TestManifest_asks_for_no_more_than_it_needs(t *testing.T) {
	t.Parallel()
	scopes := at(manifest(t), "oauth_config", "scopes")
	want := map[string]any{
		"bot":          []any{"commands", "chat:write", "users:read", "channels:read", "groups:read", "files:write", "im:write"},
		"bot_optional": []any{"usergroups:read", "channels:history", "groups:history"},
	}
	if diff := cmp.Diff(want, scopes); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

// The schema knows neither the names of events nor their scopes. Slack drops
// an event silently when the scope is missing.
func TestManifest_events_are_known_and_have_their_scope(t *testing.T) {
	t.Parallel()
	needs := map[string][]string{ // any one of the scopes
		"channel_shared": {"channels:read", "groups:read"}, "channel_unshared": {"channels:read", "groups:read"},
		"channel_archive": {"channels:read"}, "channel_unarchive": {"channels:read"}, "channel_rename": {"channels:read"},
		"channel_id_changed": {"channels:read", "groups:read"},
		"group_archive":      {"groups:read"}, "group_unarchive": {"groups:read"}, "group_rename": {"groups:read"},
		"member_joined_channel": {"channels:read", "groups:read"},
		"app_uninstalled":       nil, "tokens_revoked": nil,
	}
	m := manifest(t)
	granted := at(m, "oauth_config", "scopes")["bot"].([]any)
	events := at(m, "settings", "event_subscriptions")["bot_events"].([]any)
	for _, event := range events {
		scopes, known := needs[event.(string)]
		if !known {
			t.Errorf("%v is no event that this test knows", event)
		}
		if len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(granted, any(s)) }) {
			t.Errorf("%v needs one of %q", event, scopes)
		}
		delete(needs, event.(string))
	}
	for event := range needs {
		t.Errorf("%s is not subscribed to", event)
	}
}

func TestManifest_suits_Socket_Mode(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	settings := at(m, "settings")
	got := []any{
		settings["socket_mode_enabled"], settings["token_rotation_enabled"], settings["org_deploy_enabled"],
		at(settings, "interactivity")["is_enabled"],
	}
	if diff := cmp.Diff([]any{true, false, false, true}, got); diff != "" {
		t.Errorf("Socket Mode, rotation, org deploy, interactivity (-want +got):\n%s", diff)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("_url")) {
		t.Error("names a URL, which Socket Mode neither needs nor accepts")
	}
}

// manifest reads the manifest as JSON would hold it.
func manifest(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile("slack-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := yaml.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// at walks down the keys of nested objects.
func at(m map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		m = m[key].(map[string]any)
	}
	return m
}

// schema compiles Slack's manifest schema (slackapi/manifest-schema, 2.0.0).
// Two of its patterns look ahead, which Go's own regexp refuses.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("testdata/slack-manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		re, err := regexp2.Compile(pattern, regexp2.ECMAScript)
		return lookahead{re}, err
	})
	if err := c.AddResource("manifest.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lookahead makes a [jsonschema.Regexp] of a regexp2 pattern.
type lookahead struct{ *regexp2.Regexp }

// MatchString implements [jsonschema.Regexp].
func (l lookahead) MatchString(s string) bool {
	ok, err := l.Regexp.MatchString(s)
	return ok && err == nil
}
