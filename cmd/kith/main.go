// Kith keeps contact persons and the companies they belong to in step between
// CRM, ERP and groupware.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := newProgram(os.Stdout, os.Stderr, os.LookupEnv)
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
