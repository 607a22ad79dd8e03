package carddav

import (
	"context"
	"errors"
	"net/http"
	"slices"
)

const (
	maxListing  = 128 << 20 // bytes of a listing that are read: some 600,000 cards
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

// gone names the members that were.
func (ch *change) gone() map[string]bool {
	gone := map[string]bool{}
	for name, here := range ch.here {
		if !here {
			gone[name] = true
		}
	}
	return gone
}

// since asks what changed since a token, "" for everything there is (RFC 6578).
// Errors are errNoSync, errToken and those with a class.
func (c *conn) since(ctx context.Context, token string) (*change, error) {
	ch := &change{token: token, here: map[string]bool{}, full: token == ""}
	for range maxTrunks {
		before := ch.token
		more, err := c.sinceOnce(ctx, ch)
		switch {
		case errors.Is(err, errToken) && token == "":
			return nil, errNoSync // it does not know its own token
		case err != nil:
			return nil, err
		case !more:
			return ch, nil
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
	a, err := c.client.query(ctx, "REPORT", c.book.url, "0", syncBody(ch.token), maxListing)
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
