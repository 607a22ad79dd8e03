package carddav

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"kith/internal/contact"
)

const (
	maxListing  = 512 << 20 // bytes of a listing that are read; it is not kept
	maxTrunks   = 10_000    // parts a listing may come in
	witnessings = 3         // members whose presence proves that an answer is no complete listing
)

var (
	// errNoSync says that the server cannot tell what changed.
	errNoSync = errors.New("the server cannot tell what changed")
	// errToken says that it cannot, or no longer, for this token.
	errToken = errors.New("the server does not know the token")
)

// change is what a server tells about its members.
type change struct {
	token string          // stands for the state of the book after it
	here  map[string]bool // members, by name: true where they are, false where they were
	full  bool            // here names all members there are

	listed bool // the token is a digest of a listing: the server has none
}

// names returns the members told of, in order; without those that are not
// there where all is false.
func (ch *change) names(all bool) []string {
	names := make([]string, 0, len(ch.here))
	for name, here := range ch.here {
		if here || all {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// since asks what changed since a token, "" for everything there is (RFC 6578).
// Errors are errNoSync, errToken and those with a class.
func (c *conn) since(ctx context.Context, token string) (*change, error) {
	ch := &change{token: token, here: map[string]bool{}, full: token == ""}
	for range maxTrunks {
		before := ch.token
		more, err := c.sinceOnce(ctx, ch)
		if err != nil || !more {
			return ch, err
		}
		if ch.token == before {
			return nil, malformed("it cuts the list of changes off at the same place again and again")
		}
	}
	return nil, malformed("the list of changes does not end")
}

// sinceOnce asks for changes once, and reports whether the answer was cut off.
func (c *conn) sinceOnce(ctx context.Context, ch *change) (more bool, err error) {
	first := ch.token == ""
	a, err := c.report(ctx, "0", syncBody(ch.token), maxListing)
	if err != nil {
		return false, err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		err := a.failure("ask for changes")
		switch {
		case isPassing(a.status):
			return false, err
		case first:
			return false, errNoSync
		}
		return false, errToken
	}
	token, err := multistatus(a.body, func(r *response) error {
		for _, href := range r.hrefs {
			name, ok, err := c.book.member(href)
			if err != nil {
				return err
			}
			if !ok {
				more = more || name == "" && r.status == http.StatusInsufficientStorage
				continue
			}
			// What is listed twice is there if it is said to be once: the look
			// that follows decides.
			ch.here[name] = ch.here[name] || !r.gone()
		}
		return nil
	})
	switch {
	case err != nil:
		return false, err
	case token == "" && first:
		return false, errNoSync
	case token == "":
		return false, errToken
	}
	c.seen()
	ch.token = token
	return more, nil
}

// changed asks what changed since a token, of which no server is believed
// without proof: two answer a token they do not know with a list of all
// members, as if all had changed, and say nothing of those that are no more. An
// answer that leaves out a member that is there is no such list. Where none of
// the witnesses, members from before, proves that, all members are listed.
func (c *conn) changed(ctx context.Context, token string, witnesses []string) (*change, error) {
	ch, err := c.since(ctx, token)
	if err != nil || token == "" || len(ch.here) == 0 && ch.token == token {
		return ch, err
	}
	for _, name := range witnesses {
		if _, told := ch.here[name]; told {
			continue
		}
		there, err := c.exists(ctx, name)
		if err != nil {
			return nil, err
		}
		if there {
			return ch, nil
		}
	}
	return c.since(ctx, "")
}

// members names all members there are. Where the server can tell what changed,
// that is the cheaper question: one looks into every card for a plain listing.
func (c *conn) members(ctx context.Context) ([]string, error) {
	ch, err := c.since(ctx, "")
	if err == nil {
		return ch.names(false), nil
	}
	if !errors.Is(err, errNoSync) {
		return nil, c.placed(err)
	}
	s, err := c.take(ctx)
	if err != nil {
		return nil, err
	}
	return (&change{here: s.all()}).names(false), nil
}

// exists looks whether a member is there, under this very name.
func (c *conn) exists(ctx context.Context, name string) (bool, error) {
	a, err := c.client.do(ctx, ask{
		method: "PROPFIND", url: c.book.address(name), body: listBody, limit: maxFound, report: true,
		headers: map[string]string{"Depth": "0", "Content-Type": "application/xml; charset=utf-8"},
	})
	if err != nil {
		return false, err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		err := a.failure("look for a card")
		if contact.ClassOf(err) == contact.NotFound {
			return false, nil
		}
		return false, err
	}
	there := false
	_, err = multistatus(a.body, func(r *response) error {
		listed, ok, err := c.book.member(r.hrefs[0])
		there = there || ok && listed == name && r.props.etag != ""
		return err
	})
	return there, err
}

// list lists the members with their ETags, each once.
func (c *conn) list(ctx context.Context, each func(name, etag string) error) error {
	a, err := c.client.do(ctx, ask{
		method: "PROPFIND", url: c.book.url, body: listBody, limit: maxListing, report: true,
		headers: map[string]string{"Depth": "1", "Content-Type": "application/xml; charset=utf-8"},
	})
	if err != nil {
		return err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		return c.placed(a.failure("list the cards"))
	}
	listed := map[string]bool{}
	_, err = multistatus(a.body, func(r *response) error {
		name, ok, err := c.book.member(r.hrefs[0])
		switch {
		case err != nil:
			return err
		case name == "" && r.gone(): // one server answers so for a book that is not there
			return verdict("list the cards", r.status, "", a.header)
		case !ok, r.gone(), r.props.collection, listed[name]:
			return nil
		}
		listed[name] = true
		return each(name, r.props.etag)
	})
	if err == nil {
		c.seen()
	}
	return c.placed(err)
}

// witnessesOf chooses members by whose presence the next answer is judged:
// those from before that are still there, and some of those that are new.
func witnessesOf(before []string, ch *change) []string {
	var out []string
	for _, name := range before {
		if here, told := ch.here[name]; here || !told && !ch.full {
			out = append(out, name)
		}
	}
	names := ch.names(false)
	for i := 0; len(out) < witnessings && i < len(names); i++ {
		// From both ends and the middle: who deletes by hand deletes neighbours.
		name := names[[]int{0, len(names) - 1, len(names) / 2}[i%3]]
		if i >= 3 {
			name = names[i-2]
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
