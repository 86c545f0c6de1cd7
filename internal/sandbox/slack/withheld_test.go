package slack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const (
	plainBlock = `{"type":"header","text":{"type":"plain_text","text":"Fleet"}}`
	gridBlock  = `{"type":"data_table","caption":"Worst","rows":[[{"type":"raw_text","text":"A"}],[{"type":"raw_text","text":"B"}]]}`
	chartBlock = `{"type":"data_visualization","title":"t","chart":{"type":"line","axis_config":{"categories":["a"]},"series":[{"name":"s","data":[{"label":"a","value":1}]}]}}`
	boxedChart = `{"type":"layout","label":"l","rows":[{"items":[{"block":` + chartBlock + `}]}]}`
)

// A workspace without the newer blocks refuses what holds one wherever it is
// sent, points at it, and takes the same message without it.
func TestWithhold(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{HomeTab: true})
	s.ws.Withhold("data_table", "data_visualization")
	post := func(blocks string) reply {
		return s.form("chat.postMessage", "channel", ops, "text", "t", "blocks", "["+blocks+"]")
	}
	for blocks, pointer := range map[string]string{
		plainBlock + "," + gridBlock:  "unsupported type: data_table [json-pointer:/blocks/1/type]",
		chartBlock + "," + plainBlock: "unsupported type: data_visualization [json-pointer:/blocks/0/type]",
		boxedChart:                    "unsupported type: data_visualization [json-pointer:/blocks/0/rows/0/items/0/block/type]",
	} {
		if r := post(blocks); r.code() != "invalid_blocks" || !strings.Contains(r.raw, pointer) {
			t.Errorf("%s: %s", blocks, r.raw)
		}
	}
	if r := post(plainBlock); r.code() != "" {
		t.Errorf("without the block: %s", r.raw)
	}
	l := s.dial()
	l.ackAll(nil)
	url := s.typed(ops)
	body := func(blocks string) string { return `{"text":"t","blocks":[` + blocks + `]}` }
	if r := s.post(url, "", body(gridBlock)); r.status != http.StatusBadRequest || r.code() != "invalid_blocks" {
		t.Errorf("response_url: %d %s", r.status, r.raw)
	}
	if r := s.post(url, "", body(plainBlock)); r.status != http.StatusOK {
		t.Errorf("response_url without the block: %d %s", r.status, r.raw)
	}
	home := `{"type":"home","blocks":[` + gridBlock + `]}`
	if r := s.form("views.publish", "user_id", ana, "view", home); r.code() != "invalid_blocks" {
		t.Errorf("view: %s", r.raw)
	}
	if n := len(s.ws.Refusals()); n != 0 {
		t.Errorf("%d refusals stand in the book of a planned fault: %+v", n, s.ws.Refusals())
	}
	s.ws.Withhold()
	for _, blocks := range []string{gridBlock, chartBlock, boxedChart} {
		if r := post(blocks); r.code() != "" {
			t.Errorf("no longer withheld: %s", r.raw)
		}
	}
	if r := s.form("views.publish", "user_id", ana, "view", home); r.code() != "" {
		t.Errorf("view, no longer withheld: %s", r.raw)
	}
}
