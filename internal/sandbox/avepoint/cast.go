package avepoint

import "strconv"

// role is a customer that every fleet has: the named ones of the story, then
// one for each odd thing that real answers hold.
type role struct {
	name, owner, country string
	// play gives the company its tenants, rows and script.
	play func(f *fleet, c *company, d *dice)
}

// cast lists the roles in the order of the directory. The names are fictional
// ones of long standing, or invented; the domains belong to nobody.
func cast() []role {
	return []role{
		{"Contoso Retail GmbH", "it@contoso-retail.example", "Germany", contosoRetail},
		{"Contoso Logistics", "backup@contoso-logistics.example", "Netherlands", contosoLogistics},
		{"Contoso Pharma AG", "urs.keller@contoso-pharma.example", "Switzerland", contosoPharma},
		{"Contoso Energy", "ops@contoso-energy.example", "United Kingdom", contosoEnergy},
		{"Fabrikam", "admin@fabrikam.example", "United States", fabrikam},
		{"Northwind Traders", "helpdesk@northwind.example", "United States", northwind},
		{"Tailspin Toys", "it@tailspintoys.example", "Canada", tailspin},
		{"Status GmbH", "info@status-gmbh.example", "Germany", statusGmbH},
		{"Müller & Söhne <Werkzeugbau> GmbH & Co. KG", "juergen.mueller@mueller-soehne.example", "Germany", complete(64)},
		{longName, "verwaltung@zweckverband-nordheide.example", "Germany", complete(212)},
		{"Wide World Importers", "it@wideworldimporters.example", "United States", manyModules},
		{"Bellows College", "it@bellowscollege.example", "Ireland", nothing},
		{"Adventure Works Cycles", "it@adventure-works.example", "United States", surplusBesideGap},
		{"Litware", "admin@litware.example", "Australia", neverProtected},
		{"Woodgrove Bank", "security@woodgrovebank.example", "United Kingdom", refused(403)},
		{"Proseware", "office@proseware.example", "Austria", refused(404)},
		{"Humongous Insurance", "backup@humongousinsurance.example", "United States", slowly},
		{"A. Datum Corporation", "it@adatum.example", "Sweden", byChoice},
		{"Fourth Coffee", "hello@fourthcoffee.example", "Italy", oddCounts},
		{"VanArsdel, Ltd.", "it@vanarsdel.example", "South Africa", otherService},
		{"Lamna Healthcare", "it@lamnahealthcare.example", "United States", threeTenants},
		{"株式会社さくら商事", "kanri@sakura-shoji.example", "Japan", complete(38)},
		{"Coho Winery", "mail@cohowinery.example", "France", complete(4)},
		{"Tailwind Traders", "it@tailwindtraders.example", "United States", big},
	}
}

// longName is longer than a header of Slack's may be.
const longName = "Zweckverband für Wasserversorgung, Abwasserbeseitigung, Straßenreinigung und " +
	"öffentlichen Personennahverkehr der Samtgemeinden Nordheide, Südheide und Elbmarschen-Übergangsgebiet " +
	"einschließlich der Eigenbetriebe Bäder, Büchereien, Friedhöfe und Grünflächenunterhaltung, " +
	"Körperschaft des öffentlichen Rechts"

// play makes a company of the cast.
func (f *fleet) play(c *company, d *dice) {
	r := f.cast[c.number]
	c.Organization, c.OwnerEmail, c.Country = r.name, r.owner, r.country
	c.JobStatus, c.ManagementMode, c.named = 1, 1, true
	r.play(f, c, d)
}

// staff gives the company a tenant with so many people and places and the rows
// that the caller wrote down.
func (f *fleet) staff(c *company, people, places int64, lines ...line) {
	t := len(c.Tenants)
	c.addTenant(f.tenant(c.number, t, c.OwnerEmail[len(localPart(c.OwnerEmail))+1:]))
	c.people[t], c.places[t] = people, places
	for _, l := range lines {
		l.tenant = t
		if t > 0 {
			l.writer = "tenant" + strconv.Itoa(t+1) + "." + c.OwnerEmail
		}
		c.lines = append(c.lines, l)
	}
}

// localPart is what stands before the @.
func localPart(email string) string {
	for i, r := range email {
		if r == '@' {
			return email[:i]
		}
	}
	return email
}

// full is a complete row with a size that stays.
func full(module string, n int64, size string) line { return counted(module, n, n, size) }

// counted is a row with given counts.
func counted(module string, scanned, protected int64, size string) line {
	l := line{module: module, scanned: scanned, protected: protected, size: size}
	for _, k := range kinds() {
		if k.module == module {
			l.grows = k.grows
		}
	}
	return l
}

func contosoRetail(f *fleet, c *company, _ *dice) {
	group := counted(groups, 77, 70, "93.5 GB")
	group.own = true
	chat := counted(teamsChat, 300, 312, "4.1 GB")
	chat.keepsLeavers = true
	f.staff(c, 1200, 70,
		counted(exchange, 1250, 1247, "812.4 GB"), full(oneDrive, 1180, "2.31 TB"), group, chat)
	c.JobStatus, c.script = 5, retailScript()
}

func contosoLogistics(f *fleet, c *company, _ *dice) {
	f.staff(c, 610, 140,
		full(exchange, 640, "221.08 GB"), full(oneDrive, 612, "498.3 GB"),
		counted(sharePoint, 420, 388, "1.02 TB"), full(groups, 131, "61.7 GB"), full(teams, 118, "40.25 GB"))
	c.JobStatus, c.script = 4, logisticsScript()
}

func contosoPharma(f *fleet, c *company, _ *dice) {
	f.staff(c, 455, 90,
		full(exchange, 482, "190.4 GB"), full(oneDrive, 455, "377.9 GB"),
		counted(sharePoint, 203, 202, "640.11 GB"), full(teams, 88, "31.4 GB"), full(powerBI, 41, "3.2 GB"))
	f.staff(c, 61, 12,
		full(exchange, 66, "12.7 GB"), full(oneDrive, 61, "40.05 GB"), full(sharePoint, 25, "18.6 GB"), full(groups, 12, "2.9 GB"))
	c.script = pharmaScript()
}

func contosoEnergy(f *fleet, c *company, _ *dice) {
	f.staff(c, 322, 60,
		full(exchange, 348, "140.2 GB"), full(oneDrive, 322, "205.77 GB"), full(sharePoint, 91, "312.5 GB"),
		full(groups, 72, "33.1 GB"), full(teams, 64, "22.9 GB"), full(powerAuto, 19, "0.02 GB"))
	c.script = energyScript()
}

func fabrikam(f *fleet, c *company, _ *dice) {
	f.staff(c, 340, 55,
		full(exchange, 1200, "402.6 GB"), counted(oneDrive, 340, 338, "288.14 GB"),
		full(sharePoint, 96, "174.3 GB"), full(groups, 58, "20.8 GB"), full(publicFolder, 14, "9.66 GB"))
	c.JobStatus, c.script = 5, fabrikamScript()
}

func northwind(f *fleet, c *company, _ *dice) {
	f.staff(c, 171, 30,
		full(exchange, 184, "66.2 GB"), full(oneDrive, 171, "93.08 GB"), full(sharePoint, 47, "55.9 GB"),
		full(groups, 33, "14.2 GB"), full(teams, 29, "8.75 GB"), full(teamsChat, 171, "1.6 GB"))
	c.script = northwindScript()
}

func tailspin(f *fleet, c *company, _ *dice) {
	f.staff(c, 88, 18,
		full(exchange, 95, "31.9 GB"), full(oneDrive, 88, "44.6 GB"), full(sharePoint, 31, "27.15 GB"), full(groups, 18, "6.4 GB"))
	c.JobStatus, c.script = 2, tailspinScript()
}

func statusGmbH(f *fleet, c *company, _ *dice) {
	f.staff(c, 24, 6,
		full(exchange, 26, "9.2 GB"), full(oneDrive, 24, "17.45 GB"), full(sharePoint, 9, "12.1 GB"), full(groups, 6, "1.8 GB"))
	c.script = statusScript()
}
