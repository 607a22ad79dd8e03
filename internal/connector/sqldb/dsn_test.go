package sqldb

import (
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

func TestAddresses(t *testing.T) {
	for _, tc := range []struct{ dialect, dsn, want string }{
		{"postgres", "postgres://kith:s3cret@DB.acme.example/erp?sslmode=disable", "db.acme.example:5432/erp"},
		{"postgres", "host=10.0.0.1 port=6543 user=kith password=s3cret dbname=erp sslmode=disable", "10.0.0.1:6543/erp"},
		{"mysql", "mysql://kith:s3cret%2F%40@db.acme.example/erp", "db.acme.example:3306/erp"},
		{"mysql", "mariadb://kith:s3cret@db.acme.example:3307/erp?tls=skip-verify", "db.acme.example:3307/erp"},
		{"mysql", "kith:s3cret@tcp(10.0.0.1:3306)/erp", "10.0.0.1:3306/erp"},
		{"sqlserver", "sqlserver://kith:s3cret@db.acme.example:1433?database=SAGE", "db.acme.example:1433/SAGE"},
		{"sqlserver", "mssql://kith:s3cret@DB?database=SAGE", "db:1433/SAGE"},
		{"sqlserver", "server=db.acme.example\\SAGE100;user id=kith;password=s3cret;database=BIJOU", `db.acme.example\sage100/BIJOU`},
		{"sqlite", "sqlite:///srv/erp/data.db", "/srv/erp/data.db"},
		{"sqlite", "file:/srv/erp/data.db?mode=rwc", "/srv/erp/data.db"},
		{"sqlite", "/srv/erp/data.db", "/srv/erp/data.db"},
	} {
		y, err := open(connector.Settings{Name: "erp", Keys: map[string]string{"dialect": tc.dialect, "dsn": tc.dsn}}, traits{})
		if err != nil {
			t.Errorf("%s: %v", tc.dsn, err)
			continue
		}
		y.Close()
		if y.address != tc.want {
			t.Errorf("%s is at %q, want %q", tc.dsn, y.address, tc.want)
		}
	}
}

// A password that makes an address unreadable is not told to anybody.
func TestBadAddressesKeepTheirSecret(t *testing.T) {
	for dialect, dsns := range map[string][]string{
		"postgres":  {"postgres://kith:s3cret%@host/erp", "postgres://kith:s3cret@host:port/erp", "s3cret"},
		"mysql":     {"mysql://kith:s3cret%@host/erp", "kith:s3cret@tcp(host", "mysql://kith:s3cret@host/", "mysql://kith:s3cret@host/erp?tls=s3cret"},
		"sqlserver": {"sqlserver://kith:s3cret%@host", "server=x;port=s3cret"},
		"sqlite":    {"sqlite://", ":memory:"},
		"oracle":    {"s3cret"},
		"":          {"s3cret"},
	} {
		for _, dsn := range append(dsns, "") {
			_, err := Open(connector.Settings{Name: "erp", Keys: map[string]string{"dialect": dialect, "dsn": dsn}})
			wantClass(t, dialect+" "+dsn, err, contact.Setup)
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: the error tells the password: %v", dialect, err)
			}
		}
	}
}

func TestUnreachableServers(t *testing.T) {
	s := newServer(t, "sqlite")
	for _, tc := range []struct {
		dialect, dsn string
		class        contact.Class
	}{
		{"postgres", "postgres://kith:s3cret@127.0.0.1:1/erp?sslmode=disable", contact.Unreachable},
		{"mysql", "mysql://kith:s3cret@127.0.0.1:1/erp", contact.Unreachable},
		{"sqlserver", "sqlserver://kith:s3cret@127.0.0.1:1?database=erp", contact.Unreachable},
		{"postgres", "postgres://kith:s3cret@no-such-host.invalid/erp?sslmode=disable", contact.Unreachable},
		{"mysql", "mysql://kith:s3cret@no-such-host.invalid/erp", contact.Unreachable},
		{"sqlite", filepath.Join(t.TempDir(), "none.db"), contact.Setup},
	} {
		settings := s.settings(contact.Collection{Name: "person", ID: "id"})
		settings.Keys["dialect"], settings.Keys["dsn"] = tc.dialect, tc.dsn
		y, err := Open(settings)
		if err != nil {
			t.Fatal(err)
		}
		_, err = y.Open(t.Context(), "")
		y.Close()
		wantClass(t, tc.dsn, err, tc.class)
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestNoSuchDatabase(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, name)
			settings := s.settings(contact.Collection{Name: "person", ID: "id"})
			settings.Keys["dsn"] = strings.Replace(s.dsn, "/kith_", "/none_", 1)
			y, err := Open(settings)
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			_, err = y.Open(t.Context(), "")
			wantClass(t, "open", err, contact.Setup)
		})
	}
}

func TestKeysAreDescribed(t *testing.T) {
	for _, k := range Keys {
		if k.Doc == "" || k.Name == "dsn" && !k.Secret {
			t.Errorf("%+v", k)
		}
		for _, name := range k.Values {
			if dialectOf(name) == nil {
				t.Errorf("%s is offered and unknown", name)
			}
		}
	}
}
