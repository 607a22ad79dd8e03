package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"kith/internal/contact"
)

// packer writes values into one column: numbers as varints, texts with their
// length before them, names as their number. Names without a number are
// collected in missing; the caller interns them and packs again.
type packer struct {
	names   *names
	missing map[string]bool
	b       []byte
}

// take returns what was packed and makes room for the next column.
func (p *packer) take() []byte {
	packed := p.b
	p.b = p.b[len(p.b):]
	if cap(p.b) < 512 {
		p.b = make([]byte, 0, 64<<10)
	}
	return packed[:len(packed):len(packed)]
}

func (p *packer) name(text string) int64 {
	num, ok := p.names.numberOf(text)
	if !ok {
		if p.missing == nil {
			p.missing = map[string]bool{}
		}
		p.missing[text] = true
	}
	return num
}

func (p *packer) uint(n uint64) { p.b = binary.AppendUvarint(p.b, n) }
func (p *packer) int(n int64)   { p.b = binary.AppendVarint(p.b, n) }

func (p *packer) text(s string) {
	p.uint(uint64(len(s)))
	p.b = append(p.b, s...)
}

const (
	valueFrom  = 1 << iota // the value has a place
	valueAt                // and a time
	valueKnown             // that is trusted
	valueNorm              // a normal form of its own
	valueBits  = 4
)

// party packs what no query asks for.
func (p *packer) party(party *contact.Party) []byte {
	p.uint(uint64(p.name(party.Origin)))
	p.text(party.Into)
	p.uint(uint64(len(party.Fields)))
	for slot, value := range party.Fields {
		bits := uint64(0)
		if value.From != "" {
			bits |= valueFrom
		}
		if !value.At.IsZero() {
			bits |= valueAt
		}
		if value.Known {
			bits |= valueKnown
		}
		if value.Norm != "" {
			bits |= valueNorm
		}
		p.uint(uint64(p.name(slot))<<valueBits | bits)
		p.text(value.Text)
		if bits&valueFrom != 0 {
			p.uint(uint64(p.name(value.From)))
		}
		if bits&valueAt != 0 {
			p.int(value.At.UnixMilli())
		}
		if bits&valueNorm != 0 {
			p.text(value.Norm)
		}
	}
	return p.take()
}

// fields packs native values; a nil map is told from an empty one.
func (p *packer) fields(f contact.Fields) {
	if f == nil {
		p.uint(0)
		return
	}
	p.uint(uint64(len(f)) + 1)
	for field, value := range f {
		p.uint(uint64(p.name(field)))
		p.text(value)
	}
}

func (p *packer) flag(is bool) {
	if is {
		p.b = append(p.b, 1)
	} else {
		p.b = append(p.b, 0)
	}
}

// Flags of a record that answers a write of ours.
const (
	flagMoved     = 1
	flagRewritten = 2
)

func answerFlags(r *contact.Record) (flags uint64) {
	if r.Moved {
		flags |= flagMoved
	}
	if r.Rewritten {
		flags |= flagRewritten
	}
	return flags
}

func (p *packer) record(r *contact.Record) []byte {
	p.text(r.ID)
	p.text(r.Version)
	p.int(millis(r.Modified))
	p.text(r.Marker)
	p.text(string(r.Gone))
	p.text(r.Into)
	p.uint(answerFlags(r)) // of one byte, in which older rows have Moved only
	p.fields(r.Fields)
	p.lists(r.Lists)
	if r.UID != "" { // came later: older rows end here
		p.text(r.UID)
	}
	return p.take()
}

// lists packs the lists of a record; a nil map is told from an empty one.
func (p *packer) lists(lists map[string][]contact.Item) {
	if lists == nil {
		p.uint(0)
		return
	}
	p.uint(uint64(len(lists)) + 1)
	for family, items := range lists {
		p.uint(uint64(p.name(family)))
		p.uint(uint64(len(items)))
		for i := range items {
			p.item(&items[i])
		}
	}
}

func (p *packer) item(i *contact.Item) {
	p.text(i.Value)
	p.fields(i.Parts)
	p.text(i.Label)
	p.flag(i.Preferred)
	p.flag(i.Was != nil)
	if i.Was != nil {
		p.item(i.Was)
	}
}

// errPacked is met in a column that was not written by packer.
var errPacked = errors.New("a row cannot be read: the store is damaged")

// unpacker reads what packer wrote. The texts it returns share one copy of the
// column. The first error stays.
type unpacker struct {
	names *names
	s     string
	err   error
}

func (u *unpacker) fail(err error) {
	if u.err == nil {
		u.err = err
	}
	u.s = ""
}

func (u *unpacker) uint() uint64 {
	var n uint64
	for i := 0; i < len(u.s) && i < binary.MaxVarintLen64; i++ {
		c := u.s[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			u.s = u.s[i+1:]
			return n
		}
	}
	u.fail(errPacked)
	return 0
}

func (u *unpacker) int() int64 {
	n := u.uint()
	return int64(n>>1) ^ -int64(n&1)
}

// count reads how many elements follow. Each takes a byte at least, which
// bounds what a damaged row can make us allocate.
func (u *unpacker) count() int {
	n := u.uint()
	if n > uint64(len(u.s)) {
		u.fail(errPacked)
		return 0
	}
	return int(n)
}

// present reads how many elements follow a list that may be nil.
func (u *unpacker) present() (n int, ok bool) {
	counted := u.uint()
	if counted == 0 {
		return 0, false
	}
	if counted-1 > uint64(len(u.s)) {
		u.fail(errPacked)
		return 0, false
	}
	return int(counted - 1), true
}

func (u *unpacker) bytes(n int) string {
	if n > len(u.s) {
		u.fail(errPacked)
		return ""
	}
	s := u.s[:n]
	u.s = u.s[n:]
	return s
}

func (u *unpacker) text() string { return u.bytes(u.count()) }

func (u *unpacker) name(num uint64) string {
	if u.err != nil {
		return ""
	}
	text, err := u.names.textOf(int64(num))
	if err != nil {
		u.fail(err)
	}
	return text
}

func (u *unpacker) flag() bool { return u.bytes(1) == "\x01" }

// end reports the first error, and values that are left over.
func (u *unpacker) end(what string) error {
	if u.err == nil && u.s != "" {
		u.err = errPacked
	}
	if u.err != nil {
		return fmt.Errorf("%s: %w", what, u.err)
	}
	return nil
}

// party reads Origin, Into and Fields.
func (u *unpacker) party(packed []byte, party *contact.Party) {
	u.s = string(packed)
	party.Origin = u.name(u.uint())
	party.Into = u.text()
	n := u.count()
	party.Fields = make(map[string]contact.Value, n)
	for range n {
		bits := u.uint()
		slot := u.name(bits >> valueBits)
		value := contact.Value{Text: u.text(), Known: bits&valueKnown != 0}
		if bits&valueFrom != 0 {
			value.From = u.name(u.uint())
		}
		if bits&valueAt != 0 {
			value.At = time.UnixMilli(u.int()).UTC()
		}
		if bits&valueNorm != 0 {
			value.Norm = u.text()
		}
		party.Fields[slot] = value
	}
}

func (u *unpacker) fields() contact.Fields {
	n, ok := u.present()
	if !ok {
		return nil
	}
	f := make(contact.Fields, n)
	for range n {
		field := u.name(u.uint())
		f[field] = u.text()
	}
	return f
}

func (u *unpacker) record(packed []byte) contact.Record {
	u.s = string(packed)
	r := contact.Record{ID: u.text(), Version: u.text(), Modified: instant(u.int()), Marker: u.text(), Gone: contact.Gone(u.text()), Into: u.text()}
	flags := u.uint()
	r.Moved, r.Rewritten = flags&flagMoved != 0, flags&flagRewritten != 0
	r.Fields = u.fields()
	r.Lists = u.lists()
	if u.s != "" {
		r.UID = u.text()
	}
	return r
}

func (u *unpacker) lists() map[string][]contact.Item {
	n, ok := u.present()
	if !ok {
		return nil
	}
	lists := make(map[string][]contact.Item, n)
	for range n {
		family := u.name(u.uint())
		items := make([]contact.Item, u.count())
		for i := range items {
			items[i] = u.item()
		}
		lists[family] = items
	}
	return lists
}

func (u *unpacker) item() contact.Item {
	i := contact.Item{Value: u.text(), Parts: u.fields(), Label: u.text(), Preferred: u.flag()}
	if u.flag() {
		was := u.item()
		i.Was = &was
	}
	return i
}

// millis and instant are how a time is stored: milliseconds, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
