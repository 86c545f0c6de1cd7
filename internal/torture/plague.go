package main

import (
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// A share of the calls that goes wrong in one way.
type share struct {
	part  float64
	fault fakeslack.Fault
}

// plague is how calls that post go wrong: 4 % are refused for the rate, and of
// 8 % the answer is lost, most of them done, some of them only later, at the
// latest so long after the call came.
func plague(latest time.Duration) []share {
	late := func(part float64, of time.Duration) share {
		return share{part, fakeslack.Fault{Drop: true, Late: of}}
	}
	return []share{
		{0.04, fakeslack.Fault{Status: 429, RetryAfter: "1"}},
		{0.03, fakeslack.Fault{Drop: true, AfterAccept: true}},
		{0.01, fakeslack.Fault{TruncateAt: 20}},
		{0.01, fakeslack.Fault{Error: "internal_error", AfterAccept: true}},
		{0.01, fakeslack.Fault{Status: 503}}, // not done at all
		late(0.005, latest/10),
		late(0.005, latest/2),
		late(0.01, latest),
	}
}

// blindness is how calls that only read or prepare go wrong.
func blindness() []share {
	return []share{
		{0.04, fakeslack.Fault{Status: 429, RetryAfter: "1"}},
		{0.04, fakeslack.Fault{Status: 503}},
	}
}

// infect has the workspace's calls go wrong from now on.
func (s settings) infect(ws *fakeslack.Workspace) {
	ws.ClearFaults()
	for _, method := range []string{"chat.postMessage", "chat.update", "files.completeUploadExternal"} {
		afflict(ws, method, s.plague(s.latest))
	}
	for _, method := range []string{"conversations.history", "conversations.replies", "files.getUploadURLExternal"} {
		afflict(ws, method, blindness())
	}
}

// afflict adds the shares. A workspace asks one fault after the other, so that
// each is asked only for what those before it have left.
func afflict(ws *fakeslack.Workspace, method string, shares []share) {
	left := 1.0
	for _, s := range shares {
		s.fault.Probability = s.part / left
		left -= s.part
		ws.Fail(method, s.fault)
	}
}
