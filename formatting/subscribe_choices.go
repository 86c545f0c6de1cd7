package formatting

import "strconv"

// What a form offers at first.
const (
	daysUsual = "weekdays"
	timeUsual = "08:30"
)

// dayGroup is a part of the menu of days: values, and what they are called.
type dayGroup struct {
	label string
	days  [][2]string
}

// dayChoices are the days that the form offers. The values are words that one
// can type, too.
func dayChoices() []dayGroup {
	weekly := dayGroup{label: "Once a week"}
	for _, d := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		weekly.days = append(weekly.days, [2]string{"weekly " + lowerFirst(d[:3]), "Weekly, on " + d + "s"})
	}
	const everyMonth = 28 // the last day that each month has
	monthly := dayGroup{label: "Once a month", days: [][2]string{{"monthly 1", "Monthly, on the first day"}, {"monthly last", "Monthly, on the last day"}}}
	for n := 2; n <= everyMonth; n++ {
		monthly.days = append(monthly.days, [2]string{"monthly " + strconv.Itoa(n), "Monthly, on day " + strconv.Itoa(n)})
	}
	return []dayGroup{
		{"Often", [][2]string{{"daily", "Every day"}, {daysUsual, "Weekdays, Monday to Friday"}}},
		weekly, monthly,
	}
}

// LikelyZones are zones of the tz database that a menu can offer, one or more
// for each part of the world.
func LikelyZones() []string {
	return []string{
		"UTC", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Berlin", "Europe/Zurich", "Europe/Vienna", "Europe/Paris", "Europe/Brussels",
		"Europe/Amsterdam", "Europe/Madrid", "Europe/Rome", "Europe/Prague", "Europe/Warsaw", "Europe/Copenhagen", "Europe/Stockholm", "Europe/Oslo",
		"Europe/Helsinki", "Europe/Athens", "Europe/Bucharest", "Europe/Kyiv", "Europe/Istanbul", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos",
		"Africa/Nairobi", "Asia/Jerusalem", "Asia/Riyadh", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta",
		"Asia/Singapore", "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Manila", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth", "Australia/Adelaide",
		"Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Phoenix",
		"America/Denver", "America/Chicago", "America/Mexico_City", "America/New_York", "America/Toronto", "America/Bogota", "America/Lima",
		"America/Halifax", "America/Santiago", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/St_Johns",
	}
}

// SubscribeProblem is what [SubscribeForm] says of an input that cannot be
// taken, below it.
type SubscribeProblem int

// Problems of the form.
const (
	ProblemCustomer   SubscribeProblem = iota // the chosen customer is not of this channel any more
	ProblemSame                               // the channel has this digest already
	ProblemDigests                            // the channel has as many digests as it may have
	ProblemNoPost                             // nothing can be posted to the channel any more
	ProblemMemory                             // the memory cannot be reached
	ProblemNoAnswer                           // something did not answer in time
	ProblemNoDigest                           // the digest to change was removed
	ProblemNotAllowed                         // who sent it may not, or not any more
)

// Says is the sentence below the input.
func (p SubscribeProblem) Says() string {
	return [...]string{
		ProblemCustomer:   "This channel does not show that customer any more. Choose another.",
		ProblemSame:       "This channel has that digest already.",
		ProblemDigests:    "This channel has as many digests as it can have. Close the form and remove one first.",
		ProblemNoPost:     "The bot cannot post in this channel. Close the form, add the bot with /invite, and type the command again.",
		ProblemMemory:     "The bot cannot reach its memory, so nothing was changed. Please press the button again in a minute.",
		ProblemNoAnswer:   "Slack or the bot's memory did not answer in time. Please press the button again.",
		ProblemNoDigest:   "This digest was removed since the form was opened. Close the form and type the command again.",
		ProblemNotAllowed: "This cannot be set up from here any more. Close the form and type the command again in the channel.",
	}[p]
}
