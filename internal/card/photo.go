package card

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// readPhoto gives the picture as an address: data: with its content, or where
// it lies elsewhere. "" where the card has none; said is false where it has one
// that cannot be read.
func readPhoto(c *vcard.Card) (text string, said bool) {
	photo, ok, err := c.Photo()
	switch {
	case err != nil:
		return "", false
	case !ok:
		return "", true
	case photo.Data == nil:
		return photo.URI, true
	case photo.MediaType == "":
		return "", false // nothing could be done with it elsewhere
	}
	return "data:" + photo.MediaType + ";base64," + base64.StdEncoding.EncodeToString(photo.Data), true
}

// applyPhoto makes the picture what a text of readPhoto says.
func applyPhoto(c *vcard.Card, text string) error {
	if text == "" {
		c.RemovePhoto()
		return nil
	}
	data, media, err := cutData(text)
	if err == nil && data != nil {
		err = c.SetPhoto(data, media)
	} else if err == nil {
		err = c.SetPhotoURI(text)
	}
	switch {
	case errors.Is(err, vcard.ErrLimit):
		return tooLong(photoField, maxPhoto)
	case err != nil:
		return refuse(photoField)
	}
	return nil
}

var errNoPhoto = errors.New("neither data: with base64 nor an address")

// cutData reads data:image/jpeg;base64,… An address of another scheme has no
// data.
func cutData(text string) (data []byte, media string, err error) {
	rest, here := strings.CutPrefix(text, "data:")
	if !here {
		if !strings.Contains(text, "://") {
			return nil, "", errNoPhoto
		}
		return nil, "", nil
	}
	media, encoded, ok := strings.Cut(rest, ";base64,")
	if !ok {
		return nil, "", errNoPhoto
	}
	data, err = base64.StdEncoding.DecodeString(encoded)
	if err == nil && len(data) == 0 {
		err = errNoPhoto
	}
	return data, media, err
}

// applyTags makes the categories what a text of readTags says, as a set: the
// order on the card stays.
func applyTags(c *vcard.Card, text string) error {
	var items []vcard.Item
	for tag := range strings.SplitSeq(text, contact.ListSeparator) {
		item := vcard.Item{Value: tag}
		// One that spans lines on the card is known by what it was read as.
		for _, have := range c.List(vcard.ListCategories) {
			if strings.ReplaceAll(have.Value, contact.ListSeparator, " ") == tag {
				item = have
			}
		}
		if !slices.ContainsFunc(items, func(i vcard.Item) bool { return i.Value == item.Value }) {
			items = append(items, item)
		}
	}
	err := c.SetList(vcard.ListCategories, items)
	switch {
	case errors.Is(err, vcard.ErrLimit):
		return tooLong(tagsField, maxText)
	case err != nil:
		return refuse(tagsField)
	}
	return nil
}
