package engine

import (
	"context"

	"kith/internal/contact"
	"kith/internal/plan"
)

// refs answers plan.Refs out of what was loaded ahead.
type refs struct {
	book    *plan.Book
	parties map[string]*contact.Party
	byID    map[string]string            // place and remote id → company
	shown   map[string]string            // place and company → remote id
	byKey   map[string]map[string]string // slot → key text → company; "" where several bear it
}

func newRefs(book *plan.Book) *refs {
	return &refs{book: book, parties: map[string]*contact.Party{}, byID: map[string]string{}, shown: map[string]string{}, byKey: map[string]map[string]string{}}
}

func (r *refs) Company(place, by, native string) (string, bool) {
	if by == "" {
		id, ok := r.byID[place+"\x1f"+native]
		return id, ok
	}
	id := r.byKey[by][native]
	return id, id != ""
}

func (r *refs) Shown(place, by, party string) (string, bool) {
	if by == "" {
		remote, ok := r.shown[place+"\x1f"+party]
		return remote, ok
	}
	company := r.parties[party]
	if company == nil || company.Text(by) == "" {
		return "", false
	}
	if by != "name" && r.book.Row(place, contact.Company) != nil {
		if _, there := r.shown[place+"\x1f"+party]; !there {
			return "", false
		}
	}
	return company.Text(by), true
}

func (r *refs) Party(id string) *contact.Party {
	if id == "" {
		return nil
	}
	return r.parties[id]
}

// learn takes in a company as it stands.
func (r *refs) learn(p *contact.Party) {
	copied := *p
	r.parties[p.ID] = &copied
	if p.State != contact.Active {
		return
	}
	for _, by := range r.book.RefKeys() {
		text := plan.KeyText(contact.Company, by, p.Fields[by])
		if text == "" {
			continue
		}
		if r.byKey[by] == nil {
			r.byKey[by] = map[string]string{}
		}
		if other, taken := r.byKey[by][text]; taken && other != p.ID {
			r.byKey[by][text] = ""
			continue
		}
		r.byKey[by][text] = p.ID
	}
}

func (r *refs) learnLink(link contact.Link) {
	if link.Kind == contact.Company && link.Party != "" && link.Live() {
		r.byID[link.Place+"\x1f"+link.Remote] = link.Party
		r.shown[link.Place+"\x1f"+link.Party] = link.Remote
	}
}

// load takes in companies by id, with where they are.
func (r *refs) load(ctx context.Context, store Store, companies []string) error {
	var want []string
	for _, id := range companies {
		if _, known := r.parties[id]; !known {
			r.parties[id] = nil
			want = append(want, id)
		}
	}
	if len(want) == 0 {
		return nil
	}
	parties, err := store.Parties(ctx, want)
	if err != nil {
		return err
	}
	for i := range parties {
		r.learn(&parties[i])
	}
	links, err := store.LinksByParty(ctx, want)
	if err != nil {
		return err
	}
	for _, link := range links {
		r.learnLink(link)
	}
	return nil
}

// resolve loads the companies that references of a place name.
func (r *refs) resolve(ctx context.Context, e *Engine, place string, wanted [][2]string) error {
	var remotes []string
	keys := map[string][]string{}
	for _, ref := range wanted {
		by, text := ref[0], ref[1]
		if _, known := r.Company(place, by, text); known {
			continue
		}
		if by == "" {
			remotes = append(remotes, text)
		} else {
			keys[by] = append(keys[by], text)
		}
	}
	var companies []string
	if len(remotes) > 0 {
		links, err := e.Store.LinksByRemote(ctx, place, contact.Company, remotes)
		if err != nil {
			return err
		}
		for _, link := range links {
			switch second := secondOf(link); {
			case link.Party != "":
				companies = append(companies, link.Party)
			case second != "":
				companies = append(companies, second)
				r.byID[place+"\x1f"+link.Remote] = second
			}
		}
	}
	for by, texts := range keys {
		hashes := make([]contact.Key, len(texts))
		for i, text := range texts {
			hashes[i] = e.hash(plan.Key{Method: by, Text: text})
		}
		hits, err := e.Store.FindKeys(ctx, "", contact.Company, hashes)
		if err != nil {
			return err
		}
		for _, hit := range hits {
			companies = append(companies, hit.Owner)
		}
	}
	if err := r.load(ctx, e.Store, companies); err != nil {
		return err
	}
	return r.followJoins(ctx, e.Store)
}

// followJoins lets references to companies that were joined with others lead to
// those.
func (r *refs) followJoins(ctx context.Context, store Store) error {
	for ref, id := range r.byID {
		for p := r.parties[id]; p != nil && p.State == contact.Joined; p = r.parties[p.Into] {
			r.byID[ref] = p.Into
			if err := r.load(ctx, store, []string{p.Into}); err != nil {
				return err
			}
		}
	}
	return nil
}
