package carddav

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"kith/internal/card"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// neighbour is somebody who works in the same book with another program.
type neighbour struct {
	book           string // its address, with a slash at its end
	user, password string
	fields         []string
	made           *int
}

func (n neighbour) ask(method, name, body string) (status int, text string, err error) {
	r, err := http.NewRequest(method, n.book+url.PathEscape(name), strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.SetBasicAuth(n.user, n.password)
	if body != "" {
		r.Header.Set("Content-Type", "text/vcard; charset=utf-8")
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return a.StatusCode, string(b), err
}

func (n neighbour) put(name, text string) error {
	status, _, err := n.ask(http.MethodPut, name, text)
	if err == nil && (status/100 != 2 || status == http.StatusMultiStatus) {
		err = fmt.Errorf("put: %d", status)
	}
	return err
}

func (n neighbour) read(name string) (*vcard.Card, error) {
	status, text, err := n.ask(http.MethodGet, name, "")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("get: %d", status)
	}
	return vcard.Parse([]byte(text))
}

func (n neighbour) Create(kind contact.Kind, set contact.Values) (string, error) {
	*n.made++
	id := fmt.Sprintf("Mine %d@home", *n.made)
	v, err := card.New(contact.Record{Kind: kind, Values: set}, id)
	if err != nil {
		return "", err
	}
	return id + ".vcf", n.put(id+".vcf", string(v.Bytes()))
}

func (n neighbour) Edit(_ contact.Kind, id string, set contact.Values) error {
	v, err := n.read(id)
	if err != nil {
		return err
	}
	if err := card.Apply(v, contact.Record{Values: set}); err != nil {
		return err
	}
	return n.put(id, string(v.Bytes()))
}

func (n neighbour) Delete(_ contact.Kind, id string) error {
	status, _, err := n.ask(http.MethodDelete, id, "")
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("delete: %d", status)
	}
	return err
}

func (n neighbour) Get(_ contact.Kind, id string) (contact.Record, error) {
	v, err := n.read(id)
	if err != nil {
		return contact.Record{}, err
	}
	r, _ := card.Read(v, n.fields)
	r.ID = id
	return r, nil
}
