package slack

import (
	"net/url"
	"strings"
	"time"
)

// ticketLife is how long the URL of apps.connections.open can be dialled; Slack
// says only that it is temporary.
const ticketLife = 30 * time.Second

// connectionsOpen answers apps.connections.open with a URL for one handshake.
func connectionsOpen(w *Workspace, _ call) (answer, *callError) {
	for ticket, born := range w.tickets {
		if w.Now().Sub(born) > ticketLife {
			delete(w.tickets, ticket)
		}
	}
	ticket := hexID(16)
	w.tickets[ticket] = w.Now()
	return answer{"url": w.socketURL(ticket)}, nil
}

func (w *Workspace) socketURL(ticket string) string {
	query := url.Values{"ticket": {ticket}, "app_id": {w.options.AppID}}
	return "ws" + strings.TrimPrefix(w.base, "http") + "/link/?" + query.Encode()
}

// redeem uses a ticket up.
func (w *Workspace) redeem(ticket string) bool {
	born, ok := w.tickets[ticket]
	delete(w.tickets, ticket)
	return ok && w.Now().Sub(born) <= ticketLife
}
