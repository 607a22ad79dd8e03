package main

// listing shows many values of a type: a JSON line for each as it comes, or all
// of them as a table at the end.
type listing struct {
	p    *program
	typ  string
	head []string
	rows [][]string
}

// list begins a listing whose table has these columns.
func (p *program) list(typ string, head ...string) *listing {
	return &listing{p: p, typ: typ, head: head}
}

// add shows a value; cells are its row of the table.
func (l *listing) add(value any, cells ...string) error {
	if l.p.json {
		return l.p.line(l.typ, value)
	}
	l.rows = append(l.rows, cells)
	return nil
}

// end shows the table.
func (l *listing) end() error {
	if l.p.json {
		return nil
	}
	return table(l.p.stdout, l.head, l.rows)
}

// more says that a listing was cut.
func (p *program) more(limit int) {
	p.say("there are more: --limit %d shows no more of them", limit)
}
