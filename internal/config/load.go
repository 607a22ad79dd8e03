package config

import (
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/spelling"
)

// Load reads a configuration. Name is the file's name for errors; kinds are
// the kinds of connectors there are. The error is an *Error with everything
// found wrong. Secrets are not read yet: see File.ResolveStore and
// System.Resolve.
func Load(name string, text []byte, kinds []Kind, secrets Secrets) (*File, error) {
	source := strings.TrimPrefix(string(text), "\ufeff")
	fail := func(problems []Problem) error { return newError(name, source, problems, secretKeys(kinds)) }
	root, problem := parseYAML(source)
	if problem != nil {
		return nil, fail([]Problem{*problem})
	}
	r := &reader{table: table, kinds: kinds}
	blocks := r.readFile(root)
	if len(r.problems) > 0 {
		return nil, fail(r.problems)
	}
	file := r.resolve(blocks, secrets)
	if len(r.problems) > 0 {
		return nil, fail(r.problems)
	}
	file.Name, file.Lines = name, strings.Count(strings.TrimRight(source, "\n"), "\n")+1
	file.warn()
	return file, nil
}

func secretKeys(kinds []Kind) []string {
	var names []string
	for _, kind := range kinds {
		for _, key := range kind.Keys {
			if key.Secret && !slices.Contains(names, key.Name) {
				names = append(names, key.Name)
			}
		}
	}
	return names
}

// fileBlocks is the file as written, before the cascade.
type fileBlocks struct {
	root    *node
	rules   rules
	systems []*systemBlock
	kinds   []*kindBlock // companies first
}

func (r *reader) readFile(root *node) *fileBlocks {
	blocks := &fileBlocks{root: root, rules: rules{}}
	at := site{where: InFile, kinds: contact.Kinds}
	pairs := r.pairs(root, at)
	systems := root.get("systems")
	if systems != nil {
		r.nameSystems(systems)
		blocks.systems = r.readSystems(systems)
	}
	for _, p := range pairs {
		kind, isKind := kindOf(p.key.text)
		switch {
		case p.key.text == "systems":
		case isKind && systems == nil: // its rows could name nothing
		case isKind:
			below := site{path: p.key.text, where: InKind, kinds: []contact.Kind{kind}}
			blocks.kinds = append(blocks.kinds, r.readKind(kind, p.value, below, blocks.systems))
		case slices.Contains(keyNames(InFile), p.key.text):
			r.readRule(p, at, blocks.rules)
		default:
			r.unknownKey(p.key, at.below(p.key.text), keyNames(InFile))
		}
	}
	slices.SortStableFunc(blocks.kinds, func(a, b *kindBlock) int {
		return slices.Index(contact.Kinds, a.kind) - slices.Index(contact.Kinds, b.kind)
	})
	switch {
	case systems == nil, len(r.problems) == 0 && len(blocks.systems) == 0:
		r.problem(nil, "", "there are no systems; the file begins with systems: {NAME: {connector: …}}")
	case len(r.problems) == 0 && !slices.ContainsFunc(blocks.kinds, func(k *kindBlock) bool { return len(k.rows) > 0 }):
		r.problem(nil, "", "nothing is exchanged yet; say who gives and who takes: person: {%s: both}", blocks.systems[0].name)
	}
	return blocks
}

// nameSystems learns the systems' names first, because rules above them name
// them too.
func (r *reader) nameSystems(n *node) {
	if n.shape != mapping {
		return
	}
	for _, p := range n.pairs {
		if p.key.shape == scalar && !slices.Contains(r.systems, p.key.text) {
			r.systems = append(r.systems, p.key.text)
		}
	}
}

func (r *reader) readSystems(n *node) []*systemBlock {
	var systems []*systemBlock
	for _, p := range r.pairs(n, site{path: "systems", where: InFile}) {
		name := p.key.text
		switch {
		case slices.Contains(reservedNames(), name):
			r.problem(p.key, name, "a system may not bear the name of a key or a word of the language")
		case !namePattern.MatchString(name):
			r.problem(p.key, name, "the name of a system is made of small letters, digits and hyphens, and begins with a letter")
		}
		systems = append(systems, r.readSystem(name, p.value, site{path: name, where: InSystem, kinds: contact.Kinds}))
	}
	return systems
}

// checkOwnFields finds own fields that are named and mapped nowhere.
func (r *reader) checkOwnFields(mapped map[contact.Kind][]string) {
	for i, use := range r.uses {
		known := false
		var all []string
		for _, other := range r.uses { // a rule in the file names it for both kinds
			if other.at == use.at && other.slot == use.slot {
				known = known || slices.Contains(mapped[other.kind], use.slot)
				all = append(all, mapped[other.kind]...)
			}
		}
		first := slices.IndexFunc(r.uses, func(other ownUse) bool { return other.at == use.at && other.slot == use.slot })
		if known || first != i {
			continue
		}
		r.problem(use.at, use.path, "no row maps %s%s", use.slot, spelling.Hint(use.slot, all))
	}
}
