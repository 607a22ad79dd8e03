package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kith/lab"
)

// TestExamples runs every example on a copy of its data: check finds
// nothing wrong, the places come in step, and two more runs write nothing.
func TestExamples(t *testing.T) {
	configs, err := filepath.Glob(filepath.Join(root, "examples", "*", "kith.yaml"))
	if err != nil || len(configs) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, config := range configs {
		from := filepath.Dir(config)
		t.Run(filepath.Base(from), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(config)
			if err != nil {
				t.Fatal(err)
			}
			if lines := bytes.Count(text, []byte("\n")); lines > 40 {
				t.Errorf("kith.yaml has %d lines; an example has at most 40", lines)
			}
			e := &example{t: t, dir: t.TempDir(), env: os.Environ()}
			if err := os.CopyFS(e.dir, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			e.databases()
			e.books()
			e.kith("check")
			if out := e.kith("sync", "--json"); strings.Contains(out, `"writes":0`) {
				t.Errorf("the example shows nothing: its first run writes nothing\n%s", out)
			}
			for range 2 {
				if out := e.kith("sync", "--json"); !strings.Contains(out, `"writes":0`) {
					t.Errorf("a later run writes: %s", out)
				}
			}
			if out := e.kith("contact", "list", "--problems", "--json"); out != "" {
				t.Errorf("not everything is in step:\n%s", out)
			}
		})
	}
}

// example is a copy of an example's directory.
type example struct {
	t   *testing.T
	dir string
	env []string
}

// databases makes the databases that the example has statements for.
func (e *example) databases() {
	files, err := filepath.Glob(filepath.Join(e.dir, "*.sql"))
	if err != nil {
		e.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		switch name := filepath.Base(file); name {
		case "erp.sql":
			dsn := lab.Postgres(e.t)
			runSQL(e.t, dsn, string(text))
			e.env = append(e.env, "ERP_DSN="+dsn)
		case "crm.sql":
			dsn := lab.MariaDB(e.t)
			runSQL(e.t, dsn, string(text))
			e.env = append(e.env, "CRM_DSN="+dsn)
		case "app.sql":
			path := filepath.Join(e.dir, "app.db")
			db, err := sql.Open("sqlite", path)
			if err != nil {
				e.t.Fatal(err)
			}
			if _, err := db.Exec(string(text)); err != nil {
				e.t.Fatal(err)
			}
			db.Close()
			e.env = append(e.env, "APP_DB="+path)
		default:
			e.t.Fatalf("no database is known for %s", name)
		}
	}
}

// books makes the address books that the example has cards for, SYSTEM.vcf
// each, on a server of the lab, and writes their addresses into kith.yaml.
func (e *example) books() {
	files, err := filepath.Glob(filepath.Join(e.dir, "*.vcf"))
	if err != nil {
		e.t.Fatal(err)
	}
	config := filepath.Join(e.dir, "kith.yaml")
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		system := strings.TrimSuffix(filepath.Base(file), ".vcf")
		book := lab.CardDAV(e.t, lab.CardDAVServers[i%len(lab.CardDAVServers)])
		cards := strings.SplitAfter(string(text), "END:VCARD\r\n")
		for n, card := range cards[:len(cards)-1] {
			book.Put(e.t, fmt.Sprintf("%d.vcf", n), card)
		}
		line := regexp.MustCompile("(" + system + `: \{connector: carddav, url: )\S+, user: \w+`)
		yaml, err := os.ReadFile(config)
		if err != nil {
			e.t.Fatal(err)
		}
		if !line.Match(yaml) {
			e.t.Fatalf("kith.yaml has no address book %s", system)
		}
		if err := os.WriteFile(config, line.ReplaceAll(yaml, []byte("${1}"+book.URL+", user: "+book.User)), 0o644); err != nil {
			e.t.Fatal(err)
		}
		e.env = append(e.env, strings.ToUpper(system)+"_PW="+book.Password)
	}
}

// kith runs the program, which has to succeed, and returns what it prints.
func (e *example) kith(args ...string) string {
	e.t.Helper()
	cmd := exec.Command("kith", args...)
	cmd.Dir, cmd.Env = e.dir, e.env
	var talk bytes.Buffer
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		e.t.Fatalf("kith %s: %v\n%s%s", strings.Join(args, " "), err, out, &talk)
	}
	return string(out)
}
