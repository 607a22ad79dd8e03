package store

import "kith/internal/contact"

func heldBy(path string) error {
	return contact.Fail(contact.Held, "another serve, sync or apply is working on this store (it holds %s): stop it or wait for it", path)
}
