package carddav

import (
	"context"
	"slices"
	"sync/atomic"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// photoField is the picture of a record, see package card.
const photoField = "PHOTO"

// pictures knows in which form a server keeps the picture of a 4.0 card. The
// standard wants a data: URI (RFC 6350, section 6.2.4), and one server cuts that
// off at its comma; all keep the form of version 3.0 there as well.
type pictures struct{ encoded atomic.Bool }

// around makes a change. A picture that it puts on the card gets the form that
// the server is known to keep; one that was there before stays as it is.
func (s *pictures) around(v *vcard.Card, change func(*vcard.Card) error) error {
	before := line(v)
	if err := change(v); err != nil {
		return err
	}
	if s.encoded.Load() && line(v) != before {
		v.EncodePhoto()
	}
	return nil
}

// line is the picture as the card holds it.
func line(v *vcard.Card) string {
	if p := v.Get(photoField); p != nil {
		return string(p.Params) + ":" + p.Value
	}
	return ""
}

// withPicture looks whether the server has kept the picture of a card it was
// given, and writes it once more in the other form where it has not. Where that
// does not help either the answer says nothing of a picture.
func (c *conn) withPicture(ctx context.Context, sent item, answer contact.Record, err error) (contact.Record, error) {
	if err != nil || answer.Moved || !c.lost(answer) {
		return answer, err
	}
	photo, _, _ := sent.card.Photo()
	if !sent.card.EncodePhoto() { // it had none, or has that form already
		return answer, nil
	}
	c.pictures.encoded.Store(true)
	again, err := c.editAlone(ctx, answer.Kind, answer.ID, answer.Version, func(v *vcard.Card) error {
		return v.SetPhoto(photo.Data, photo.MediaType)
	})
	if contact.ClassOf(err) == contact.Refused {
		return answer, nil // the rest of the card is written
	}
	return again, err
}

// lost reports whether a card has a picture that cannot be read.
func (c *conn) lost(r contact.Record) bool {
	_, said := r.Fields[photoField]
	return !said && slices.Contains(c.system.settings.Fields[r.Kind], photoField)
}
