package config

import (
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/plan"
)

// cascade is the levels of a row, the nearest first; the last are the defaults.
type cascade []rules

// find returns the setting that counts.
func (c cascade) find(key string) setting {
	for _, level := range c {
		if s, ok := level[key]; ok {
			return s
		}
	}
	return setting{}
}

func ruleOf[T any](c cascade, key string) T {
	value, _ := c.find(key).value.(T)
	return value
}

// enum is a rule whose value is one of a few words.
func enum[T ~string](c cascade, key string) T { return T(ruleOf[string](c, key)) }

// defaultRules reads the defaults of the table with the readers of the file.
func defaultRules() rules {
	defaults := rules{}
	for _, k := range table {
		if k.shape.read == nil || slices.Contains(k.where, InRow) && !slices.Contains(k.where, InSystem) {
			continue // a block, or a key of the row itself
		}
		defaults.set(k, k.standard, "")
	}
	return defaults
}

// fromConnector marks what nobody wrote, but the kind of connector brings.
const fromConnector Where = "connector"

// rules reads the rules that a kind brings, with the readers of the file.
func (k Kind) rules() rules {
	brought := rules{}
	for name, text := range k.Rules {
		if key, known := findKey(name); known {
			brought.set(key, text, fromConnector)
		}
	}
	return brought
}

// set sets a rule to a text as one would write it.
func (r rules) set(k key, text string, where Where) {
	n := &node{shape: scalar, text: text}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		n.shape = list
		for item := range strings.SplitSeq(strings.TrimSuffix(inner, "]"), ",") {
			if item = strings.TrimSpace(item); item != "" {
				n.items = append(n.items, &node{shape: scalar, text: item})
			}
		}
	}
	if value := k.shape.read(&reader{}, n, site{kinds: contact.Kinds}); value != nil {
		r[k.name] = setting{value: value, at: n, where: where}
	}
}

// resolve decides every rule of every row.
func (r *reader) resolve(blocks *fileBlocks, secrets Secrets) *File {
	defaults := defaultRules()
	top := cascade{blocks.rules, defaults}
	file := &File{
		Store:        ruleOf[string](top, "store"),
		Installation: ruleOf[string](top, "installation"),
		Listen:       ruleOf[string](top, "listen"),
		Language:     ruleOf[string](top, "language"),
		secrets:      secrets,
	}
	mapped := map[contact.Kind][]string{}
	for _, block := range blocks.kinds {
		mapped[block.kind] = block.explicitSlots()
	}
	for _, block := range blocks.kinds {
		for _, row := range block.rows {
			c := cascade{row.rules, block.rules, row.system.rules, blocks.rules, row.system.kind.rules(), defaults}
			resolved := r.resolveRow(blocks, block, row, c, mapped[block.kind])
			for _, entry := range resolved.Policy.Map {
				mapped[block.kind] = append(mapped[block.kind], entry.Slot)
			}
			file.Rows = append(file.Rows, resolved)
		}
	}
	r.checkOwnFields(mapped)
	for _, s := range blocks.systems {
		file.addSystem(s, cascade{s.rules, blocks.rules, s.kind.rules(), defaults})
	}
	return file
}

// explicitSlots are the slots that lines of the file map, which exist for
// places whose native fields bear the names of slots, too.
func (b *kindBlock) explicitSlots() []string {
	var slots []string
	for _, row := range b.rows {
		for _, lines := range [][]mapLine{row.system.maps, row.maps} {
			for _, line := range lines {
				if _, ok := contact.SlotType(b.kind, line.entry.Slot); ok && !slices.Contains(slots, line.entry.Slot) {
					slots = append(slots, line.entry.Slot)
				}
			}
		}
	}
	return slots
}

func (f *File) addSystem(s *systemBlock, c cascade) {
	system := System{
		Name: s.name, Connector: s.kind.Name, Keys: s.connectorKeys(),
		Pace: ruleOf[string](c, "pace"), Timeout: ruleOf[time.Duration](c, "timeout"), Zone: ruleOf[*time.Location](c, "timezone"),
		Sync: ruleOf[Schedule](c, "sync"), Compare: ruleOf[Schedule](c, "compare"), Paused: ruleOf[bool](c, "paused"),
		ReadOnly: slices.Contains(ruleOf[[]string](c, "readonly"), "all"),
		secrets:  f.secrets,
	}
	system.Sync.Zone, system.Compare.Zone = system.Zone, system.Zone
	place := Place{Name: s.name, System: s.name, Paused: system.Paused}
	rows := 0
	for _, kind := range contact.Kinds {
		if row := f.row(kind, s.name); row != nil {
			place.Paused = row.Policy.Paused && (rows == 0 || place.Paused)
			system.ReadOnly = slices.Contains(row.Policy.ReadOnly, "all") && (rows == 0 || system.ReadOnly)
			rows++
		}
	}
	f.Systems = append(f.Systems, system)
	if rows > 0 {
		f.Places = append(f.Places, place)
	}
}

// connectorKeys are the connector's keys as text, with its defaults; a list is
// joined by commas.
func (s *systemBlock) connectorKeys() map[string]string {
	keys := map[string]string{}
	for _, k := range s.kind.Keys {
		n := s.keys[k.Name]
		switch {
		case n == nil && k.Default != "":
			keys[k.Name] = k.Default
		case n == nil:
		case n.shape == list:
			texts := make([]string, len(n.items))
			for i, item := range n.items {
				texts[i] = item.text
			}
			keys[k.Name] = strings.Join(texts, ",")
		default:
			keys[k.Name] = keyText(k, n.text)
		}
	}
	return keys
}

func (r *reader) resolveRow(blocks *fileBlocks, block *kindBlock, row *rowBlock, c cascade, slots []string) Row {
	kind := row.kind
	name := row.system.name
	at := site{path: string(kind) + "." + name, where: InRow, kinds: []contact.Kind{kind}}
	p := contact.Policy{
		Place: name, System: name, Kind: kind,
		Lists:    row.system.kind.Lists,
		Match:    ruleOf[[]string](c, "match"),
		Certain:  enum[contact.CertainRule](c, "certain"),
		Possible: enum[contact.PossibleRule](c, "possible"),
		Wrong:    ruleOf[float64](c, "wrong"),
		Reviewed: ruleOf[float64](c, "reviewed"),
		Required: filledList(ruleOf[[]string](c, "required")),
		Locked:   filledList(ruleOf[[]string](c, "locked")),
		ReadOnly: filledList(ruleOf[[]string](c, "readonly")),
		Skip:     filledList(ruleOf[[]string](c, "skip")),
		With:     filledList(ruleOf[[]string](c, "with")),
		Phones:   ruleOf[string](c, "phones"),
		Country:  ruleOf[string](c, "country"),
		Brake:    ruleOf[contact.Brake](c, "brake"),
		Tries:    ruleOf[int](c, "tries"),
	}
	if watched := ruleOf[[]string](c, "watched"); !slices.Contains(watched, "all") {
		p.Watched = filledList(watched)
	}
	p.Compare = ruleOf[Schedule](c, "compare").Interval()
	p.Paused = ruleOf[bool](c, "paused")
	r.resolveDirection(&p, row, c, at)
	p.Collection = r.collection(row, at)
	for _, field := range block.fields {
		p.Fields = append(p.Fields, fieldRuleOf(field.pattern, append(cascade{field.rules}, c...)))
	}
	p.Fields = append(p.Fields, fieldRuleOf("all", c))
	lines, writes := row.lines(p, slots)
	for _, line := range lines {
		p.Map = append(p.Map, line.entry)
	}
	for _, line := range writes {
		p.Write = append(p.Write, line.entry)
	}
	check := rowCheck{reader: r, blocks: blocks, row: row, policy: &p, rules: c, lines: lines, writes: writes, at: at}
	check.run()
	return Row{Policy: p, Pos: row.at.pos, Rules: explain(row, block, c, lines, writes)}
}

// filledList makes no difference between no list and an empty one.
func filledList(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func fieldRuleOf(pattern string, c cascade) contact.FieldRule {
	return contact.FieldRule{
		Slots:    pattern,
		Leading:  filledList(ruleOf[[]string](c, "leading")),
		Conflict: enum[contact.ConflictRule](c, "conflict"),
		Blanks:   enum[contact.BlankRule](c, "blanks"),
		Edits:    enum[contact.EditRule](c, "edits"),
	}
}

func (r *reader) resolveDirection(p *contact.Policy, row *rowBlock, c cascade, at site) {
	choose := ruleOf[apart[choice]](c, "choose")
	create := ruleOf[apart[contact.CreateRule]](c, "create")
	direction := row.direction.text
	if direction != "takes" {
		p.Gives = &contact.Gives{
			Choose:  r.filter(choose.from, at),
			Create:  orAll(create.from),
			Deletes: enum[contact.GoneRule](c, "deletes"),
		}
	}
	if direction != "gives" {
		p.Takes = &contact.Takes{
			Choose:   r.filter(choose.here, at),
			Create:   orAll(create.here),
			Exit:     enum[contact.ExitRule](c, "exit"),
			Removal:  ruleOf[contact.RemovalRule](c, "removal"),
			Recreate: enum[contact.RecreateRule](c, "recreate"),
		}
	}
}

func orAll(rule contact.CreateRule) contact.CreateRule {
	if rule == "" {
		return contact.CreateAll
	}
	return rule
}

// filter makes a choice ready for one kind and notes the slots it reads.
func (r *reader) filter(c choice, at site) contact.Filter {
	kind := at.kinds[0]
	path := at.below("choose").path
	if c.of != nil {
		other, word := contact.Person, "of persons"
		if kind == contact.Person {
			other, word = contact.Company, "of companies"
		}
		if c.of.text != word {
			r.problem(c.of, path, "%s stands on rows of the other kind; here it is %s", c.of.text, word)
		}
		return contact.Filter{Of: other}
	}
	filter := contact.Filter{}
	for _, n := range c.any {
		expr, err := plan.CompileFilter(kind, n.text)
		if err != nil {
			r.expression(n, at.below("choose"), 0, err)
			continue
		}
		for _, name := range expr.Names() {
			r.use(n, at.below("choose"), name)
		}
		filter.Any = append(filter.Any, n.text)
	}
	return filter
}

func (r *reader) collection(row *rowBlock, at site) contact.Collection {
	k := row.system.kind
	collection := k.Collections[row.kind]
	for key, into := range map[string]*string{
		"collection": &collection.Name, "id": &collection.ID, "changed": &collection.Changed, "marker": &collection.Marker,
	} {
		if text, ok := row.rules[key].value.(string); ok {
			*into = text
		}
	}
	if k.NeedsCollection && collection.Name == "" {
		r.problem(row.at, at.path, "collection is missing: the table, resource or file in %s", row.system.name)
	}
	if k.NeedsID && collection.ID == "" {
		r.problem(row.at, at.path, "id is missing: the native key in %s", row.system.name)
	}
	return collection
}
