package bot

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
)

func TestIsPublic(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		payload string
		want    bool
	}{
		"ephemeral":                  {`{"container":{"is_ephemeral":true}}`, false},
		"ephemeral with a message":   {`{"container":{"is_ephemeral":true},"message":{"ts":"1.2"}}`, false},
		"public":                     {`{"container":{"is_ephemeral":false},"message":{"ts":"1.2"}}`, true},
		"public without its message": {`{"container":{"is_ephemeral":false}}`, true},
		"not said, with a message":   {`{"container":{},"message":{"ts":"1.2"}}`, true},
		"not said, without":          {`{"container":{}}`, false},
		"nothing":                    {`{}`, false},
	}
	for name, c := range cases {
		var callback slack.InteractionCallback
		if err := json.Unmarshal([]byte(c.payload), &callback); err != nil {
			t.Fatal(err)
		}
		if got := isPublic(callback, json.RawMessage(c.payload)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
