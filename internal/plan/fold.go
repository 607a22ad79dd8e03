package plan

import (
	"slices"
	"time"

	"kith/internal/contact"
)

// In is a reading with everything its fold depends on.
type In struct {
	Now    time.Time
	Run    int64
	Party  contact.Party  // not yet stored where Rev is 0
	Link   contact.Link   // not yet linked where Party is ""
	Record contact.Record // here, not gone
	Refs   Refs

	// Answered holds the native fields of our own write that this reading
	// answers: they become what the place shows and are no edits.
	Answered contact.Fields
	// Flips holds the slots that change to and fro, see Row.Flips: what the place
	// shows of them is left there.
	Flips map[string]bool
	// Linking is set when the reading ties the record to the party: everything
	// is compared as at first contact.
	Linking bool
}

// Out is what a fold decides. The party and the link are new values.
type Out struct {
	Party   contact.Party
	Changed bool // the party changed and has to be stored
	Link    contact.Link
	Entries []contact.Entry
	Reviews []contact.Review // questions to open
	Settled []string         // slots whose open conflict is over
}

// Fold takes a reading into the party. For every slot: *want* is the party as
// the place should show it, *base* what we last asked for, else what it last
// showed; an *edit* is shown differing from seen, *pending* is want differing
// from both. An edit alone is taken, pending alone is left to Next, both that
// differ are a conflict.
func (b *Book) Fold(in In) Out {
	f := newFolding(b, in)
	for _, native := range f.shown.Names() {
		f.field(native)
	}
	f.unkept()
	f.link.Version, f.link.Shown = in.Record.Version, f.row.ShownHash(in.Record)
	if len(f.link.Held) > len(Conflicts(f.link)) {
		f.link.Shown = [16]byte{} // looked at again each time: the map may learn to read it
	}
	f.uid()
	f.keepShape()
	f.link.At = in.Now
	f.link.Needs = f.shownSlots.needs
	f.problem()
	return f.out()
}

type folding struct {
	*Book
	in    In
	row   *Row
	party contact.Party
	link  contact.Link

	shown      contact.Fields // native, lists aligned
	shownSlots read
	seenSlots  read
	baseSlots  read
	wantSlots  read
	want       wanted

	changed bool
	entries []contact.Entry
	reviews []contact.Review
	settled []string
	flipped string // a slot that changes to and fro
}

func newFolding(b *Book, in In) *folding {
	f := &folding{Book: b, in: in, row: b.Row(in.Link.Place, in.Link.Kind), party: in.Party, link: in.Link}
	f.party.Fields = cloneValues(in.Party.Fields)
	f.link.Seen, f.link.Sent = in.Link.Seen.Clone(), in.Link.Sent.Clone()
	f.link.Held = contact.Fields(in.Link.Held).Clone()
	if f.link.Seen == nil {
		f.link.Seen = contact.Memo{}
	}
	if f.link.Sent == nil {
		f.link.Sent = contact.Memo{}
	}
	if in.Linking {
		f.link.Seen, f.link.Sent = contact.Memo{}, contact.Memo{}
	}
	for _, native := range f.row.absentFields() { // should it come back, that is a first contact
		delete(f.link.Seen, native)
		delete(f.link.Sent, native)
	}
	if in.Record.Moved { // somebody wrote after us: our write is what he saw
		for native, asked := range in.Answered {
			f.link.Seen[native] = f.row.memo(native, asked)
			delete(f.link.Sent, native)
		}
	}
	f.shown = f.row.show(in.Record, f.link, &f.party, in.Answered)
	if in.Record.Rewritten {
		f.in.Answered = answersAll(f.shown, in.Answered)
	}
	f.shownSlots = f.row.read(f.shown, in.Refs)
	f.want = b.want(f.row, &in.Party, f.link, in.Refs, in.Now)
	f.wantSlots = f.row.read(f.want.fields, in.Refs)
	if seen := texts(f.link.Seen); len(seen) > 0 {
		f.seenSlots = f.row.read(seen, in.Refs)
		if f.baseSlots = f.seenSlots; len(f.link.Sent) > 0 {
			f.baseSlots = f.row.read(overlay(seen, texts(f.link.Sent)), in.Refs)
		}
	}
	return f
}

// field folds one native field and remembers what it showed.
func (f *folding) field(native string) {
	shown := f.shown[native]
	if asked, ours := f.in.Answered[native]; ours && !f.in.Record.Moved {
		f.answer(native, shown, asked)
		return
	}
	if f.lateWrite(native, shown) {
		return
	}
	es := f.row.carries(native)
	delete(f.link.Held, unreadKey(native))
	if f.unreadable(es) {
		f.unread(native, shown, es[0].Slot)
		return
	}
	for _, e := range es {
		for _, slot := range e.slots() {
			f.slot(native, slot)
		}
	}
	for _, e := range f.row.computed[native] {
		if e.stands(native, f.shown) {
			f.slot(native, e.Slot)
		}
	}
	if f.saysNothing(native, es) {
		f.leave(native)
	}
	f.link.Seen[native] = f.row.memo(native, shown)
}

// lateWindow is how long after its last attempt a write without an answer may
// still arrive.
const lateWindow = 10 * time.Minute

// lateWrite recognises a write of ours whose answer was lost and which the
// place shows only now: it is no edit. What is wanted since then is still
// pending.
func (f *folding) lateWrite(native, shown string) bool {
	late := f.in.Link.Late
	if late == nil || f.in.Linking || f.in.Now.Sub(late.Last) > lateWindow {
		return false
	}
	asked, ours := late.Set[native]
	if !ours || f.row.digest(native, asked) != f.row.digest(native, shown) || f.row.remembers(native, f.link.Seen[native], shown) {
		return false
	}
	f.entry(contact.Lost, native, shown, "", contact.Because(contact.CodeLateWrite, f.row.Place))
	f.link.Seen[native] = f.row.memo(native, shown)
	delete(f.link.Sent, native)
	return true
}

// answer takes what the place shows of a field we set: its own way of writing
// it is no edit, and what we asked is kept where it differs.
func (f *folding) answer(native, shown, asked string) {
	f.link.Seen[native] = f.row.memo(native, shown)
	if f.row.digest(native, shown) != f.row.digest(native, asked) {
		f.link.Sent[native] = f.row.memo(native, asked)
	} else {
		delete(f.link.Sent, native)
	}
}

// answersAll makes everything that a new record shows part of the answer: of what
// was not asked for, nothing was.
func answersAll(shown, asked contact.Fields) contact.Fields {
	all := asked.Clone()
	for native := range shown {
		if _, ours := asked[native]; !ours {
			all[native] = ""
		}
	}
	return all
}

// slot decides one slot of a field.
func (f *folding) slot(native, slot string) {
	shown, ok := f.shownSlots.vals[slot]
	if !ok {
		return
	}
	if f.firstContact(native) {
		f.meet(native, slot, shown)
		return
	}
	if held, waits := f.link.Held[slot]; waits {
		f.stillHeld(slot, shown, held)
		return
	}
	edit, pending := f.moved(native, slot, shown)
	if !edit {
		return
	}
	delete(f.link.Sent, native)
	ours := f.partyVal(slot)
	switch {
	case f.in.Flips[slot]:
		f.flips(native, slot, shown, pending)
	case !f.row.givesSlot(slot):
		f.uncounted(native, slot, shown, ours, pending)
	case !pending || same(shown, f.wantSlots.vals[slot]):
		f.take(slot, shown, ours, contact.Because(contact.CodeEdited, slot, f.row.Place))
	default:
		f.conflict(slot, shown, ours)
	}
}

// firstContact reports whether the field was never seen here as text although
// the place gives: at first link, for a newly mapped field, and for a place
// that has begun to give.
func (f *folding) firstContact(native string) bool {
	seen, had := f.link.Seen[native]
	if isUnkept(f.link, native) {
		return false // it was given, and shows something after all
	}
	return !had || f.row.Gives != nil && contact.IsDigest(seen)
}

// moved answers the two questions of the three-way comparison. A field that
// shows what it showed is no edit, whatever has become of the fields beside it:
// a displayed name that was made of its parts says nothing new when they change.
func (f *folding) moved(native, slot string, shown val) (edit, pending bool) {
	if f.row.Gives != nil {
		seen, base, want := f.seenSlots.vals[slot], f.baseSlots.vals[slot], f.wantSlots.vals[slot]
		_, wants := f.wantSlots.vals[slot]
		edit = !same(shown, seen) && (f.computes(native, slot) || f.shown[native] != f.link.Seen[native])
		if unresolved(f.row, f.link, f.seenSlots, native, slot) {
			edit = f.shown[native] != f.link.Seen[native]
		}
		return edit, wants && !same(want, base) && !same(want, seen)
	}
	seen, base := f.link.Seen[native], f.base(native)
	if isUnkept(f.link, native) {
		seen = f.row.digest(native, "")
	}
	text, wants := f.want.fields[native]
	want := f.row.digest(native, text)
	return f.row.digest(native, f.shown[native]) != seen, wants && want != base && want != seen
}

// computes reports whether a slot is computed, perhaps out of several fields.
func (f *folding) computes(native, slot string) bool {
	return slices.ContainsFunc(f.row.computed[native], func(e *entry) bool { return e.Slot == slot })
}

func (f *folding) base(native string) string {
	if sent, ok := f.link.Sent[native]; ok {
		return sent
	}
	return f.link.Seen[native]
}

func (f *folding) partyVal(slot string) val {
	v := f.party.Fields[slot]
	return val{v.Text, v.Norm}
}

// meet compares a slot at first contact. A blank never clears: it is filled or
// the other side is left alone. Of two values the leading place's stands.
func (f *folding) meet(native, slot string, shown val) {
	value, ours := f.party.Fields[slot], f.partyVal(slot)
	counts := f.row.givesSlot(slot) || f.birth()
	switch {
	case shown.blank():
		// It says nothing: another place's value fills it, it clears none.
	case ours.blank() && counts:
		f.take(slot, shown, ours, contact.Because(contact.CodeFirst, f.row.Place))
	case ours.blank():
		f.leave(native)
		if !f.in.Linking { // linking keeps the whole record in history
			f.entry(contact.Lost, slot, shown.text, "", contact.Because(contact.CodeLeft, slot, f.row.Place))
		}
	case same(shown, ours) || same(shown, f.wantSlots.vals[slot]):
		if f.row.Gives == nil {
			f.leave(native)
		}
	case !f.row.givesSlot(slot):
		f.uncounted(native, slot, shown, ours, false)
	default:
		f.settle(slot, shown, ours, value, contact.Because(contact.CodeFirst, f.row.Place), false)
	}
}

// birth reports whether the record starts the party. Then all it shows counts:
// what is locked cannot be changed from here, but it has to begin somewhere.
func (f *folding) birth() bool {
	return f.in.Linking && f.in.Party.Rev == 0 && f.row.Gives != nil
}

// conflict settles an edit against a pending value.
func (f *folding) conflict(slot string, shown, ours val) {
	f.settle(slot, shown, ours, f.party.Fields[slot], contact.Reason{}, true)
}

// settle lets one of two differing values stand, or asks. Newest counts only
// between two edits.
func (f *folding) settle(slot string, shown, ours val, value contact.Value, why contact.Reason, edits bool) {
	rule := f.row.rule(slot)
	here := f.rankAt(f.row, slot, f.row.Place)
	there := f.rankAt(f.row, slot, value.From)
	if value.From == f.row.Place {
		there = here + 1 // the place corrects itself
	}
	code := contact.CodeLeading
	if rule.Conflict == contact.ConflictNewest && edits {
		if newer, known := f.newer(value); known {
			code, here, there = contact.CodeNewest, 1, 0
			if newer {
				here, there = 0, 1
			}
		}
	}
	switch {
	case rule.Conflict == contact.ConflictAsk, here == there:
		f.hold(slot, shown, ours)
	case here < there:
		f.take(slot, shown, ours, orElse(why, contact.Because(code, slot, f.row.Place, value.From)))
	default:
		f.lose(slot, shown, orElse(why, contact.Because(code, slot, value.From, f.row.Place)))
	}
}

// newer reports whether this reading's edit is the later one, and whether that
// is known at all: both times trusted, not in the future, further apart than
// the clocks may be wrong.
func (f *folding) newer(value contact.Value) (newer, known bool) {
	at, ok := f.time()
	skew := f.skewOf(f.row, value.From)
	if !ok || !value.Known || skew < 0 {
		return false, false
	}
	apart := at.Sub(value.At)
	return apart > 0, apart.Abs() > skew
}

// time is when the record was edited, by the remote clock where it is known.
func (f *folding) time() (time.Time, bool) {
	at := f.in.Record.Modified
	if at.IsZero() || f.row.Skew < 0 || at.After(f.in.Now.Add(f.row.Skew)) {
		return f.in.Now, false
	}
	return at, true
}

// uncounted treats an edit where edits do not count.
func (f *folding) uncounted(native, slot string, shown, ours val, pending bool) {
	switch f.row.rule(slot).Edits {
	case contact.EditsLeave:
		if !pending {
			f.leave(native)
		}
		f.entry(contact.Lost, slot, shown.text, ours.text, contact.Because(contact.CodeLeft, slot, f.row.Place))
	case contact.EditsAsk:
		f.hold(slot, shown, ours)
	default:
		f.lose(slot, shown, contact.Because(contact.CodeOverwritten, slot, f.row.Place))
		if _, known := f.party.Fields[slot]; !known { // nobody ever had a value: blank is what stands
			f.party.Fields[slot] = contact.Value{From: f.party.Origin, At: f.in.Now}
			f.changed = true
		}
	}
}

// leave treats what the place shows as if we had asked for our value, so that
// nothing is written until the party's value changes.
func (f *folding) leave(native string) {
	text, wants := f.want.fields[native]
	if wants && f.row.digest(native, text) != f.row.digest(native, f.shown[native]) {
		f.link.Sent[native] = f.row.memo(native, text)
	}
}

// take lets the party have the value.
func (f *folding) take(slot string, shown, ours val, why contact.Reason) {
	if _, known := f.party.Fields[slot]; known && same(shown, ours) {
		return
	}
	if !f.in.Linking || !ours.blank() {
		f.entry(contact.Took, slot, ours.text, shown.text, why)
	}
	f.set(slot, shown)
}

func (f *folding) set(slot string, v val) {
	at, known := f.time()
	f.party.Fields[slot] = contact.Value{Text: v.text, Norm: v.norm, From: f.row.Place, At: at.UTC(), Known: known}
	f.changed = true
}

// lose keeps the party's value; what the place shows goes into history.
func (f *folding) lose(slot string, shown val, why contact.Reason) {
	f.entry(contact.Lost, slot, shown.text, f.party.Text(slot), why)
}

// hold asks a person and leaves both sides alone until then.
func (f *folding) hold(slot string, shown, ours val) {
	if f.link.Held == nil {
		f.link.Held = map[string]string{}
	}
	f.link.Held[slot] = shown.text
	f.reviews = append(f.reviews, contact.Review{
		At: f.in.Now, Ask: contact.AskConflict, Place: f.row.Place, Kind: f.row.Kind,
		Party: f.party.ID, Remote: f.in.Record.ID, Slot: slot, Ours: ours.text, Theirs: shown.text,
		Why: contact.Because(contact.CodeConflict, slot),
	})
}

// stillHeld follows a held slot: when both sides have come to agree, the
// question is over.
func (f *folding) stillHeld(slot string, shown val, held string) {
	if same(shown, f.partyVal(slot)) {
		delete(f.link.Held, slot)
		f.settled = append(f.settled, slot)
		return
	}
	if shown.text != held {
		f.settled = append(f.settled, slot)
		f.hold(slot, shown, f.partyVal(slot))
	}
}

func (f *folding) entry(op contact.Event, field, before, after string, why contact.Reason) {
	f.entries = append(f.entries, contact.Entry{
		At: f.in.Now, Run: f.in.Run, Party: f.party.ID, Place: f.row.Place, Remote: f.in.Record.ID,
		Op: op, Field: field, Before: before, After: after, Why: why,
	})
}

// problem states what keeps the record from being wholly in step, as far as
// the reading shows it.
func (f *folding) problem() {
	switch {
	case len(Conflicts(f.link)) > 0:
		f.link.Problem = contact.Because(contact.CodeConflict, Conflicts(f.link)...)
	case len(f.shownSlots.held) > 0:
		f.link.Problem = firstReason(f.shownSlots.held)
	case f.link.Needs != "":
		f.link.Problem = contact.Because(contact.CodeNeeds, f.row.Place)
	case f.flipped != "":
		f.link.Problem = contact.Because(contact.CodeFlips, f.flipped, f.row.Place)
	default:
		f.link.Problem = contact.Reason{}
	}
}

func (f *folding) out() Out {
	if len(f.link.Sent) == 0 {
		f.link.Sent = nil
	}
	if len(f.link.Held) == 0 {
		f.link.Held = nil
	}
	f.link.Reread = false
	f.link.Missing = nil
	return Out{f.party, f.changed, f.link, f.entries, f.reviews, f.settled}
}
