package store

import "kith/internal/contact"

// echo packs what a glance shows and no query asks for.
func (p *packer) echo(l *contact.Link) []byte {
	p.b = append(p.b, l.Shown[:]...)
	p.text(l.Version)
	if l.Missing != nil {
		p.int(millis(l.Missing.At))
		p.text(l.Missing.State)
		p.int(millis(l.Missing.There)) // came later: older rows end here
		for _, place := range l.Missing.Beside {
			p.text(place)
		}
	}
	return p.take()
}

func (u *unpacker) echo(packed []byte) (shown [16]byte, version string, missing *contact.Absence) {
	u.s = string(packed)
	copy(shown[:], u.bytes(len(shown)))
	version = u.text()
	if u.s != "" {
		missing = &contact.Absence{At: instant(u.int()), State: u.text()}
		if u.s != "" {
			missing.There = instant(u.int())
		}
		for u.s != "" {
			missing.Beside = append(missing.Beside, u.text())
		}
	}
	return shown, version, missing
}

// Flags of a link, above the two bits of its switch.
const (
	flagSwitch = 3
	flagMade   = 4
	flagOut    = 8
	flagRest   = 16
	flagIntent = 32
)

// linkRest is what few links have.
type linkRest struct {
	Intent *contact.Intent   `json:"intent,omitempty"` // only as it was once written, see flagIntent
	Late   *contact.Intent   `json:"late,omitempty"`
	Held   map[string]string `json:"held,omitempty"`
}

// link packs all of a link that has no column. chosen is its switch's code.
func (p *packer) link(l *contact.Link, chosen int64) []byte {
	flags := uint64(chosen)
	if l.Made {
		flags |= flagMade
	}
	if l.Out {
		flags |= flagOut
	}
	rest := l.Late != nil || len(l.Held) > 0
	if rest {
		flags |= flagRest
	}
	if l.Intent != nil {
		flags |= flagIntent
	}
	p.uint(flags)
	p.int(millis(l.At))
	p.int(millis(l.Since))
	p.uint(uint64(l.Tries))
	p.memo(l.Seen)
	p.memo(l.Sent)
	if rest {
		p.text(toJSON(linkRest{Late: l.Late, Held: l.Held}))
	}
	if l.Intent != nil {
		p.intent(l.Intent)
	}
	return p.take()
}

func (u *unpacker) link(packed []byte, l *contact.Link) {
	u.s = string(packed)
	flags := u.uint()
	l.Made, l.Out = flags&flagMade != 0, flags&flagOut != 0
	l.At, l.Since, l.Tries = instant(u.int()), instant(u.int()), int(u.uint())
	l.Seen, l.Sent = u.memo(), u.memo()
	var err error
	if l.Switch, err = wordOf(switches, int64(flags&flagSwitch)); err != nil {
		u.fail(err)
	}
	if flags&flagRest != 0 {
		var rest linkRest
		if err := fromJSON(u.text(), &rest); err != nil {
			u.fail(err)
		}
		l.Intent, l.Late, l.Held = rest.Intent, rest.Late, rest.Held
	}
	if flags&flagIntent != 0 {
		l.Intent = u.intent()
	}
}

func (p *packer) intent(i *contact.Intent) {
	p.text(string(i.Op))
	p.fields(i.Set)
	p.text(i.Marker)
	p.fields(i.Key)
	p.int(i.Rev)
	p.int(millis(i.First))
	p.int(millis(i.Last))
	p.uint(uint64(i.Attempts))
	p.uint(uint64(i.Looks))
	p.text(reasonText(i.Why))
	p.int(i.Run)
}

func (u *unpacker) intent() *contact.Intent {
	i := &contact.Intent{
		Op: contact.Op(u.text()), Set: u.fields(), Marker: u.text(), Key: u.fields(), Rev: u.int(),
		First: instant(u.int()), Last: instant(u.int()), Attempts: int(u.uint()), Looks: int(u.uint()),
	}
	var err error
	if i.Why, err = reasonOf(u.text()); err != nil {
		u.fail(err)
	}
	i.Run = u.int()
	return i
}

// memo packs native values by field. A digest goes without its mark: the
// lowest bit of the field's number tells it from a text. A nil memo is told
// from an empty one.
func (p *packer) memo(m contact.Memo) {
	if m == nil {
		p.uint(0)
		return
	}
	p.uint(uint64(len(m)) + 1)
	for field, value := range m {
		num := uint64(p.name(field)) << 1
		if contact.IsDigest(value) {
			p.uint(num | 1)
			p.b = append(p.b, value[1:]...)
			continue
		}
		p.uint(num)
		p.text(value)
	}
}

func (u *unpacker) memo() contact.Memo {
	n, ok := u.present()
	if !ok {
		return nil
	}
	m := make(contact.Memo, n)
	for range n {
		num := u.uint()
		field := u.name(num >> 1)
		if num&1 == 1 {
			m[field] = digestMark + u.bytes(8)
			continue
		}
		m[field] = u.text()
	}
	return m
}

// digestMark is the zero byte before a digest, see contact.Memo.
const digestMark = "\x00"
