package bot

import "github.com/backup-overview/backup-overview/formatting"

// AlertButtons are the values of the buttons below an alert of a channel. They say
// nothing of the incident to who cannot see it, hold in this channel alone, and are
// no permission: who may act is decided at the press.
func (b *Bot) AlertButtons(channel, incident string) formatting.AlertButtons {
	value := alertTicket(b.customers.sealer, channel, incident)
	return formatting.AlertButtons{Ack: value, Snooze: value, Accept: value, Undo: value, More: value}
}

// alertTicket is the value of the buttons below an alert: the incident, or the
// message of several, and a seal that it was made for this channel.
func alertTicket(s sealer, channel, incident string) string {
	return incident + "." + s.token("alert/"+channel+"/"+incident)
}

// readAlertTicket is the incident of a button that was pressed in a channel. False:
// the button was not made for this channel, or not by us.
func readAlertTicket(s sealer, channel, value string) (incident string, ok bool) {
	t := readTicket(value)
	return t.token, t.token != "" && t.note == s.token("alert/"+channel+"/"+t.token)
}
