package coverage

import "time"

// Rules are the thresholds of the conditions. Every number is a choice that
// RULES_FILE and `replay --set` can change under the name in its json tag;
// points are percentage points of what was scanned.
type Rules struct {
	Poll    time.Duration `json:"poll"`    // between two readings of a customer
	Recheck time.Duration `json:"recheck"` // how soon something suspected is read again

	DropPoints        int64         `json:"drop_points"`                 // C1, C2, C3: a drop of so many points …
	DropObjects       int64         `json:"drop_objects"`                // … and of so many objects
	LossObjects       int64         `json:"loss_objects"`                // or, whatever the points: so many objects …
	LossPermille      int64         `json:"loss_permille_of_scanned"`    // … that are so much of the scanned
	CritPoints        int64         `json:"crit_points"`                 // CRIT at so many points,
	CritObjects       int64         `json:"crit_objects"`                // or so many objects …
	CritPermille      int64         `json:"crit_permille_of_scanned"`    // … that are so much of the scanned,
	CritAtLeast       int64         `json:"crit_at_least_objects"`       // always with so many objects
	ConfirmReadings   int64         `json:"confirm_readings"`            // C1, C4, C6: so many readings in a row …
	Confirm           time.Duration `json:"confirm"`                     // … over so long
	Lag               time.Duration `json:"lag"`                         // C2: how long new objects may wait
	SmallGap          time.Duration `json:"small_gap"`                   // C3: how long a few may
	LostWindow        time.Duration `json:"lost_window"`                 // over which lost objects are counted
	GapRestarts       time.Duration `json:"gap_restarts_count"`          // more than this between two readings restarts the counts
	RiseReadings      int64         `json:"rise_readings"`               // so many worse readings escalate
	RecoverReadings   int64         `json:"recover_readings"`            // so many good ones …
	Recover           time.Duration `json:"recover"`                     // … over so long end an incident
	ReferenceWindow   time.Duration `json:"reference_window"`            // how long coverage must have held to count as normal
	ReferenceReadings int64         `json:"reference_readings"`          // in at least so many readings
	ReferenceHistory  time.Duration `json:"reference_history"`           // how long that is remembered
	ScanPercent       int64         `json:"scan_percent"`                // C6: scanned at most so much of the reference …
	ScanObjects       int64         `json:"scan_objects"`                // … and so many objects fewer
	ScanCrit          int64         `json:"scan_crit_reference_objects"` // CRIT if nothing is scanned of so many
	ScanSmallZero     time.Duration `json:"scan_small_zero"`             // C6: how long nothing may be scanned where it was fewer than that
	ScanBackPercent   int64         `json:"scan_back_percent"`           // C6 ends at so much of the reference
	AbsentReadings    int64         `json:"absent_readings"`             // C7, C8: so many readings …
	ModuleMissing     time.Duration `json:"module_missing"`              // … over so long, C7
	EmptyAnswer       time.Duration `json:"empty_answer"`                // and C8
	DataStale         time.Duration `json:"data_stale"`                  // C9
	DataStaleCrit     time.Duration `json:"data_stale_crit"`             // C9 as CRIT
	FloorPercent      int64         `json:"floor_percent"`               // C5: coverage below this; 0: off
	FloorFor          time.Duration `json:"floor_for"`                   // for so long
	AccessReadings    int64         `json:"access_readings"`             // C11: so many refusals
	NeverProtected    time.Duration `json:"never_protected"`             // C15: nothing protected for so long
	APIFailures       int64         `json:"api_sign_in_failures"`        // C10: signing in failed so often in a row,
	APICustomers      int64         `json:"api_customers"`               // or so many customers fail …
	APIPercent        int64         `json:"api_percent"`                 // … that are so much of all, with one cause
	APIWarn           time.Duration `json:"api_warn"`                    // for so long
	APICrit           time.Duration `json:"api_crit"`                    // C10 as CRIT
	DeliveryLate      time.Duration `json:"delivery_late"`               // C14: a message is unsent for so long
	GroupWait         time.Duration `json:"group_wait"`                  // wait for more of the same before posting
	GroupWaitMost     time.Duration `json:"group_wait_most"`             // and never longer
	GroupInterval     time.Duration `json:"group_interval"`              // between two changes of a message of many
	GroupAbove        int64         `json:"group_above"`                 // more new incidents than this make one message
	FleetCustomers    int64         `json:"fleet_customers"`             // so many customers suspected at once …
	FleetPercent      int64         `json:"fleet_percent"`               // … that are so much of all are one event
	FloodPosts        int64         `json:"flood_posts"`                 // new messages an hour in one channel
	RemindThread      time.Duration `json:"remind_thread"`               // CRIT that nobody acknowledged: in the thread,
	RemindChannel     time.Duration `json:"remind_channel"`              // and in the channel, each time
	RemindAcked       time.Duration `json:"remind_acknowledged"`         // still open, though acknowledged
	Reopen            time.Duration `json:"reopen"`                      // within this the same message is used again
	FlapFirings       int64         `json:"flap_firings"`                // so many firings …
	Flap              time.Duration `json:"flap"`                        // … within this are flapping
}

// DefaultRules are those of a fleet that is read every hour.
func DefaultRules() Rules {
	const day = 24 * time.Hour
	return Rules{
		Poll: time.Hour, Recheck: 15 * time.Minute,
		DropPoints: 2, DropObjects: 5, LossObjects: 50, LossPermille: 5,
		CritPoints: 10, CritObjects: 500, CritPermille: 20, CritAtLeast: 5,
		ConfirmReadings: 3, Confirm: 30 * time.Minute, Lag: 26 * time.Hour, SmallGap: day,
		LostWindow: 26 * time.Hour, GapRestarts: 3 * time.Hour, RiseReadings: 2,
		RecoverReadings: 2, Recover: 15 * time.Minute,
		ReferenceWindow: day, ReferenceReadings: 3, ReferenceHistory: 30 * day,
		ScanPercent: 50, ScanObjects: 10, ScanCrit: 25, ScanSmallZero: day, ScanBackPercent: 75,
		AbsentReadings: 3, ModuleMissing: 6 * time.Hour, EmptyAnswer: 6 * time.Hour,
		DataStale: 6 * time.Hour, DataStaleCrit: day,
		FloorFor: day, AccessReadings: 3, NeverProtected: 2 * day,
		APIFailures: 3, APICustomers: 5, APIPercent: 20, APIWarn: 30 * time.Minute, APICrit: 6 * time.Hour,
		DeliveryLate: 15 * time.Minute,
		GroupWait:    30 * time.Second, GroupWaitMost: 10 * time.Minute, GroupInterval: 15 * time.Minute, GroupAbove: 3,
		FleetCustomers: 10, FleetPercent: 10, FloodPosts: 6,
		RemindThread: 4 * time.Hour, RemindChannel: day, RemindAcked: 7 * day, Reopen: day,
		FlapFirings: 3, Flap: 3 * day,
	}
}
