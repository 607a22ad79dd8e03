package conntest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// door is a door with something wrong: a function that is not nil takes the
// place of the real one.
type door struct {
	inner interface {
		connector.Connector
		connector.Lister
		connector.Finder
		connector.Marking
	}
	account func() string
	pull    func(ctx context.Context, cursor string) (connector.Page, error)
	get     func(ctx context.Context, id string) (contact.Record, error)
	put     func(ctx context.Context, r contact.Record) (contact.Record, error)
	remove  func(ctx context.Context, id, version string) error
	list    func(ctx context.Context, each func(id, version string) error) error
	find    func(ctx context.Context, marker string, key contact.Fields) ([]contact.Record, error)
	mark    func(ctx context.Context, id, version, marker string) (contact.Record, error)
}

func (d *door) Account() string {
	if d.account != nil {
		return d.account()
	}
	return d.inner.Account()
}

func (d *door) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	return d.inner.Describe(ctx, kind)
}

func (d *door) Pull(ctx context.Context, kind contact.Kind, cursor string) (connector.Page, error) {
	if d.pull != nil {
		return d.pull(ctx, cursor)
	}
	return d.inner.Pull(ctx, kind, cursor)
}

func (d *door) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	if d.get != nil {
		return d.get(ctx, id)
	}
	return d.inner.Get(ctx, kind, id)
}

func (d *door) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	if d.put != nil {
		return d.put(ctx, r)
	}
	return d.inner.Put(ctx, r)
}

func (d *door) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	if d.remove != nil {
		return d.remove(ctx, id, version)
	}
	return d.inner.Remove(ctx, kind, id, version)
}

func (d *door) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	if d.list != nil {
		return d.list(ctx, each)
	}
	return d.inner.List(ctx, kind, each)
}

func (d *door) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	if d.find != nil {
		return d.find(ctx, marker, key)
	}
	return d.inner.Find(ctx, kind, marker, key)
}

func (d *door) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	if d.mark != nil {
		return d.mark(ctx, id, version, marker)
	}
	return d.inner.Mark(ctx, kind, id, version, marker)
}

const person = contact.Person

// faulty are doors that are wrong in one way, with the check that has to find
// it. A fault may make other checks fail too.
var faulty = []struct {
	name, check string
	breaks      func(d *door)
}{
	{"a page loses its last record", "pages of every size", func(d *door) {
		d.pull = func(ctx context.Context, cursor string) (connector.Page, error) {
			page, err := d.inner.Pull(ctx, person, cursor)
			if page.More {
				page.Records = page.Records[:len(page.Records)-1]
			}
			return page, err
		}
	}},
	{"a cursor skips a record", "resume from every cursor", func(d *door) {
		first := true
		d.pull = func(ctx context.Context, cursor string) (connector.Page, error) {
			page, err := d.inner.Pull(ctx, person, cursor)
			if first && cursor != "" && len(page.Records) > 0 {
				page.Records = page.Records[1:]
			}
			first = first && cursor == ""
			return page, err
		}
	}},
	{"an unknown cursor is the end", "a bad cursor is never an empty success", func(d *door) {
		d.pull = func(ctx context.Context, cursor string) (connector.Page, error) {
			page, err := d.inner.Pull(ctx, person, cursor)
			if contact.ClassOf(err) == contact.CursorExpired {
				return connector.Page{Asked: time.Now(), Full: true}, nil
			}
			return page, err
		}
	}},
	{"deleted records stay", "deletions come to light", func(d *door) {
		known := map[string]contact.Record{}
		d.pull = func(ctx context.Context, cursor string) (connector.Page, error) {
			page, err := d.inner.Pull(ctx, person, cursor)
			for _, r := range page.Records {
				known[r.ID] = r
			}
			if page.More || err != nil {
				return page, err
			}
			page.Records = nil
			for _, r := range known {
				page.Records = append(page.Records, r)
			}
			return page, nil
		}
	}},
	{"blank fields are left out", "blank is shown", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			r, err := d.inner.Get(ctx, person, id)
			for name, value := range r.Fields {
				if value == "" {
					delete(r.Fields, name)
				}
			}
			return r, err
		}
	}},
	{"what is not there is empty", "get of nothing", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			r, err := d.inner.Get(ctx, person, id)
			if err != nil {
				return contact.Record{Kind: person, ID: id}, nil
			}
			return r, nil
		}
	}},
	{"ids are trimmed", "ids are bytes", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			return d.inner.Get(ctx, person, strings.TrimSpace(id))
		}
	}},
	{"a write replaces the whole record", "update keeps everything else", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			r.Fields = r.Fields.Clone()
			for _, name := range []string{"name", "firm", "phone", "secret"} {
				if _, given := r.Fields[name]; !given {
					r.Fields[name] = ""
				}
			}
			return d.inner.Put(ctx, r)
		}
	}},
	{"clearing is ignored", "clear", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			r.Fields = r.Fields.Clone()
			for name, value := range r.Fields {
				if value == "" {
					delete(r.Fields, name)
				}
			}
			return d.inner.Put(ctx, r)
		}
	}},
	{"versions are ignored", "stale version", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			r.Version = ""
			return d.inner.Put(ctx, r)
		}
	}},
	{"the answer is what was asked for", "update keeps everything else", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			answer.Values = r.Values
			return answer, err
		}
	}},
	{"values are cut", "values survive both ways", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			r.Fields = r.Fields.Clone()
			for name, value := range r.Fields {
				r.Fields[name] = value[:min(len(value), 100)]
			}
			return d.inner.Put(ctx, r)
		}
	}},
	{"every write is a change", "second identical put changes nothing", func(d *door) {
		writes := 0
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			writes++
			answer.Version += strings.Repeat("+", writes-1)
			return answer, err
		}
	}},
	{"a write creates what is not there", "put of nothing", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			if contact.ClassOf(err) == contact.NotFound {
				r.ID = ""
				return d.inner.Put(ctx, r)
			}
			return answer, err
		}
	}},
	{"removing twice is fine", "remove", func(d *door) {
		d.remove = func(ctx context.Context, id, version string) error {
			if err := d.inner.Remove(ctx, person, id, version); contact.ClassOf(err) != contact.NotFound {
				return err
			}
			return nil
		}
	}},
	{"parallel writes mix up", "parallel puts", func(d *door) {
		var mu sync.Mutex
		var last contact.Record
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			mu.Lock()
			defer mu.Unlock()
			if r.ID == "" && last.ID != "" {
				answer, last = last, answer
			} else if r.ID == "" {
				last = answer
			}
			return answer, err
		}
	}},
	{"the marker is dropped", "marker is kept and found", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			r.Marker = ""
			return d.inner.Put(ctx, r)
		}
	}},
	{"the marker cannot be cleared", "marker is set and cleared", func(d *door) {
		d.mark = func(ctx context.Context, id, version, marker string) (contact.Record, error) {
			if marker == "" {
				return d.inner.Get(ctx, person, id)
			}
			return d.inner.Mark(ctx, person, id, version, marker)
		}
	}},
	{"keys are found by likeness", "key is found, and only the key", func(d *door) {
		d.find = func(ctx context.Context, marker string, key contact.Fields) ([]contact.Record, error) {
			page, err := d.inner.Pull(ctx, person, "")
			var found []contact.Record
			for _, r := range page.Records {
				if strings.EqualFold(r.Fields["name"], key["name"]) {
					found = append(found, r)
				}
			}
			return found, err
		}
	}},
	{"the list lacks one", "list agrees with pull", func(d *door) {
		d.list = func(ctx context.Context, each func(id, version string) error) error {
			return d.inner.List(ctx, person, func(id, version string) error {
				if id == "1" {
					return nil
				}
				return each(id, version)
			})
		}
	}},
	{"the account changes", "account is stable", func(d *door) {
		d.account = func() string { return time.Now().String() }
	}},
	{"the account shows the password", "account is stable", func(d *door) {
		d.account = func() string { return "https://kith:hunter2@crm.example" }
	}},
	{"an error shows the password", "get of nothing", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			r, err := d.inner.Get(ctx, person, id)
			if err != nil {
				err = contact.Fail(contact.ClassOf(err), "hunter2: %w", err)
			}
			return r, err
		}
	}},
	{"cancelling has no effect", "cancelled calls end", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			return d.inner.Get(context.WithoutCancel(ctx), person, id)
		}
	}},
	{"a lost answer is said not to have left", "lost answer", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			if contact.ClassOf(err) == contact.Uncertain {
				err = contact.Fail(contact.Unreachable, "connection reset")
			}
			return answer, err
		}
	}},
	{"a race goes unnoticed", "raced write", func(d *door) {
		d.put = func(ctx context.Context, r contact.Record) (contact.Record, error) {
			answer, err := d.inner.Put(ctx, r)
			answer.Moved = false
			return answer, err
		}
	}},
	{"a field that is gone is shown blank", "vanished field", func(d *door) {
		d.pull = func(ctx context.Context, cursor string) (connector.Page, error) {
			page, err := d.inner.Pull(ctx, person, cursor)
			for _, r := range page.Records {
				for _, name := range page.Missing {
					r.Fields[name] = ""
				}
			}
			return page, err
		}
	}},
	{"a refused login looks like an outage", "login refused", func(d *door) {
		d.get = func(ctx context.Context, id string) (contact.Record, error) {
			r, err := d.inner.Get(ctx, person, id)
			if contact.ClassOf(err) == contact.Credentials {
				err = contact.Fail(contact.Unreachable, "status 401")
			}
			return r, err
		}
	}},
}

// doors is a system whose doors are broken.
type doors struct {
	connector.System
	breaks func(*door)
}

func (s doors) Open(ctx context.Context, place string) (connector.Connector, error) {
	c, err := s.System.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	d := &door{inner: c.(interface {
		connector.Connector
		connector.Lister
		connector.Finder
		connector.Marking
	})}
	s.breaks(d)
	return d, nil
}

type user struct{ *memory.User }

func (u user) Create(kind contact.Kind, set contact.Values) (string, error) {
	return u.User.Create(kind, set), nil
}

func (u user) Get(kind contact.Kind, id string) (contact.Record, error) {
	r, ok := u.User.Get(kind, id)
	if !ok {
		return r, errors.New("not there")
	}
	return r, nil
}

func harness(breaks func(*door)) conntest.Harness {
	settings := connector.Settings{Fields: map[contact.Kind][]string{person: {"name", "firm", "phone"}}}
	return conntest.Harness{
		Secrets: []string{"hunter2"},
		Bypass:  map[string]string{"unknown fields are refused": "the server takes any field"},
		New: func(t *testing.T) *conntest.Place {
			s := memory.NewServer(memory.Options{Page: 3})
			open := func() connector.System { return doors{s.Open(settings), breaks} }
			lose := func(memory.Call) memory.Fault { return memory.Fault{Lost: true} }
			return &conntest.Place{
				System: open(), Kind: person, Page: 3, Texts: []string{"name", "firm", "phone"}, Hidden: "secret",
				User: user{s.User("")}, Reopen: func(*testing.T) connector.System { return open() },
				Faults: conntest.Faults{
					LoseAnswer:  func() { s.Inject(lose) },
					Race:        func(edit func()) { s.Fail(memory.OpPut, 1, memory.Fault{Race: func(*memory.User, string) { edit() }}) },
					RefuseLogin: func() { s.Break(memory.Fault{Class: contact.Credentials}) },
					Vanish:      func(field string) { s.Vanish(person, field) },
				},
			}
		},
	}
}

const faultEnv = "KITH_CONNTEST_FAULT"

// TestFaultyDoor runs the suite on one broken door, in a process of its own
// that is expected to fail.
func TestFaultyDoor(t *testing.T) {
	name := os.Getenv(faultEnv)
	if name == "" {
		t.Skip("only called by TestSuiteFindsFaults")
	}
	for _, f := range faulty {
		if f.name == name {
			conntest.Run(t, harness(f.breaks))
		}
	}
}

func TestSuiteFindsFaults(t *testing.T) {
	for _, f := range faulty {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaultyDoor$/^"+strings.ReplaceAll(f.check, " ", "_")+"$", "-test.v")
			c.Env = append(os.Environ(), faultEnv+"="+f.name)
			out, _ := c.CombinedOutput()
			if !strings.Contains(string(out), "--- FAIL: TestFaultyDoor/"+strings.ReplaceAll(f.check, " ", "_")) {
				t.Errorf("%q does not find it:\n%.2000s", f.check, out)
			}
		})
	}
}

func TestSuitePassesASoundDoor(t *testing.T) {
	conntest.Run(t, harness(func(*door) {}))
}
