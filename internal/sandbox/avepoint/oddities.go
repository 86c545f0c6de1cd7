package avepoint

// complete plays a customer of whom nothing is to be said.
func complete(people int64) func(*fleet, *company, *dice) {
	return func(f *fleet, c *company, d *dice) {
		f.staff(c, people, max(1, people/4))
		c.equip(d, 0, people, false)
		for i := range c.lines {
			c.lines[i].keepsLeavers, c.lines[i].protected = false, c.lines[i].scanned
		}
	}
}

// big plays a complete customer of 42,000 people.
func big(f *fleet, c *company, d *dice) {
	complete(42_000)(f, c, d)
	c.script = bigScript()
}

// manyModules plays a customer in eleven regions: 137 rows, more than a page.
func manyModules(f *fleet, c *company, d *dice) {
	f.staff(c, 5200, 900)
	for _, k := range kinds()[:5] {
		c.lines = append(c.lines, k.line(d, 0, 900))
	}
	for _, geo := range list("APC|AUS|CAN|DEU|EUR|FRA|GBR|IND|JPN|NAM|ZAF") {
		for _, k := range kinds() {
			l := k.line(d, 0, 400)
			l.module += " (" + geo + ")"
			c.lines = append(c.lines, l)
		}
	}
	for i := range c.lines {
		l := &c.lines[i]
		l.keepsLeavers, l.protected = false, l.scanned
		if i%19 == 3 {
			l.protected -= gapOf(d, l.scanned)
		}
	}
}

// nothing plays a customer without Cloud Backup for Microsoft 365.
func nothing(f *fleet, c *company, _ *dice) {
	f.staff(c, 0, 0)
	c.JobStatus, c.ManagementMode = 0, 2
}

// surplusBesideGap plays two tenants with the same modules, where more than
// all in one hides nothing of the other: the gap is 12.
func surplusBesideGap(f *fleet, c *company, _ *dice) {
	chat := counted(teamsChat, 300, 312, "3.7 GB")
	chat.keepsLeavers = true
	f.staff(c, 300, 40,
		full(exchange, 318, "120.6 GB"), full(oneDrive, 300, "244.09 GB"), full(sharePoint, 77, "98.2 GB"), chat)
	f.staff(c, 96, 14,
		full(exchange, 104, "38.4 GB"), full(oneDrive, 96, "71.9 GB"), full(sharePoint, 22, "30.3 GB"),
		counted(teamsChat, 100, 88, "0.9 GB"))
	c.JobStatus = 5
}

// neverProtected plays a customer that was scanned and never backed up.
func neverProtected(f *fleet, c *company, _ *dice) {
	f.staff(c, 31, 8,
		counted(exchange, 34, 0, "0 GB"), counted(oneDrive, 31, 0, "0 GB"),
		counted(sharePoint, 12, 0, "0 GB"), counted(groups, 8, 0, "0 GB"))
	c.JobStatus, c.ManagementMode = 3, 2
}

// refused plays a customer whose overview is answered with a status.
func refused(status int) func(*fleet, *company, *dice) {
	return func(f *fleet, c *company, d *dice) {
		complete(150)(f, c, d)
		c.Status = status
	}
}

// slowly plays a customer whose answers take several times as long.
func slowly(f *fleet, c *company, d *dice) {
	complete(3100)(f, c, d)
	c.slow = true
}

// byChoice plays a customer that backs up only a part, on purpose.
func byChoice(f *fleet, c *company, _ *dice) {
	f.staff(c, 600, 110,
		counted(exchange, 1000, 600, "240.5 GB"), counted(oneDrive, 930, 600, "511.2 GB"),
		full(sharePoint, 160, "205.8 GB"), full(groups, 110, "44.4 GB"))
}

// oddCounts plays the odd rows of a real export: nothing scanned but a size,
// scanned and never protected, partly protected, more protected than scanned.
func oddCounts(f *fleet, c *company, _ *dice) {
	f.staff(c, 40, 10,
		counted(exchange, 159, 142, "143.22 GB"), full(oneDrive, 45, "0.08 GB"),
		counted(sharePoint, 0, 0, "0.96 GB"), counted(groups, 3, 0, "0 GB"), counted(teamsChat, 45, 52, "0.31 GB"))
	last := &c.lines[len(c.lines)-1]
	last.keepsLeavers = true
	c.JobStatus, c.script = 4, leakScript()
}

// otherService plays a customer with rows of another service in its overview,
// which belong to no total.
func otherService(f *fleet, c *company, _ *dice) {
	crm := full("Dynamics 365 Sales", 45, "6.2 GB")
	crm.protected, crm.service = 9, "Cloud Backup for Dynamics 365"
	f.staff(c, 73, 15,
		full(exchange, 79, "28.3 GB"), full(oneDrive, 73, "60.12 GB"), full(sharePoint, 27, "31.5 GB"),
		full(groups, 15, "4.75 GB"), crm)
}

// threeTenants plays a complete customer with three tenants of one name list.
func threeTenants(f *fleet, c *company, d *dice) {
	for t, people := range []int64{820, 210, 45} {
		f.staff(c, people, people/4)
		c.equip(d, t, people, t == 1)
		c.writeAs(t, pick(d, []string{"north", "west", "lab"})+"."+c.OwnerEmail)
	}
	c.script = tenantsScript()
	for i := range c.lines {
		c.lines[i].keepsLeavers, c.lines[i].protected = false, c.lines[i].scanned
	}
}
