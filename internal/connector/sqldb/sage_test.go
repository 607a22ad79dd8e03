package sqldb

import (
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// The tables of a Sage 100 company, as far as contacts need them, on the
// servers that can be had.
func TestSage100Tables(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) { testSage100(t, newServer(t, name)) })
	}
}

func testSage100(t *testing.T, s *server) {
	s.exec(t, `CREATE TABLE F_COMPTET (cbMarq $SERIAL, CT_Num varchar(17) NOT NULL UNIQUE, CT_Intitule varchar(69), CT_Type smallint,
		CT_Adresse varchar(35), CT_Complement varchar(35), CT_CodePostal varchar(9), CT_Ville varchar(35), CT_Pays varchar(35), CT_Telephone varchar(21), CT_EMail varchar(69),
		CT_Sommeil smallint DEFAULT 0, cbModification $STAMP)`)
	s.exec(t, `CREATE TABLE F_CONTACTT (cbMarq $SERIAL, CT_Num varchar(17) NOT NULL REFERENCES F_COMPTET (CT_Num), CT_No int UNIQUE,
		CT_Nom varchar(35), CT_Prenom varchar(35), CT_Fonction varchar(35), CT_Telephone varchar(21), CT_TelPortable varchar(21), CT_Telecopie varchar(21), CT_EMail varchar(69),
		CT_Civilite smallint DEFAULT 0, cbProt smallint DEFAULT 0, cbCreateur char(4), cbModification $STAMP)`)
	s.exec(t, "INSERT INTO F_COMPTET (CT_Num, CT_Intitule, CT_Type, cbModification) VALUES ('CARAT', 'Carat S.a.r.l   ', 0, $NOW)")
	s.exec(t, `INSERT INTO F_CONTACTT (CT_Num, CT_No, CT_Nom, CT_Prenom, CT_TelPortable, cbCreateur, cbModification)
		VALUES ('CARAT', 1, 'MARTIN', 'Élodie', '', 'COLS', $NOW)`)

	settings := connector.Settings{
		Name: "sage", Keys: map[string]string{"dialect": s.dialect, "dsn": s.dsn},
		Collections: Sage100Collections, Fields: map[contact.Kind][]string{},
	}
	for kind, entries := range Sage100Map {
		for _, e := range entries {
			settings.Fields[kind] = append(settings.Fields[kind], e.Field)
		}
	}
	y, err := OpenSage100(settings)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	c := openKnown(t, settings, 0, y.(*system).traits)
	if account := strings.ToUpper(c.Account()); !strings.Contains(account, "F_COMPTET") || !strings.Contains(account, "F_CONTACTT") {
		t.Errorf("account %s", account)
	}
	firm, err := c.Get(t.Context(), contact.Company, "1")
	if err != nil || firm.Fields["CT_Intitule"] != "Carat S.a.r.l" || firm.Fields["CT_Type"] != "0" || firm.Fields["CT_Num"] != "CARAT" {
		t.Fatalf("%+v, %v", firm, err)
	}
	shape, err := c.Describe(t.Context(), contact.Person)
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]int{}
	for _, f := range shape.Fields {
		limits[f.Name] = f.Max
	}
	if limits["CT_Nom"] != 35 || limits["CT_EMail"] != 69 || limits["CT_Telephone"] != 21 {
		t.Errorf("limits %v", limits)
	}
	all, _, end := pullAll(t, c, "")
	martin := all["1"]
	if martin.Fields["CT_Prenom"] != "Élodie" || martin.Fields["CT_Num"] != "CARAT" || martin.Modified.IsZero() {
		t.Fatalf("%+v", martin)
	}
	after := put(t, c, "1", martin.Version, "CT_Fonction", "Directrice")
	if !after.Modified.After(martin.Modified) {
		t.Errorf("cbModification went from %v to %v", martin.Modified, after.Modified)
	}
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: fields("CT_Num", "NOBODY", "CT_Nom", "X")})
	wantClass(t, "a contact of a firm that is not there", err, contact.Refused)
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: fields("CT_Nom", strings.Repeat("x", 36))})
	wantClass(t, "a name of 36 letters", err, contact.Refused)
	created := put(t, c, "", "", "CT_Num", "CARAT", "CT_Nom", "DURAND", "CT_Civilite", "1")
	if created.ID == "" || created.Fields["CT_Civilite"] != "1" {
		t.Errorf("created %+v", created)
	}
	if news, full, _ := pullAll(t, c, end); full || news[created.ID].Fields["CT_Nom"] != "DURAND" || news["1"].Fields["CT_Fonction"] != "Directrice" {
		t.Errorf("changes since: %+v, complete: %t", news, full)
	}
	// Sage knows no NULL in a text.
	put(t, c, "1", "", "CT_Fonction", "")
	var blank int
	if err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM F_CONTACTT WHERE CT_Fonction = '' AND CT_No = 1").Scan(&blank); err != nil || blank != 1 {
		t.Errorf("a cleared text is NULL, %v", err)
	}
	if err := c.Remove(t.Context(), contact.Person, created.ID, created.Version); err != nil {
		t.Error(err)
	}
	var untouched int // what no row maps is as the application left it
	if err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM F_CONTACTT WHERE cbCreateur = 'COLS' AND CT_No = 1").Scan(&untouched); err != nil || untouched != 1 {
		t.Errorf("%d rows untouched, %v", untouched, err)
	}
}
