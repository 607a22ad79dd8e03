package lab_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"kith/lab"
)

// Two fresh databases of one server are different ones, and each is there.
func TestFreshDatabases(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	t.Run("postgres", func(t *testing.T) {
		one, two := lab.Postgres(t), lab.Postgres(t)
		if one == two {
			t.Fatalf("both databases are %s", one)
		}
		db, err := sql.Open("pgx", one)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(ctx, "CREATE TABLE a (id int)"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("mariadb", func(t *testing.T) {
		one, two := lab.MariaDB(t), lab.MariaDB(t)
		if one == two || !strings.HasPrefix(one, "mysql://") {
			t.Fatalf("got %s and %s", one, two)
		}
	})
}
