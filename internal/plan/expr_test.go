package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
)

var exprNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func exprEnv(values map[string]string) Env {
	return Env{
		Slot:  func(name string) string { return values[name] },
		Field: func(name string) string { return values[name] },
		Shown: func(name string) bool { _, ok := values[name]; return ok },
		Now:   exprNow,
	}
}

func TestFilterDecides(t *testing.T) {
	anna := map[string]string{
		"id": "7", "kind": "person", "place": "crm", "origin": "erp",
		"name.given": "Anna", "name.family": "Núñez", "status": "active", "deleted": "false", "mailing": "true",
		"email.work2": "anna@two.example", "tags": "vip\npress", "x.contract": "active", "x.e-post": "a@b.se",
		"company": "p1", "company.name": "Acme AB", "company.relation": "customer", "company.tags": "big",
		"owner": "u1", "favorites": "u1\nu2", "changed": "2025-06-01T00:00:00Z", "birthday": "1990-04-01", "address.work.city": "Lund",
	}
	for _, c := range []struct {
		source string
		want   bool
	}{
		{`status != "inactive"`, true},
		{`status == "inactive" or status == ""`, false},
		{`title == ""`, true},
		{`name.given == "Anna" && name.family startsWith "N"`, true},
		{`email.work2 endsWith ".example"`, true},
		{`x.contract == "active"`, true},
		{`x["e-post"] != ""`, true},
		{`company == "p1" and company.relation in ["customer", "prospect"]`, true},
		{`company.relation not in ["customer", "prospect"]`, false},
		{`"big" in company.tags`, true},
		{`"vip" in tags`, true},
		{`"none" in tags`, false},
		{`not ("none" in tags)`, true},
		{`owner in favorites`, true},
		{`any(tags, # startsWith "pr")`, true},
		{`all(tags, len(#) > 3)`, false},
		{`len(tags) == 2`, true},
		{`name.family matches "^N.+z$"`, true},
		{`lower(name.given) == "anna" and upper(name.given) == "ANNA"`, true},
		{`len(name.family) == 5`, true},
		{`deleted`, false},
		{`not deleted and mailing`, true},
		{`deleted == false and mailing != "false"`, true},
		{`changed > ago("2y")`, true},
		{`changed < ago("2y")`, false},
		{`ago("30d") >= changed`, true},
		{`birthday > ago("2y")`, false},
		{`x.nothing > ago("2y") or x.nothing < ago("2y")`, false}, // no time is neither
		{`status == "active" ? mailing : deleted`, true},
		{`place == "crm" and origin == "erp" and kind == "person" and id == "7"`, true},
		{`address.work.city contains "un"`, true},
		{`digits("a1b2") == "12"`, true},
		{`trim(" x ") == "x" and replace("a-b", "-", "") == "ab"`, true},
		{`split("a;b", ";")[1] == "b" and split("a;b", ";")[-1] == "b" and split("a", ";")[5] == ""`, true},
		{`true`, true},
	} {
		e, err := CompileFilter(contact.Person, c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		got, err := e.Bool(exprEnv(anna))
		if err != nil || got != c.want {
			t.Errorf("%s = %v, %v; want %v", c.source, got, err, c.want)
		}
	}
}

// A slot that carries the name of one of the library's functions, or of a
// slot below it, is the slot.
func TestExprNamesAreSlotsNotBuiltins(t *testing.T) {
	for _, name := range []string{"x.first", "x.count", "x.now", "x.len", "x.not", "x.in"} {
		e, err := CompileFilter(contact.Person, name+` == "v"`)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := e.Bool(exprEnv(map[string]string{name: "v"})); !got || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	company, err := CompileFilter(contact.Company, `name == "Acme"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := company.Bool(exprEnv(map[string]string{"name": "Acme"})); !got || err != nil {
		t.Errorf("a company's name: %v %v", got, err)
	}
	if _, err := CompileFilter(contact.Person, `first == "v"`); err == nil {
		t.Error("a bare built-in is no slot")
	}
}

func TestReadComputes(t *testing.T) {
	for _, c := range []struct {
		source string
		fields map[string]string
		want   string
	}{
		{`lower(src.Mail)`, map[string]string{"Mail": "A@B.SE"}, "a@b.se"},
		{`lower(src["E-post"])`, map[string]string{"E-post": "A@B.SE"}, "a@b.se"},
		{`src.a.b`, map[string]string{"a.b": "x"}, "x"},
		{`src.First + " " + src.Last`, map[string]string{"First": "A", "Last": "B"}, "A B"},
		{`src.Mail ?? src.Mail2 ?? "none"`, map[string]string{"Mail": ""}, ""},
		{`src.Mail ?? src.Mail2 ?? "none"`, map[string]string{"Mail2": "b"}, "b"},
		{`src.Mail ?? src.Mail2 ?? "none"`, nil, "none"},
		{`src.Mail ?: src.Mail2`, map[string]string{"Mail": "", "Mail2": "b"}, "b"},
		{`split(src.Tags, ";")`, map[string]string{"Tags": "a;b"}, "a\nb"},
		{`src.Country == "1" ? "SE" : "NO"`, map[string]string{"Country": "1"}, "SE"},
		{`src.Country == "1"`, map[string]string{"Country": "1"}, "true"},
		{`"x"`, nil, "x"},
	} {
		e, err := CompileRead(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if got, err := e.Text(exprEnv(c.fields)); err != nil || got != c.want {
			t.Errorf("%s with %v = %q, %v; want %q", c.source, c.fields, got, err, c.want)
		}
	}
}

func TestWriteComputes(t *testing.T) {
	for source, want := range map[string]string{
		`3`:                          "3",
		`-3.50`:                      "-3.5",
		`upper(name.family)`:         "NÚÑEZ",
		`name.nick ?: name.given`:    "Anna",
		`len(name.family)`:           "5",
		`company.name`:               "Acme",
		`["a", name.given]`:          "a\nAnna",
		`"a" in ["a", "b"]`:          "true",
		`tags`:                       "x\ny",
		`["one", name.given][1]`:     "Anna",
		`name.given | lower()`:       "anna",
		`"007"`:                      "007",
		`x.a ?: x.b ?: "neither"`:    "neither",
		`replace("aaa", "", "long")`: "aaa",
	} {
		e, err := CompileWrite(contact.Person, source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		got, err := e.Text(exprEnv(map[string]string{"name.family": "Núñez", "name.given": "Anna", "company.name": "Acme", "tags": "x\ny"}))
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", source, got, err, want)
		}
	}
}

func TestExprErrors(t *testing.T) {
	filter := func(source string) error { _, err := CompileFilter(contact.Person, source); return err }
	firm := func(source string) error { _, err := CompileFilter(contact.Company, source); return err }
	read := func(source string) error { _, err := CompileRead(source); return err }
	write := func(source string) error { _, err := CompileWrite(contact.Person, source); return err }
	for _, c := range []struct {
		compile func(string) error
		source  string
		offset  int
		want    string
	}{
		{filter, `statsu == "x"`, 0, `there is no slot "statsu"; the nearest is "status"`},
		{filter, `"ü" == name.famly`, 7, `there is no slot "name.famly"; the nearest is "name.family"`},
		{filter, `company.relatoin == "x"`, 0, `there is no slot "company.relatoin"; the nearest is "company.relation"`},
		{filter, `user.id == owner`, 0, `there is no slot "user.id"`},
		{filter, `zzzzzzzzzz == ""`, 0, `there is no slot "zzzzzzzzzz"`},
		{firm, `name.given == ""`, 0, `there is no slot "name.given"`},
		{firm, `company.name == ""`, 0, `there is no slot "company.name"`},
		{filter, `src.Mail == ""`, 0, `src is known only where a value is read; give the native field a slot first: map: {x.NAME: FIELD}`},
		{filter, `lowr(title) == ""`, 0, `there is no function "lowr"; the nearest is "lower"; there are ago, all, any, digits, len, lower, replace, split, trim, upper`},
		{filter, `title = "x"`, 6, `= does not compare; use == for the same, != for another`},
		{filter, `title`, 0, `yes or no is needed here, and this is a text`},
		{filter, `title and true`, 0, `yes or no is needed here, and this is a text`},
		{filter, `title == 3`, 9, `a slot is a text; put the number in quotes`},
		{filter, `tags == ""`, 5, `a list is not compared: say "…" in it, or len(it) == 0`},
		{filter, `tags contains "a"`, 0, `a text is needed here, and this is a list: say "…" in it, or any(it, # contains "…")`},
		{filter, `"a" in title`, 7, `in needs a list: relation in ["customer", "prospect"]`},
		{filter, `title matches name.given`, 14, `matches needs a pattern in quotes`},
		{filter, `title matches "["`, 14, "the pattern cannot be read: missing closing ]: `[`"},
		{filter, `true < false`, 5, `yes or no has no order: use == or !=`},
		{filter, `"1" in 1..3`, 8, `the operator .. is not part of the language`},
		{filter, `1..3 == 2`, 1, `the operator .. is not part of the language`},
		{filter, `title - "a" == ""`, 6, `the operator - is not part of the language`},
		{filter, `reduce(tags, #acc + #) == ""`, 0, `there is no function "reduce"; there are ago, all, any, digits, len, lower, replace, split, trim, upper`},
		{filter, `any(tags, any(tags, # == "x"))`, 10, `any does not stand inside any or all`},
		{filter, `any(tags, #index == "1")`, 10, `#index is not part of the language`},
		{filter, `let a = 1; a == 1`, 4, `this is not part of the language: let`},
		{filter, `if deleted { true } else { false }`, 3, `write a ? b : c in place of if`},
		{filter, `title == nil`, 9, `this is not part of the language: nil`},
		{filter, `title[0:1] == ""`, 5, `this is not part of the language: a slice`},
		{filter, `name?.given == ""`, 6, `this is not part of the language: ?.`},
		{filter, `title.foo() == ""`, 6, `this is not part of the language: a call on a value`},
		{filter, `{"a": 1} == 1`, 0, `this is not part of the language: {…}`},
		{filter, `title in []`, 9, `the list is empty`},
		{filter, `name.nick ?? title == ""`, 19, `Operator (==) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.`},
		{filter, `(name.nick ?? title) == ""`, 11, `?? fills in for a native field the record does not show; for an empty value use ?:`},
		{filter, `changed > ago("2x")`, 14, `ago takes a length of time in quotes: "2y", "6w", "30d", "12h" or "30m"`},
		{filter, `changed > ago(title)`, 14, `ago takes a length of time in quotes: "2y", "6w", "30d", "12h" or "30m"`},
		{filter, `changed == ago("2y")`, 8, `ago is compared with a slot by < or >: changed > ago("2y")`},
		{filter, `ago("1y") < ago("2y")`, 10, `ago is compared with a slot by < or >: changed > ago("2y")`},
		{filter, `lower(title, "x") == ""`, 0, `lower takes 1 values, and here are 2`},
		{filter, `title ==`, 7, `the expression ends too early`},
		{filter, ``, 0, `the expression ends too early`},
		{filter, `title == "a`, 11, `literal not terminated`},
		{filter, `title == "a" )`, 13, `) is not expected here`},
		{write, `ago("2y")`, 0, `ago is only compared: changed > ago("2y")`},
		{write, `007`, 0, `the leading zero of a number is lost; put it in quotes to keep it`},
		{write, `title == "" ? 3 : "x"`, 18, `both results must be of one type, and they are a number and a text`},
		{read, `lower(Mail)`, 6, `"Mail" is not known here: native fields are src.NAME or src["NAME"]`},
		{read, `src`, 0, `"src" is not known here: native fields are src.NAME or src["NAME"]`},
		{read, `lower(src.A) ?? "x"`, 13, `?? fills in for a native field the record does not show; for an empty value use ?:`},
		{filter, `title == "` + strings.Repeat("x", 500) + `"`, 500, `an expression has at most 500 characters, this one has 511`},
	} {
		err := c.compile(c.source)
		var problem *ExprError
		if !errors.As(err, &problem) {
			t.Errorf("%s: no error", c.source)
			continue
		}
		if problem.Offset != c.offset || problem.Message != c.want {
			t.Errorf("%s:\n got %d %s\nwant %d %s", c.source, problem.Offset, problem.Message, c.offset, c.want)
		}
	}
}

func TestExprNames(t *testing.T) {
	e, err := CompileFilter(contact.Person, `company.name == name.given or x.b == x.b or id in tags`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"company.name", "id", "name.given", "tags", "x.b"}; !slices.Equal(e.Names(), want) {
		t.Errorf("names %v, want %v", e.Names(), want)
	}
	r, err := CompileRead(`src["E-post"] ?? src.Mail`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"E-post", "Mail"}; !slices.Equal(r.Names(), want) {
		t.Errorf("names %v, want %v", r.Names(), want)
	}
}

// What a record shows must not make an expression run long or grow large.
func TestExprIsBounded(t *testing.T) {
	long := strings.Repeat("ab", 300_000)
	manyTags := strings.Repeat("t\n", 9_000) + "t"
	for source, want := range map[string]string{
		`replace(replace(replace(replace(note, "a", "bbbbbbbb"), "b", "cccccccccccc"), "c", "dddddddd"), "d", "eeeee") == ""`: "the text grows too long to be computed with",
		`note + note + note + note == ""`:                  "the text grows too long to be computed with",
		`any(tags, replace(note, "a", "b") == #)`:          "the expression has too much to do",
		`any(split(note, ""), # in split(note, ""))`:       "the text has too many parts",
		`any(tags, lower(note) == #)`:                      "the expression has too much to do",
		`any(x.a == "" ? favorites : tags, # == "nobody")`: "the list favorites is too long to be computed with",
	} {
		e, err := CompileFilter(contact.Person, source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		_, err = e.Bool(exprEnv(map[string]string{"note": long, "tags": manyTags, "favorites": strings.Repeat("f\n", exprMaxList)}))
		if err == nil || err.Error() != want {
			t.Errorf("%.40s…: %v, want %q", source, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "abab") {
			t.Errorf("%.40s…: the error carries a value", source)
		}
	}
}

func TestExprConcurrent(t *testing.T) {
	e, err := CompileFilter(contact.Person, `title == "3" and any(tags, # == title)`)
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan string, 8)
	for worker := range 8 {
		go func() {
			title := fmt.Sprint(worker)
			for range 500 {
				got, err := e.Bool(exprEnv(map[string]string{"title": title, "tags": "a\n" + title}))
				if err != nil || got != (worker == 3) {
					failed <- fmt.Sprintf("worker %d: %v %v", worker, got, err)
					return
				}
			}
			failed <- ""
		}()
	}
	for range 8 {
		if problem := <-failed; problem != "" {
			t.Error(problem)
		}
	}
}

func FuzzExpr(f *testing.F) {
	for _, seed := range []string{
		`status != "inactive"`, `any(tags, # in ["a", upper(title)]) ? deleted : x["a b"] matches "^a"`, `src.Mail ?? src["E"] ?: "x"`,
		`changed > ago("2y") and not (company.relation in ["a"])`, `if a { b } else { c }`, `let x = 1; x`, `((((`, `a.b.c[0]["x"]?.d`, `1..9`, `-+-3`, `#`, `$env`, `::len(x)`, `b"a"`,
		"title |", "any(tags, {title})", "title[", `a ? : b`, `?:`, `x. `, `x.""`, "\x00", "not", "len()", `split(src.A, ";")[-1]`,
	} {
		f.Add(seed)
	}
	env := exprEnv(map[string]string{"title": "a", "tags": "a\nb", "Mail": "m"})
	f.Fuzz(func(t *testing.T, source string) {
		check := func(e *Expr, err error) {
			if err != nil {
				var problem *ExprError
				if !errors.As(err, &problem) || problem.Message == "" || problem.Offset < 0 {
					t.Fatalf("%q: %#v", source, err)
				}
				return
			}
			first, err1 := e.Text(env)
			second, err2 := e.Text(env)
			if first != second || (err1 == nil) != (err2 == nil) {
				t.Fatalf("%q is not pure: %q %v, %q %v", source, first, err1, second, err2)
			}
			if err1 != nil && strings.Contains(err1.Error(), "cannot be computed") {
				t.Fatalf("%q passes the check and fails in the machine", source)
			}
		}
		check(CompileFilter(contact.Person, source))
		check(CompileRead(source))
		check(CompileWrite(contact.Company, source))
	})
}

func BenchmarkFilter(b *testing.B) {
	values := map[string]string{"status": "active", "company.relation": "customer", "tags": "a\nb\nc"}
	env := exprEnv(values)
	for _, source := range []string{`status != "inactive"`, `company.relation in ["customer", "prospect"] and lower(status) == "active"`, `any(tags, # == "c")`, `changed > ago("2y")`} {
		e, err := CompileFilter(contact.Person, source)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(source, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Bool(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
