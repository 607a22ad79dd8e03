package carddav

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"kith/internal/contact"
)

// answerXML is an answer with all that answers hold.
const answerXML = `<?xml version="1.0" encoding="utf-8"?>
<!-- a comment --><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
 <D:response><D:href>/book/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>
 <D:response><D:href>/book/a.vcf</D:href>
  <D:propstat><D:status>HTTP/1.1 200 OK</D:status><D:prop><D:getetag>"1"</D:getetag>
   <C:address-data>BEGIN:VCARD&#13;
FN:Anna &amp; Bo
<![CDATA[NOTE:<b>]]>END:VCARD</C:address-data></D:prop></D:propstat>
  <D:propstat><D:prop><D:displayname/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>
 <D:response><D:href>/book/b.vcf</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>
 <D:response><D:href>/book/c.vcf</D:href><D:status>HTTP/1.1 201 Created</D:status>
  <D:propstat><D:prop><D:getetag>"3"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
 <D:response><D:href>/book/d.vcf</D:href><D:href>/book/e.vcf</D:href><D:status>HTTP/1.1 410 Gone</D:status></D:response>
 <other xmlns="urn:x"><D:response/></other>
 <D:sync-token> t-1 </D:sync-token>
</D:multistatus>`

// readAnswer reads an answer as lines.
func readAnswer(text string) (lines []string, token string, err error) {
	token, err = multistatus(strings.NewReader(text), func(r *response) error {
		lines = append(lines, fmt.Sprintf("%s %d %s %q", strings.Join(r.hrefs, "+"), r.status, r.props.etag, r.props.card))
		return nil
	})
	return lines, token, err
}

func TestMultistatus(t *testing.T) {
	lines, token, err := readAnswer(answerXML)
	if err != nil || token != "t-1" {
		t.Fatalf("token %q, %v", token, err)
	}
	want := []string{
		`/book/ 507  ""`,
		`/book/a.vcf 0 "1" "BEGIN:VCARD\r\nFN:Anna & Bo\nNOTE:<b>END:VCARD"`,
		`/book/b.vcf 404  ""`,
		`/book/c.vcf 201 "3" ""`,
		`/book/d.vcf+/book/e.vcf 410  ""`,
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("read\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// An answer that was cut off anywhere is an error, and one that another try may
// mend; nothing that was read before it counts as all there is.
func TestEveryPrefixIsAnError(t *testing.T) {
	whole := len(strings.TrimSpace(answerXML))
	for n := range whole {
		_, _, err := readAnswer(answerXML[:n])
		if contact.ClassOf(err) != contact.Unreachable && contact.ClassOf(err) != contact.Malformed {
			t.Fatalf("cut off after %d bytes: class %q, %v", n, contact.ClassOf(err), err)
		}
	}
	for n := strings.Index(answerXML, "<D:multi"); n < whole; n++ {
		if _, _, err := readAnswer(answerXML[:n]); contact.ClassOf(err) != contact.Unreachable {
			t.Fatalf("cut off after %d bytes: class %q, %v", n, contact.ClassOf(err), err)
		}
	}
}

// A damaged answer is read as something or refused with a class; it never
// shows more than was there.
func TestMutations(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		b := []byte(answerXML)
		for range 1 + random.IntN(4) {
			at := random.IntN(len(b))
			switch random.IntN(3) {
			case 0:
				b[at] = byte(random.IntN(256))
			case 1:
				b = append(b[:at], b[min(len(b), at+1+random.IntN(20)):]...)
			default:
				b = append(b[:at:at], append([]byte("</x><&\"'>"[:1+random.IntN(8)]), b[at:]...)...)
			}
			if len(b) == 0 {
				break
			}
		}
		lines, _, err := readAnswer(string(b))
		if err != nil && contact.ClassOf(err) == "" {
			t.Fatalf("an error without a class: %v\n%s", err, b)
		}
		if len(lines) > 6 {
			t.Fatalf("%d responses out of 5\n%s", len(lines), b)
		}
	}
}

func FuzzMultistatus(f *testing.F) {
	f.Add(answerXML)
	f.Add(`<multistatus xmlns="DAV:"/>`)
	f.Add(`<?xml version="1.0" encoding="iso-8859-1"?><multistatus xmlns="DAV:"><response><href>/` + "\xe5" + `</href></response></multistatus>`)
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := readAnswer(text); err != nil && contact.ClassOf(err) == "" {
			t.Fatalf("an error without a class: %v", err)
		}
		violated(strings.NewReader(text))
	})
}

// endless repeats a text for ever.
type endless struct{ head, again string }

func (e *endless) Read(p []byte) (int, error) {
	if e.head == "" {
		e.head = e.again
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	return n, nil
}

// What a stranger sends without end is refused before it fills the memory.
func TestMemoryIsBounded(t *testing.T) {
	const open = `<multistatus xmlns="DAV:"><response>`
	for name, text := range map[string]endless{
		"elements within elements": {open, "<a>"},
		"attributes":               {open + "<a ", `b="c" `},
		"one name":                 {open + "<a", "a"},
		"one text":                 {open + "<href>", "a"},
		"texts":                    {open + "<href>", "a<b/>"},
		"a comment":                {open + "<!--", " a"},
		"an instruction":           {open + "<?x ", " a"},
		"a card":                   {open + `<propstat><prop><address-data xmlns="urn:ietf:params:xml:ns:carddav">`, "a"},
		"hrefs":                    {open, "<href>a</href>"},
		"privileges":               {open + "<propstat><prop><current-user-privilege-set>", "<privilege><read/></privilege>"},
		"homes":                    {open + `<propstat><prop><addressbook-home-set xmlns="urn:ietf:params:xml:ns:carddav">`, `<href xmlns="DAV:">a</href>`},
		"a declaration":            {`<!DOCTYPE x [`, `<!ENTITY a "b">`},
		"responses":                {`<multistatus xmlns="DAV:">`, "<response><href>a</href></response>"},
		"what nobody knows":        {`<multistatus xmlns="DAV:">`, "<a>a</a>"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			body := &bounded{ReadCloser: io.NopCloser(&text), left: 20 << 20}
			_, err := multistatus(body, func(*response) error { return nil })
			runtime.ReadMemStats(&after)
			if contact.ClassOf(err) != contact.Malformed {
				t.Errorf("class %q, %v", contact.ClassOf(err), err)
			}
			if held := int64(after.HeapInuse) - int64(before.HeapInuse); held > 96<<20 {
				t.Errorf("%d MiB are in use", held>>20)
			}
		})
	}
}

func TestEntitiesAndDeclarationsAreRefused(t *testing.T) {
	for _, text := range []string{
		`<!DOCTYPE multistatus><multistatus xmlns="DAV:"/>`,
		`<multistatus xmlns="DAV:">&lol;</multistatus>`,
		`<html><body>a login page</body></html>`,
		`<error xmlns="DAV:"/>`,
		`no XML at all`,
		`<multistatus xmlns="DAV:"><response/></multistatus>`,
		`<multistatus xmlns="DAV:"><response><href>a</href><status>200</status></response></multistatus>`,
		`<?xml version="1.0" encoding="utf-7"?><multistatus xmlns="DAV:"/>`,
	} {
		if _, _, err := readAnswer(text); contact.ClassOf(err) != contact.Malformed {
			t.Errorf("%s: class %q, %v", text, contact.ClassOf(err), err)
		}
	}
}

// What the caller says ends the reading and comes back as it is.
func TestMultistatusStops(t *testing.T) {
	stop := errors.New("enough")
	if _, err := multistatus(strings.NewReader(answerXML), func(*response) error { return stop }); err != stop {
		t.Errorf("the caller's error comes back as %v", err)
	}
}

// A connection that breaks in the middle is no malformed answer.
func TestBrokenConnection(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(answerXML[:300]), iotest.ErrReader(errors.New("connection reset")))
	if _, err := multistatus(broken, func(*response) error { return nil }); contact.ClassOf(err) != contact.Unreachable {
		t.Errorf("class %q, %v", contact.ClassOf(err), err)
	}
}

func TestLatin1(t *testing.T) {
	text := `<?xml version="1.0" encoding="ISO-8859-1"?><multistatus xmlns="DAV:"><response><href>/` + "\xe5\xff" + `</href></response></multistatus>`
	lines, _, err := readAnswer(text)
	if err != nil || len(lines) != 1 || !strings.HasPrefix(lines[0], "/åÿ ") {
		t.Errorf("read %q, %v", lines, err)
	}
}

func TestViolated(t *testing.T) {
	for text, want := range map[string]string{
		`<error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><C:no-uid-conflict><href>/x</href></C:no-uid-conflict></error>`: "no-uid-conflict",
		`<error xmlns="DAV:"><valid-sync-token/></error>`: "valid-sync-token",
		`<html/>`: "", ``: "", `<error xmlns="DAV:"`: "",
	} {
		if got := violated(strings.NewReader(text)); got != want {
			t.Errorf("%s names %q", text, got)
		}
	}
}
