package alert

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// quietUntil is the end of a channel's quiet hours. False: it is not quiet now.
func quietUntil(c store.ChannelAlerts, now time.Time) (time.Time, bool) {
	from, err1 := time.Parse("15:04", c.QuietFrom)
	to, err2 := time.Parse("15:04", c.QuietTo)
	zone, err3 := time.LoadLocation(c.Zone)
	if err1 != nil || err2 != nil || err3 != nil || from.Equal(to) {
		return time.Time{}, false
	}
	local := now.In(zone)
	for day := -1; day <= 0; day++ {
		begin := time.Date(local.Year(), local.Month(), local.Day()+day, from.Hour(), from.Minute(), 0, 0, zone)
		last := day
		if !to.After(from) { // over midnight
			last++
		}
		end := time.Date(local.Year(), local.Month(), local.Day()+last, to.Hour(), to.Minute(), 0, 0, zone)
		if !now.Before(begin) && now.Before(end) {
			return end, true
		}
	}
	return time.Time{}, false
}
