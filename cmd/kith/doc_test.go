package main

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kith/lab"
)

// TestManual follows every page of the manual as a reader would, from its
// first block to its last, in one directory:
//
//	```console        commands behind "$ ", each with what it prints
//	```sh             commands that have to succeed
//	```yaml FILE      the content of a file; so for csv, json, text
//	```yaml fragment  a part of one, for the eye only
//	```sql VARIABLE   statements for the database whose address the variable holds
//
// `sleep 60` moves the clock instead. Times, durations and versions may differ
// from what the page shows; everything else may not.
func TestManual(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			r := &reader{t: t, page: p, dir: t.TempDir(), env: map[string]string{}}
			if r.read() && *update {
				p.save(t)
			}
		})
	}
}

// reader works through one page.
type reader struct {
	t     *testing.T
	page  *page
	dir   string
	env   map[string]string
	later time.Duration
}

// addresses gives the manual's variables databases of the lab.
var addresses = map[string]func(testing.TB) string{"ERP_DSN": lab.Postgres, "CRM_DSN": lab.MariaDB}

// read reports whether the page's outputs were rewritten.
func (r *reader) read() (changed bool) {
	r.servers()
	for b, ok := r.page.next(0); ok; b, ok = r.page.next(b.end + 1) {
		switch {
		case b.lang == "console":
			if lines, differ := r.console(b); differ {
				changed = true
				r.page.replace(b.first, b.end, lines)
				b.end = b.first + len(lines)
			}
		case b.lang == "sh" || b.lang == "bash" || b.lang == "shell":
			if out, err := r.command(r.page.text(b)); err != nil {
				r.t.Fatalf("%s:%d: %v\n%s", r.page.name, b.first, err, out)
			}
		case b.lang == "sql":
			r.sql(b)
		case b.lang == "yaml" && b.rest == "":
			r.t.Errorf("%s:%d: a yaml block names its file, or is called a fragment", r.page.name, b.first)
		case b.rest != "" && b.rest != "fragment":
			r.file(b)
		}
	}
	return changed
}

// servers starts what the page needs before its first block.
func (r *reader) servers() {
	for b, ok := r.page.next(0); ok; b, ok = r.page.next(b.end + 1) {
		if address := addresses[b.rest]; b.lang == "sql" && address != nil && r.env[b.rest] == "" {
			r.env[b.rest] = address(r.t)
		}
	}
}

func (r *reader) file(b block) {
	name := filepath.Join(r.dir, b.rest)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(r.page.text(b)), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) sql(b block) {
	dsn := r.env[b.rest]
	if dsn == "" {
		r.t.Fatalf("%s:%d: an sql block names the variable of its database", r.page.name, b.first)
	}
	runSQL(r.t, dsn, r.page.text(b))
}

// runSQL carries out statements, each of which ends with a semicolon at the end
// of a line, on the database of a postgres:// or mysql:// address.
func runSQL(t *testing.T, dsn, text string) {
	t.Helper()
	driver := "pgx"
	if strings.HasPrefix(dsn, "mysql:") {
		driver, dsn = "mysql", mysqlDSN(t, dsn)
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for statement := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
}

// console runs a block's commands and compares what they print.
func (r *reader) console(b block) (lines []string, differ bool) {
	shown := r.page.lines[b.first:b.end]
	for i := 0; i < len(shown); {
		command, ok := strings.CutPrefix(shown[i], "$ ")
		if !ok {
			r.t.Fatalf("%s:%d: a console block begins with a command behind \"$ \"", r.page.name, b.first)
		}
		end := i + 1
		for end < len(shown) && !strings.HasPrefix(shown[end], "$ ") {
			end++
		}
		out, err := r.command(command)
		if _, ended := err.(*exec.ExitError); err != nil && !ended {
			r.t.Fatal(err)
		}
		want := shown[i+1 : end]
		var got []string
		if out = strings.TrimRight(out, "\n"); out != "" {
			got = strings.Split(out, "\n")
		}
		if alike(got) != alike(want) {
			if differ = true; !*update {
				r.t.Errorf("%s:%d: $ %s\nprints\n%s\nthe page shows\n%s", r.page.name, b.first+i+1, command, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			want = got
		}
		lines = append(append(lines, shown[i]), want...)
		i = end
	}
	return lines, differ
}

// command runs a line of shell and returns all it prints, with the directory
// it ran in named as readers name theirs.
func (r *reader) command(line string) (string, error) {
	if after, ok := strings.CutPrefix(line, "sleep "); ok {
		seconds, err := time.ParseDuration(after + "s")
		r.later += seconds + time.Second
		return "", err
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "TZ=UTC", "USER=anna", laterVariable+"="+r.later.String())
	for name, value := range r.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	return strings.ReplaceAll(string(out), r.dir, "/srv/kith"), err
}

// volatile is what differs from one reading of the manual to the next.
var volatile = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ms|µs|s)\b`), "DURATION"},
	{regexp.MustCompile(`\bgo1\.[0-9.]+ [a-z0-9/]+`), "GO"},
	{regexp.MustCompile(`\b(PostgreSQL|MariaDB) [0-9.]+`), "SERVER"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "ADDRESS"},
	{regexp.MustCompile(`kith_[0-9a-f]{16}`), "DATABASE"},
	{regexp.MustCompile(`[ -]{2,}`), "  "}, // columns move with what stands in them
	{regexp.MustCompile(`(?m) +$`), ""},
}

func alike(lines []string) string {
	text := strings.Join(lines, "\n")
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.stands)
	}
	return text
}
