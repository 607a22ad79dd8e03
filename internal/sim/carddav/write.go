package carddav

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kith/internal/vcard"
)

func (s *Server) get(q *request, t target) *answer {
	c := t.card()
	if c == nil {
		if t.collection() {
			return status(405)
		}
		return s.notFound()
	}
	if !s.soft.Quirks.NoNotModified && q.IfNoneMatch != "" && holds(q.IfNoneMatch, c) {
		return status(304).with("ETag", c.etag)
	}
	a := status(200).with("Content-Type", s.contentType()).with("ETag", c.etag).
		with("Last-Modified", c.at.UTC().Format(http.TimeFormat)).with("Content-Length", strconv.Itoa(len(c.text)))
	if q.Method != "HEAD" {
		a.body = []byte(c.text)
	}
	return a
}

// notFound is the answer for a card that is not there.
func (s *Server) notFound() *answer {
	return html(404, "<html><body><h3>The requested object could not be found!</h3></body></html>\n")
}

// holds reports whether a list of entity tags names the card's.
func holds(list string, c *card) bool {
	return c != nil && slices.ContainsFunc(strings.Split(list, ","), func(tag string) bool {
		tag = strings.TrimSpace(tag)
		return tag == "*" || tag == c.etag
	})
}

// put stores a card (RFC 6352 section 6.3.2).
func (s *Server) put(q *request, t target) *answer {
	quirks := s.soft.Quirks
	switch {
	case t.name == "" || strings.Contains(t.name, "/"):
		return status(405)
	case t.book == nil && quirks.NoBookStatus != 0:
		return status(quirks.NoBookStatus)
	case t.book == nil:
		return status(409)
	}
	old := t.card()
	switch {
	case q.IfMatch != "" && !holds(q.IfMatch, old):
		return status(412)
	case q.IfNoneMatch != "" && holds(q.IfNoneMatch, old) && !quirks.IgnoreIfNoneMatch:
		return status(412)
	}
	text, refused := s.accept(q, t, string(q.body))
	if refused != nil {
		return refused
	}
	if old == nil && quirks.OwnHrefs {
		t.name = s.ownName()
		t.path = t.path[:strings.LastIndexByte(t.path, '/')+1] + s.escape(t.name)
	}
	c := s.store(t.book, t.name, text)
	a := status(201).wrote()
	if old != nil {
		a.status = 204
		if quirks.UpdateStatus != 0 {
			a.status = quirks.UpdateStatus
		}
	}
	if old == nil && quirks.OwnHrefs {
		a.with("Location", q.base()+t.path)
	}
	if !quirks.NoETagOnPut {
		a.with("ETag", c.etag)
	}
	return a
}

// ownID is an id of the server's own making.
func (s *Server) ownID() string {
	s.made++
	return hash(strconv.Itoa(s.made))[:24]
}

// ownName is a name for a card of the server's own making.
func (s *Server) ownName() string { return s.ownID() + ".vcf" }

// accept checks what is to be stored and completes it. An answer is a refusal.
func (s *Server) accept(q *request, t target, text string) (string, *answer) {
	quirks := s.soft.Quirks
	if kind, _, _ := strings.Cut(q.header.Get("Content-Type"), ";"); kind != "" && !strings.Contains(kind, "vcard") {
		return "", s.refuse(415, cardEl("supported-address-data"))
	}
	if quirks.MaxSize > 0 && len(text) > quirks.MaxSize {
		return "", s.refuse(403, cardEl("max-resource-size"))
	}
	cards, err := vcard.ParseAll(q.body)
	if err != nil || len(cards) == 0 || len(cards) > 1 && quirks.RefuseTwo {
		return s.garbage(q, t, text)
	}
	card := cards[0]
	if quirks.Refuse40 && card.Version() == vcard.V40 {
		return "", s.refuse(415, cardEl("supported-address-data"))
	}
	if card.UID() == "" || strings.TrimSpace(card.Field("FN")) == "" {
		switch {
		case quirks.Incomplete == IncompleteRefused:
			return "", s.invalid(quirks.RefuseIncompleteWith)
		case quirks.Incomplete == IncompleteCompleted && card.UID() == "":
			text = strings.Replace(text, "END:VCARD", "UID:"+s.ownID()+"\r\nEND:VCARD", 1)
		}
	}
	return text, s.uidConflict(t, card.UID())
}

// invalid refuses a body that is no card, or none a server may keep.
func (s *Server) invalid(code int) *answer {
	if code != 0 {
		return status(code)
	}
	return s.refuse(403, cardEl("valid-address-data"))
}

func (s *Server) garbage(q *request, t target, text string) (string, *answer) {
	switch s.soft.Quirks.Garbage {
	case GarbageInner:
		return "", s.multistatus(dav("response", davText("href", s.url(q, t)), statusLine(412),
			dav("error", cardEl("valid-address-data")), davText("responsedescription", "Not a valid file")))
	case GarbageStored:
		return text, nil
	case GarbageNotFound:
		return "", s.notFound()
	}
	return "", s.invalid(s.soft.Quirks.RefuseGarbageWith)
}

// uidConflict refuses a second card with the same UID, and another UID for a
// card that is there, where the server does (RFC 6352 section 6.3.2.1).
func (s *Server) uidConflict(t target, uid string) *answer {
	quirks := s.soft.Quirks
	for name, other := range t.book.cards {
		has := uidOf(other.text)
		taken := name != t.name && uid != "" && has == uid && !quirks.AcceptSameUID
		changed := name == t.name && has != uid && quirks.UIDFixed
		switch {
		case !taken && !changed:
		case quirks.SameUIDStatus != 0:
			return status(quirks.SameUIDStatus)
		default:
			return s.refuse(409, cardEl("no-uid-conflict"))
		}
	}
	return nil
}

// uidOf is the UID of a stored card, "" where it has none.
func uidOf(text string) string {
	card, err := vcard.Parse([]byte(text))
	if err != nil {
		return ""
	}
	return card.UID()
}
