package main

import (
	"io"
	"sync"
)

// output is standard output. Once it cannot be written, the command ends: nobody
// would see what it has to say, and it must not say that all went well.
type output struct {
	to io.Writer

	mu   sync.Mutex
	err  error
	fail func() // called when it fails; may be nil
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.to.Write(b)
	if o.err = err; err != nil && o.fail != nil {
		o.fail()
	}
	return n, err
}

func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}
