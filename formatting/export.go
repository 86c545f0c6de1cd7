package formatting

import "time"

// ExportView is a CSV file that was asked for.
type ExportView struct {
	Customer  string    // name, from outside, where one customer was asked for; "" is all that may be seen
	Command   string    // the command as Slack sent it
	Customers int       // in the file, or to be written into it
	Lines     int64     // in the file, without its heading
	Unread    int       // customers that are not in it, because there is no reading of them
	Empty     int       // customers of whom AvePoint has scanned nothing; they may be among Unread
	Oldest    time.Time // the oldest reading in it; zero is unknown
	Now       time.Time
	URL       string // of the file in Slack; "" leaves the button out
}

// of is whom the file is about.
func (v ExportView) of() line {
	if v.Customer != "" {
		return line{called(v.Customer)}
	}
	return line{say(counted(int64(v.Customers), "customer", "customers"))}
}

// ExportStarted says that the file is being written.
func ExportStarted(v ExportView) Message {
	return notice(line{say("Writing a CSV file of ")}.with(v.of()...).with(say(". It comes to your direct messages with the bot.")))
}

// ExportReady says that the file is in the asker's direct messages.
func ExportReady(v ExportView) Message {
	l := line{strong("The CSV file is in your direct messages with the bot."), say(" It holds ")}.with(v.of()...)
	l = l.with(say(" in " + counted(v.Lines, "line", "lines") + ", each of the last reading"))
	if !v.Oldest.IsZero() {
		l = l.with(say("; the oldest is of "), on(v.Oldest), say(" ("+ago(v.Oldest, v.Now)+")"))
	}
	l = l.with(say("."))
	if v.Unread > 0 {
		why := "of " + either(int64(v.Unread), "it", "them") + " there is no reading yet."
		if v.Empty > 0 {
			why = "nothing scanned, or no reading yet."
		}
		l = l.with(say(" " + counted(int64(v.Unread), "customer is", "customers are") + " not in it: " + why))
	}
	return notice(l, link(ActionPortal, v.URL, "Open the file"))
}

// ExportNothing says that there is nothing to write.
func ExportNothing(v ExportView) Message {
	what := line{say("There is nothing to export: no customer that you may see here was read so far.")}
	switch {
	case v.Customer != "" && v.Empty > 0:
		return notice(line{say("There is nothing to export: AvePoint has scanned nothing for "), called(v.Customer), say(" yet.")})
	case v.Empty > 0:
		what = line{say("There is nothing to export: of the customers that you may see here nothing is scanned, or there is no reading yet.")}
	case v.Customer != "":
		what = line{say("There is nothing to export: of "), called(v.Customer), say(" there is no reading yet.")}
	}
	return notice(what.with(say(" "), typed(v.Command+" status"), say(" tells how far the reading is.")))
}

// ExportRefused says that Slack does not take the file: scopeName is the scope
// that the app lacks, "" where it is something else, and ref is in the log.
func ExportRefused(scopeName, ref string) Message {
	if scopeName != "" {
		return notice(line{
			say("Slack does not take files from the bot, so nothing was exported. An admin of the workspace can add the scope "),
			scope(scopeName), say(" to the app and install it again."),
		})
	}
	return notice(join(
		line{say("Slack did not take the file, so nothing was exported.")},
		line{say("Please try again in a few minutes.")}, Trouble{Ref: ref}.ref()))
}

// AuditStarted says that the file of all acts is being written.
func AuditStarted() Message {
	return notice(line{say("Writing a CSV file of who did what and when. It comes to your direct messages with the bot.")})
}

// AuditReady says that the file of all acts is in the asker's direct messages.
func AuditReady(lines int64, url string) Message {
	l := line{strong("The CSV file is in your direct messages with the bot."), say(" It holds " + counted(lines, "act", "acts") + ", the oldest first.")}
	return notice(l, link(ActionPortal, url, "Open the file"))
}
