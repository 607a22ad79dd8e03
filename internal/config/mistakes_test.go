package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Each kind of mistake, with everything the reader of the file is told.
func TestMistakes(t *testing.T) {
	files := mistakes(t)
	if len(files) < 90 || len(files)%2 != 0 {
		t.Fatalf("%d files in the archive", len(files))
	}
	for i := 0; i < len(files); i += 2 {
		source, want := files[i], files[i+1]
		name := strings.TrimSuffix(source.name, ".yaml")
		if want.name != name+".txt" {
			t.Fatalf("%s is followed by %s", source.name, want.name)
		}
		t.Run(name, func(t *testing.T) {
			_, err := Load("kith.yaml", []byte(source.text), testKinds(), Secrets{})
			var problems *Error
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v", err)
			}
			if got := err.Error() + "\n"; got != want.text {
				t.Errorf("got\n%s\nwant\n%s", got, want.text)
			}
		})
	}
}

type archived struct{ name, text string }

// mistakes reads the archive: files, each after a line with its name.
func mistakes(t testing.TB) []archived {
	t.Helper()
	var files []archived
	for line := range strings.Lines(exampleText(t, "mistakes.txtar")) {
		if name, ok := strings.CutPrefix(line, "-- "); ok {
			files = append(files, archived{name: strings.TrimSuffix(name, " --\n")})
			continue
		}
		files[len(files)-1].text += line
	}
	return files
}

func firstProblem(t *testing.T, text string) Problem {
	t.Helper()
	_, err := Load("kith.yaml", []byte(text), testKinds(), Secrets{})
	var problems *Error
	if !errors.As(err, &problems) {
		t.Fatalf("error is %v", err)
	}
	return problems.Problems[0]
}

// What would cost the parser too much is refused before it sees it.
func TestHugeFilesAreRefused(t *testing.T) {
	var many strings.Builder
	for i := range maxKeys + 1 {
		fmt.Fprintf(&many, "k%d: v\n", i)
	}
	var deep strings.Builder
	for i := range 200 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, c := range map[string]struct{ text, want string }{
		"bytes":    {"a: " + strings.Repeat("x", maxBytes), "the file has 1048579 bytes; at most 1048576 are read"},
		"keys":     {many.String(), "the file holds more than 10000 keys and list entries"},
		"entries":  {"a: [" + strings.Repeat("x, ", maxKeys+1) + "]", "the file holds more than 10000 keys and list entries"},
		"brackets": {strings.Repeat("[", 100_000), "this is nested too deep"},
		"braces":   {strings.Repeat("{a: ", 50_000), "this is nested too deep"},
		"dashes":   {strings.Repeat("- ", 50_000) + "a", "this is nested too deep"},
		"indent":   {deep.String(), "this is nested too deep"},
		"UTF-8":    {"country: SE\nstore: k\xffith", "the file is not UTF-8; save it as UTF-8"},
		"anchors":  {strings.Repeat("&a ", 100_000), "anchors (&) are not used here; a rule may stand in the file, a system or a kind and then holds for all rows below"},
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan Problem, 1)
			go func() { done <- firstProblem(t, c.text) }()
			select {
			case p := <-done:
				if p.Sentence != c.want {
					t.Errorf("got %q, want %q", p.Sentence, c.want)
				}
			case <-time.After(time.Minute):
				t.Fatal("still reading after a minute")
			}
		})
	}
	if p := firstProblem(t, "country: SE\nstore: k\xffith"); p.Pos != (Pos{2, 9}) {
		t.Errorf("the broken character is at %v", p.Pos)
	}
}

// No literal secret gets into an error, wherever the mistake is.
func TestErrorsCoverSecrets(t *testing.T) {
	for _, line := range []string{
		`  x: {connector: crmapi, key: hunter2, secret: env:S, oops: 1}`,
		`  x: {connector: crmapi, key: 'hunter2, it''s hunter2', oops: 1}`,
		`  x: {connector: crmapi, key: "hunter2\" hunter2", oops: 1}`,
		`  x: {connector: crmapi, secret: env:S, key: hunter2 hunter2}`,
		`  x: {connector: crmapi, Key: hunter2, oops: 1}`,
		`  x: {connector: carddav, url: "https://a:hunter2@hunter2@h/", oops: 1}`,
		`  x: {connector: carddav, password: hunter2`,
		`  x: {connector: crmapi, "key": hunter2, : }`,
		"  x:\n    connector: carddav\n    password: hunter2: hunter2",
		"  x:\n    connector: carddav\n    password: [hunter2]",
		"  x:\n    connector: carddav\n    password: @hunter2",
	} {
		_, err := Load("kith.yaml", []byte("systems:\n"+line+"\nperson: {x: both}\n"), testKinds(), Secrets{})
		if err == nil {
			t.Errorf("%s: no error", line)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s:\n%v", line, err)
		}
	}
}

func TestManyProblemsAreCounted(t *testing.T) {
	var text strings.Builder
	for i := range 30 {
		fmt.Fprintf(&text, "wrong%d: x\n", i)
	}
	_, err := Load("kith.yaml", []byte(text.String()), testKinds(), Secrets{})
	if err == nil || strings.Count(err.Error(), "no such key") != maxProblems-1 || !strings.Contains(err.Error(), "\nand 11 more\n") {
		t.Errorf("got\n%v", err)
	}
}

func FuzzLoad(f *testing.F) {
	for _, file := range mistakes(f) {
		f.Add(file.text)
	}
	for _, name := range []string{"sage.yaml", "three.yaml", "replicate.yaml", "csv.yaml"} {
		f.Add(exampleText(f, name))
	}
	kinds := testKinds()
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Load("kith.yaml", []byte(text), kinds, Secrets{})
		if err != nil {
			var problems *Error
			if !errors.As(err, &problems) || len(problems.Problems) == 0 || !strings.Contains(err.Error(), "Nothing was started.") {
				t.Fatalf("%#v", err)
			}
			return
		}
		again, err := Load("kith.yaml", []byte(text), kinds, Secrets{})
		if err != nil {
			t.Fatalf("the second time: %v", err)
		}
		for i, p := range file.Policies() {
			if RowHash(p) != RowHash(again.Policies()[i]) {
				t.Fatal("the same text gives another row")
			}
		}
		Table(file)
	})
}
