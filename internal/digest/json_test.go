package digest_test

import (
	"encoding/json"
	"testing"
)

func blockJSON(t *testing.T, block any) string {
	t.Helper()
	data, err := json.Marshal(block)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
