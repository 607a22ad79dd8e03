package vcard

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // the formats whose size can be told
	_ "image/jpeg"
	_ "image/png"
	"net/url"
	"strings"
)

// maxPixels bounds what a viewer would have to unpack: a small file can hold an
// enormous picture.
const maxPixels = 25_000_000

// Photo is the picture of a contact.
type Photo struct {
	Data      []byte // as in the file; nil where the card only names an address
	MediaType string // image/jpeg …; "" if the card does not say and the bytes do not show
	URI       string // where the picture is, instead of Data. Never fetch it unasked
}

// Photo gives the first picture of the card; ok is false where there is none.
// It is an error if the picture is damaged, as in a card some server has cut
// at the comma, or has more than 25 megapixels.
func (c *Card) Photo() (photo Photo, ok bool, err error) {
	p := c.Get("PHOTO")
	if p == nil || strings.TrimSpace(p.Value) == "" {
		return Photo{}, false, nil
	}
	photo, err = p.photo()
	if err == nil && photo.Data != nil {
		if photo.MediaType == "" {
			photo.MediaType = sniff(photo.Data)
		}
		err = checkPhoto(photo)
	}
	return photo, err == nil, err
}

func (p *Property) photo() (Photo, error) {
	if hasPrefixFold(p.Value, "data:") {
		return dataURI(unescape(p.Value))
	}
	encoded := p.Params.encoding() == encBase64
	if value := p.Params.Get("VALUE"); !encoded && (strings.EqualFold(value, "uri") || strings.EqualFold(value, "url") || strings.Contains(p.Value, "://")) {
		return Photo{URI: unescape(p.Value)}, nil
	}
	data, err := decodeBase64(p.Value)
	if err != nil || len(data) == 0 {
		return Photo{}, fmt.Errorf("%w: the base64 of the photo is damaged", ErrSyntax)
	}
	return Photo{Data: data, MediaType: p.mediaType()}, nil
}

// dataURI reads data:image/jpeg;base64,… (RFC 2397).
func dataURI(uri string) (Photo, error) {
	head, body, found := strings.Cut(uri[len("data:"):], ",")
	if !found {
		return Photo{}, fmt.Errorf("%w: the photo is cut off before its data", ErrTruncated)
	}
	media, isBase64 := strings.CutSuffix(head, ";base64")
	media, _, _ = strings.Cut(media, ";")
	photo := Photo{MediaType: strings.ToLower(media)}
	var err error
	if isBase64 {
		photo.Data, err = decodeBase64(body)
	} else {
		body, err = url.PathUnescape(body)
		photo.Data = []byte(body)
	}
	if err != nil || len(photo.Data) == 0 {
		return Photo{}, fmt.Errorf("%w: the data of the photo is damaged", ErrSyntax)
	}
	return photo, nil
}

// mediaType reads TYPE=JPEG, TYPE=image/jpeg, MEDIATYPE= or the bare JPEG of 2.1.
func (p *Property) mediaType() string {
	if m := p.Params.Get("MEDIATYPE"); m != "" {
		return strings.ToLower(m)
	}
	for word := range p.Params.Types() {
		switch word = strings.ToLower(word); {
		case strings.HasPrefix(word, "image/"):
			return word
		case word == "jpg":
			return "image/jpeg"
		case word == "jpeg", word == "png", word == "gif", word == "webp", word == "bmp", word == "tiff", word == "heic":
			return "image/" + word
		}
	}
	return ""
}

func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n")):
		return "image/png"
	case bytes.HasPrefix(data, []byte("GIF8")):
		return "image/gif"
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

func checkPhoto(photo Photo) error {
	if len(photo.Data) > DefaultLimits.Photo {
		return fmt.Errorf("%w: the photo has %d bytes, %d are allowed", ErrLimit, len(photo.Data), DefaultLimits.Photo)
	}
	if size, _, err := image.DecodeConfig(bytes.NewReader(photo.Data)); err == nil && size.Width*size.Height > maxPixels {
		return fmt.Errorf("%w: the photo has %d by %d pixels", ErrLimit, size.Width, size.Height)
	}
	return nil
}

// SetPhoto makes data the picture of the card, in place of the first one and in
// the form that one has. The same bytes change nothing. Errors are ErrLimit and
// ErrField.
func (c *Card) SetPhoto(data []byte, mediaType string) error {
	if mediaType == "" {
		mediaType = sniff(data)
	}
	kind, ok := strings.CutPrefix(strings.ToLower(mediaType), "image/")
	if !ok || nameEnd(kind) != len(kind) || len(data) == 0 {
		return fmt.Errorf("%w: the photo is no image of a known type", ErrField)
	}
	if err := checkPhoto(Photo{Data: data}); err != nil {
		return err
	}
	if now, ok, err := c.Photo(); ok && err == nil && bytes.Equal(now.Data, data) {
		return nil
	}
	p := Property{Name: "PHOTO", Value: base64.StdEncoding.EncodeToString(data)}
	old := c.Get("PHOTO")
	switch {
	case c.version == V21:
		p.Params = Params(";ENCODING=BASE64;" + strings.ToUpper(kind))
	case c.version == V40 && (old == nil || old.Params.encoding() != encBase64):
		p.Value = "data:image/" + kind + ";base64," + p.Value
	default:
		p.Params = encodedAs(kind)
	}
	return c.putPhoto(p)
}

func encodedAs(kind string) Params { return Params(";ENCODING=b;TYPE=" + strings.ToUpper(kind)) }

// EncodePhoto writes the picture of a 4.0 card in the form of 3.0, ENCODING=b in
// place of the data: URI of RFC 6350: readers take both, and a server that cuts a
// URI at its comma keeps this one. It reports whether that changed the card.
func (c *Card) EncodePhoto() bool {
	photo, ok, err := c.Photo()
	old := c.Get("PHOTO")
	kind, image := strings.CutPrefix(photo.MediaType, "image/")
	if c.version != V40 || !ok || err != nil || photo.Data == nil || !image || old.Params.encoding() == encBase64 {
		return false
	}
	*old = Property{Name: old.Name, Group: old.Group, Params: encodedAs(kind), Value: base64.StdEncoding.EncodeToString(photo.Data)}
	return true
}

// SetPhotoURI makes the picture of the card one that lies elsewhere, in place of
// the first one. Errors are ErrLimit and ErrField.
func (c *Card) SetPhotoURI(uri string) error {
	if u, err := url.Parse(uri); err != nil || u.Scheme == "" || hasPrefixFold(uri, "data:") {
		return fmt.Errorf("%w: the photo is at no address", ErrField)
	}
	p := Property{Name: "PHOTO"}
	if c.version != V40 { // where it is the default, and an address needs no word
		p.Params = p.Params.With("VALUE", "uri")
	}
	p.encodeAs(c.version, escape(V21, uri, ""))
	if now, ok, err := c.Photo(); ok && err == nil && now.URI == uri {
		return nil
	}
	return c.putPhoto(p)
}

func (c *Card) putPhoto(p Property) error {
	if err := p.fits(); err != nil {
		return err
	}
	if old := c.Get("PHOTO"); old != nil {
		p.Group = old.Group
		*old = p
		return nil
	}
	return c.Add(p)
}

// RemovePhoto takes out all pictures and reports whether there were any.
func (c *Card) RemovePhoto() bool {
	return c.Remove(func(p *Property) bool { return p.Is("PHOTO") }) > 0
}
