// Kith keeps contact persons and the companies they belong to in step between
// CRM, ERP and groupware.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent trades some time for memory: large books of contacts are gone
// through in pages, and little of what is read lives long.
const gcPercent = 60

func main() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := newProgram(os.Stdout, os.Stderr, os.LookupEnv)
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
