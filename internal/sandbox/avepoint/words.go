package avepoint

// country is where a company is at home, with the words its name is made of.
// Stems are surnames or invented; the trades are in the country's language.
type country struct {
	name, domain string
	stems        []string
	trades       []string
	cities       []string
	forms        []string
	first        []string
}

// Every country has the same number of words of each kind, so that a number
// can be turned into a name and no name comes twice.
const (
	stemCount, tradeCount, cityCount, formCount = 24, 14, 8, 3
	namesWithoutCity                            = stemCount * tradeCount * formCount
)

// countries lists the words by country. It is a function because the words are
// never changed.
func countries() []country {
	return []country{
		germany(), austria(), switzerland(), france(), spain(), italy(), netherlands(),
		poland(), czechia(), sweden(), denmark(), finland(), unitedKingdom(), unitedStates(),
	}
}

func germany() country {
	return country{
		name: "Germany", domain: "de",
		stems:  list("Müller|Schröder|Krüger|Weißenfels|Hölzl|Brandt|Lindner|Nordwall|Falkenried|Grünwald|Jäger|Köhler|Ostermann|Petersen|Quandel|Rübsam|Sandkuhl|Thormählen|Ulbrich|Voßkamp|Wöhrle|Zander|Ahrendt|Böttcher"),
		trades: list("Maschinenbau|Logistik|Bäckereien|Elektrotechnik|Medizintechnik|Immobilien|Druckerei|Steuerberatung|Möbelwerke|Umwelttechnik|Lebensmittel|Bauunternehmung|Werkzeuge|Versicherungsmakler"),
		cities: list("Bremen|Köln|Nürnberg|Lübeck|Saarbrücken|Erfurt|Göttingen|Münster"),
		forms:  list("GmbH|GmbH & Co. KG|AG"),
		first:  list("Anna|Jürgen|Sabine|Tobias|Käthe|Lars"),
	}
}

func austria() country {
	return country{
		name: "Austria", domain: "at",
		stems:  list("Hofstätter|Grubinger|Achleitner|Pichler|Schönthaler|Waldburger|Kogler|Mühlböck|Enzenhofer|Traxler|Stöger|Lechthaler|Brandstetter|Unterweger|Pölzl|Riegler|Steinkellner|Hörmandinger|Zauner|Feichtinger|Glück|Leitgeb|Obermoser|Dürnberger"),
		trades: list("Holzbau|Seilbahntechnik|Weinhandel|Hotelbetriebe|Metallwerke|Spedition|Apotheken|Kunststofftechnik|Glaserei|Textilien|Anlagenbau|Reisebüros|Papierfabrik|Energietechnik"),
		cities: list("Graz|Linz|Klagenfurt|St. Pölten|Dornbirn|Villach|Wels|Steyr"),
		forms:  list("GmbH|KG|AG"),
		first:  list("Johanna|Florian|Veronika|Stefan|Bärbel|Lukas"),
	}
}

func switzerland() country {
	return country{
		name: "Switzerland", domain: "ch",
		stems:  list("Zürcher|Bärtschi|Aeschbacher|Rüegg|Käser|Hürlimann|Oberholzer|Vögeli|Wüthrich|Gäumann|Tschannen|Schällibaum|Niederer|Brügger|Zgraggen|Frauenfelder|Luginbühl|Sägesser|Ruckstuhl|Jenatsch|Caviezel|Clavadetscher|Pfäffli|Hösli"),
		trades: list("Uhrentechnik|Treuhand|Präzisionstechnik|Pharmalogistik|Käserei|Ingenieure|Architekten|Bahntechnik|Feinmechanik|Privatkliniken|Schokoladen|Verlag|Sensorik|Gebäudetechnik"),
		cities: list("Winterthur|Zug|Genève|Fribourg|Chur|Neuchâtel|Bellinzona|Thun"),
		forms:  list("AG|GmbH|SA"),
		first:  list("Ursina|Reto|Chantal|Beat|Régine|Andrin"),
	}
}

func france() country {
	return country{
		name: "France", domain: "fr",
		stems:  list("Lefèvre|Desrosiers|Montclair|Garçon|Beauséjour|Île-aux-Vents|Château-Renard|Delacroix|Fontanières|Périgaud|Rosière|Vauquelin|Bélanger|Crémieux|Duchêne|Évrard|Guérin|Hôtelier|Jaubert|Kerouédan|Lamothe|Moreau-Prévôt|Noël|Soulié"),
		trades: list("Énergie|Transports|Pâtisserie|Ingénierie|Santé|Hôtellerie|Assurances|Métallerie|Viticulture|Édition|Électricité|Forêts|Conserverie|Sécurité"),
		cities: list("Besançon|Orléans|Nîmes|Angoulême|Béziers|Lille|Rennes|Grenoble"),
		forms:  list("SAS|SARL|SA"),
		first:  list("Élodie|François|Hélène|Mathieu|Zoé|Loïc"),
	}
}

func spain() country {
	return country{
		name: "Spain", domain: "es",
		stems:  list("Muñoz|Ibáñez|Peñalver|Castaño|Güell|Ordóñez|Quiñones|Valdés|Zúñiga|Aragonés|Bermúdez|Cáceres|Echegaray|Fariñas|Galdós|Hinojosa|Jiménez|Lozoya|Miravalles|Núñez|Otxoa|Rincón|Sepúlveda|Urrutia"),
		trades: list("Construcciones|Aceites|Transportes|Cerámicas|Seguros|Conservas|Ingeniería|Hostelería|Bodegas|Energías|Farmacia|Editorial|Logística|Moldes"),
		cities: list("Cádiz|León|Málaga|A Coruña|Logroño|Girona|Almería|Ávila"),
		forms:  list("S.L.|S.A.|S.L.U."),
		first:  list("Begoña|Íñigo|Lucía|Andrés|Pilar|Jesús"),
	}
}

func italy() country {
	return country{
		name: "Italy", domain: "it",
		stems:  list("Bianchetti|Carraresi|D'Angelantonio|Fabbri|Gallarati|Lombardini|Marchesini|Nicolò|Orsolina|Pellegrinò|Quattrocchi|Rondinelli|Sant'Elia|Tagliaferri|Ughetti|Valmarana|Zanchetta|Baldacci|Cà Rossa|De Santis-Lévi|Ermolli|Frescobene|Giordanò|Idà"),
		trades: list("Ceramiche|Calzature|Meccanica|Alimentari|Trasporti|Costruzioni|Tessuti|Caffè|Elettronica|Arredamenti|Assicurazioni|Vini|Stampi|Qualità"),
		cities: list("Forlì|Modena|Bergamo|Treviso|Cantù|Parma|Lecce|Cefalù"),
		forms:  list("S.r.l.|S.p.A.|S.n.c."),
		first:  list("Chiara|Niccolò|Giulia|Matteo|Lucrezia|Salvatore"),
	}
}

func netherlands() country {
	return country{
		name: "Netherlands", domain: "nl",
		stems:  list("Van den Berghe|De Koning|Hoekstra|Vermeulen|IJsselstein|Daniëls|Zuidema|Ter Haar|Van 't Hof|Kuipers|Brouwersma|Coëlho|Dijkgraaf|Eeuwes|Faassen|Groothuis|Heijmans|Jurriëns|Kloosterboer|Lansink|Mëulman|Noordhoek|Oosterbaan|Praamstra"),
		trades: list("Bloemen|Scheepsbouw|Accountants|Waterbouw|Installatietechniek|Zuivel|Vastgoed|Uitzendbureau|Drukkerij|Koeltechniek|Advocaten|Zorggroep|Fietsen|Groothandel"),
		cities: list("Utrecht|Groningen|Breda|Zwolle|Delft|'s-Hertogenbosch|Leeuwarden|Venlo"),
		forms:  list("B.V.|N.V.|V.O.F."),
		first:  list("Sanne|Joost|Anneke|Thijs|Zoë|Ruben"),
	}
}

func poland() country {
	return country{
		name: "Poland", domain: "pl",
		stems:  list("Dąbrowski|Wiśniewska|Łukaszewicz|Żeromin|Kołodziej|Śliwiński|Źródło|Gołębiewska|Jabłoński|Krawczyk|Mączka|Nowosielski|Ostrowiec|Piątek|Rząsa|Świerk|Trzciński|Urbańska|Wójtowicz|Zięba|Brzoza|Ćwiklińska|Długosz|Grześkowiak"),
		trades: list("Budownictwo|Transport|Meble|Żywność|Hutnictwo|Odzież|Szkło|Usługi|Księgowość|Elektronika|Drukarnia|Zdrowie|Opakowania|Maszyny"),
		cities: list("Łódź|Kraków|Gdańsk|Poznań|Wrocław|Toruń|Białystok|Częstochowa"),
		forms:  list("Sp. z o.o.|S.A.|Sp. k."),
		first:  list("Małgorzata|Paweł|Agnieszka|Łukasz|Żaneta|Michał"),
	}
}

func czechia() country {
	return country{
		name: "Czechia", domain: "cz",
		stems:  list("Dvořáček|Černohorský|Říha|Šimůnek|Žižkovec|Novotník|Kůrka|Bláhová|Čapkovec|Ďurica|Hájek|Jelínková|Křížek|Loučný|Mráz|Němcová|Ošťádal|Pokorný|Růžička|Svěrák|Tůma|Účetník|Vávra|Zámečník"),
		trades: list("Strojírny|Pivovar|Sklárny|Stavby|Doprava|Potraviny|Papírny|Lékárny|Nábytek|Účetnictví|Energetika|Obuv|Pojištění|Keramika"),
		cities: list("Plzeň|Olomouc|Hradec Králové|Ústí|České Budějovice|Zlín|Jihlava|Kroměříž"),
		forms:  list("s.r.o.|a.s.|v.o.s."),
		first:  list("Kateřina|Jiří|Zdeňka|Ondřej|Lenka|Tomáš"),
	}
}

func sweden() country {
	return country{
		name: "Sweden", domain: "se",
		stems:  list("Lindqvist|Åkerström|Sjöberg|Öhman|Hägglund|Bergström|Malmgård|Nyström|Ängsberg|Ekelöf|Forsmark|Granlöf|Höglund|Idström|Järvsö|Kullbäck|Ljungvall|Mårtens|Norrgård|Östlund|Pålsmyr|Rågmark|Säterberg|Tärnström"),
		trades: list("Skogsbruk|Båtvarv|Elteknik|Fastigheter|Möbler|Åkeri|Bryggeri|Redovisning|Gruvteknik|Förlag|Livsmedel|Vård|Snickeri|Värmeteknik"),
		cities: list("Malmö|Umeå|Linköping|Örebro|Luleå|Växjö|Gävle|Borås"),
		forms:  list("AB|HB|AB (publ)"),
		first:  list("Åsa|Björn|Märta|Göran|Linnéa|Sören"),
	}
}

func denmark() country {
	return country{
		name: "Denmark", domain: "dk",
		stems:  list("Sørensgård|Møllebæk|Kjærsted|Østerby|Rødding|Åbenholt|Bjerregård|Fæstergaard|Grønlykke|Højbjerg|Jægersborg|Krogsbøll|Lærkevang|Mærsbøl|Nørrelund|Præstegård|Skovbøl|Søholm|Thøgers|Vestergård|Æblegård|Dalsgaard|Egebæk|Ærøsund"),
		trades: list("Rederi|Vindmøller|Mejeri|Byggefirma|Fiskeri|Revision|Møbler|Gartneri|Bryghus|Transport|Køleteknik|Forlag|Lægehus|Smedje"),
		cities: list("Århus|Odense|Ålborg|Esbjerg|Helsingør|Køge|Næstved|Sønderborg"),
		forms:  list("A/S|ApS|I/S"),
		first:  list("Søren|Mette|Jørgen|Kirsten|Åse|Bjørn"),
	}
}

func finland() country {
	return country{
		name: "Finland", domain: "fi",
		stems:  list("Mäkinen|Järvenpää|Hämäläis|Koskela|Nieminen|Pöyhönen|Rantala|Sääksi|Tuulivuori|Väisänen|Yliniemi|Ahokas|Erämaa|Heinäluoma|Isojärvi|Jääskö|Kivelä|Lehtimäki|Metsälä|Niittymäki|Ojanperä|Pitkämäki|Räsälä|Suvanto"),
		trades: list("Sahat|Telakka|Leipomo|Rakennus|Kuljetus|Sähkö|Kalusteet|Metsä|Kirjapaino|Terveys|Tilitoimisto|Lämpö|Konepaja|Kahvila"),
		cities: list("Jyväskylä|Tampere|Oulu|Hämeenlinna|Porvoo|Seinäjoki|Kuopio|Mikkeli"),
		forms:  list("Oy|Ky|Oyj"),
		first:  list("Päivi|Jukka|Sirkka|Antti|Hanna|Väinö"),
	}
}

func unitedKingdom() country {
	return country{
		name: "United Kingdom", domain: "uk",
		stems:  list("Kestrel|Brightwater|Ashdown|Penhaligon|Thornbury|Marlowe & Finch|Oakhanger|Wexcombe|Harrowgate|Silverdale|O'Connell|Braithwaite|Cadogan|Dunmore|Elderfield|Fotheringay|Glenmoray|Hazelmere|Inverleigh|Kingsmead|Larkspur|Merriweather|Northcote|Pembury"),
		trades: list("Logistics|Dental|Solicitors|Engineering|Housing|Breweries|Accountancy|Schools|Insurance|Printing|Marine|Foods|Care Homes|Surveyors"),
		cities: list("Bristol|Leeds|Inverness|Norwich|Cardiff|Exeter|York|Derry"),
		forms:  list("Ltd|plc|LLP"),
		first:  list("Imogen|Alastair|Siân|Rhys|Niamh|Graham"),
	}
}

func unitedStates() country {
	return country{
		name: "United States", domain: "us",
		stems:  list("Cedar Hollow|Ironbridge|Pinecrest|Redwood Fork|Blue Heron|Stillwater|Copperfield|Granite Pass|Juniper & Rye|Lakemont|Maple Ridge|Old Harbor|Prairie View|Quail Run|Riverbend|Sagebrush|Timberline|Union Mills|Valley Forge Road|Whitetail|Coyote Creek|Silver Birch|Eagle Point|Fairhaven"),
		trades: list("Medical Group|Freight|Credit Union|Orchards|Aerospace|School District|Law Offices|Roofing|Software|Pharmacy|Construction|Hardware|Veterinary|Outfitters"),
		cities: list("Boise|Duluth|Tulsa|San José|Spokane|Savannah|Dayton|Cañon City"),
		forms:  list("Inc.|LLC|Corp."),
		first:  list("Madison|José|Ashley|Tyrone|Zoë|Walter"),
	}
}
