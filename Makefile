# The ways to build, try and test Kith. `make help` lists them.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DEFAULT_GOAL := help

GO       ?= go
LINT     := $(GO) tool -modfile=tools/go.mod
# Inputs tried of each fuzz target: a number of them, as a time is missed on a busy machine. A time works too: make fuzz FUZZ=5m
FUZZ     ?= 5000x
# With CI=true every test is named, so that the requirements can be counted in the output.
VERBOSE  := $(if $(filter true,$(CI)),-v)
# Where goroutines meet; of the large test suites only those tests in which several of them work on one place.
RACE     := ./internal/connector/... ./internal/store/...
RACERUN  := TestServe|TestIndexLearnsBeside|TestTwoPlaces|TestPitfall20|TestDecidedAgain|TestNamesakes

.PHONY: help demo build test check lint unit race fuzz soak bench clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: build ## keep three simulated systems in step and show what happens; needs nothing but Go
	@bin/kith demo $$([ -t 1 ] || echo --once)

build: ## the program, in bin/kith
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/kith ./cmd/kith

test: ## everything, with servers of its own that are started first and stopped at the end
	@.ci/with-lab $(MAKE) --no-print-directory check

check: lint race fuzz unit ## as test, with the servers named in the environment (see lab/)

lint: ## gofmt, vet, staticcheck
	@bad=$$(gofmt -l .)
	if [ -n "$$bad" ]; then printf 'not formatted by gofmt:\n%s\n' "$$bad" >&2; exit 1; fi
	$(GO) vet ./...
	$(LINT) staticcheck ./...
	echo "lint: gofmt, vet and staticcheck find nothing"

unit: ## every test of every package
	@$(GO) test $(VERBOSE) -count=1 -timeout 15m ./...

race: ## what runs concurrently, under the race detector, which needs a C compiler
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v "$$($(GO) env CC)" >/dev/null; then
	  $(GO) test -race -short -timeout 10m $(RACE)
	  $(GO) test -race -short -timeout 10m -run '$(RACERUN)' ./internal/match ./internal/engine ./cmd/kith
	else
	  echo 'race: SKIPPED, NOT TESTED: the race detector needs a C compiler, and there is none'
	fi

fuzz: ## every fuzz target for a moment
	@grep -rl --include='*_test.go' '^func Fuzz' cmd internal | sort | while read -r file; do
	  for name in $$(grep -o '^func Fuzz[A-Za-z0-9_]*' "$$file" | cut -d' ' -f2); do
	    echo "fuzz: $$name in $$(dirname "$$file") for $(FUZZ)"
	    $(GO) test "./$$(dirname "$$file")" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZ) -timeout 2m
	  done
	done

soak: ## thousands of random histories, other ones each time; takes an hour
	@KITH_TEST_SOAK=1 $(GO) test ./internal/engine -run '^TestRandomHistories$$' -rapid.checks 2500 -count=1 -timeout 3h

bench: ## measure against the numbers to reach, address books beside vdirsyncer; takes half an hour and 2 GB of memory
	@.ci/bench

clean: ## remove what was built
	@rm -rf bin
