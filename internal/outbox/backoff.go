package outbox

import "time"

const (
	backoffBase = time.Second
	backoffMost = time.Minute
	// refusedMost is the longest pause after an answer that is a plain no, and
	// will likely be one again.
	refusedMost = 15 * time.Minute
)

// backoff is how long to wait after so many failures in a row: a random part,
// given as 0 to 1, of a time that doubles from a second up to most. That all
// wait differently is what lets a service that was down come up again.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func backoff(failures int, most time.Duration, part float64) time.Duration {
	ceiling := most
	if doublings := max(failures, 1) - 1; doublings < 20 {
		ceiling = min(most, backoffBase<<doublings)
	}
	return time.Duration(part * float64(ceiling))
}

// obeying is a pause that Slack asked for: never shorter, and up to a tenth
// longer, so that not all come back at once.
func obeying(pause time.Duration, part float64) time.Duration {
	return pause + time.Duration(part*float64(pause)/10)
}

// halting is how long all lanes wait after so many refusals of the token in a
// row: 1 to 15 minutes.
func halting(failures int) time.Duration {
	return min(15*time.Minute, time.Minute<<min(max(failures, 1)-1, 4))
}
