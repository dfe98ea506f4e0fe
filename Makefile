# Every target sets up what it needs: a virtual environment in .venv, Debian packages where root and apt are there.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
HAMGATE_CORPORA ?= ../shared/corpora
LISTEN ?= 127.0.0.1:10025
ARGS ?=
SPAMASSASSIN := $(HAMGATE_CORPORA)/spamassassin-2002.tar.xz
export HAMGATE_CORPORA
ifeq ($(CI),true)
export HAMGATE_KERNEL ?= required
endif

.PHONY: help run test test-fast soak check model docs bench bench-install guards accuracy clean

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml filter/kernel/build.py $(wildcard filter/kernel/*.[ch])
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tests/install-debian-packages python3-venv
	@tests/install-compiler $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet -e '.[train,remote,cluster,dev]'
	@$(BIN)/hamgate --version
	@touch $@

# Real Postfix, Dovecot, procmail, maildrop and swaks for the tests; without root or apt those tests are skipped with their reason.
.PHONY: debian
debian:
	@tests/install-debian-packages

run: $(VENV)/.installed ## Run the proxy on LISTEN (127.0.0.1:10025), delivering to ./var/mail; ARGS are passed on
	@exec $(BIN)/hamgate serve --listen $(LISTEN) --relay maildir:var/mail $(ARGS)

test: $(VENV)/.installed debian check ## Run everything: checks, all tests, the wheel's tests (under 15 minutes)
	$(BIN)/pytest -n 2 --dist worksteal --durations 10 -m 'not alone'
	$(BIN)/pytest -m alone

test-fast: $(VENV)/.installed ## Run the tests that take no time (under a minute)
	$(BIN)/pytest -n 2 -m 'not slow and not postfix and not corpus and not alone'

soak: $(VENV)/.installed debian ## Try to lose a message among 10 000, and to smuggle one in 9 octets (some ten minutes)
	HAMGATE_SOAK=1 HAMGATE_SMUGGLING_OCTETS=9 $(BIN)/pytest -s tests/soak tests/unit/smtp/test_smuggling.py

check: $(VENV)/.installed ## Style, types, floors, generated documents, and the wheel's own tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tests/check-wheel $(BIN)/python

model: $(VENV)/.installed ## Train models/default from the public corpus again (same bytes on the same kind of machine)
	$(BIN)/hamgate train --recipe starter --out models/default --jobs 2 --about "$$(cat training/default-model.txt)" \
	  --ham $(SPAMASSASSIN)::sa/ham --spam $(SPAMASSASSIN)::sa/spam

docs: $(VENV)/.installed ## Write the generated pages again (tests fail when one is stale)
	$(BIN)/hamgate rules list --markdown > filter/rules/README.md
	$(BIN)/hamgate config describe > filter/config/hamgate.toml

bench: $(VENV)/.installed ## Measure CPU per message and memory, with the neighbours that are installed, and keep the table (some five minutes)
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks --keep $(HAMGATE_CORPORA) $(ARGS)

bench-install: ## Install the neighbours from Debian: bogofilter, rspamd, SpamAssassin, smtp-source and smtp-sink
	@tests/install-debian-packages bogofilter rspamd spamassassin spamd spamc postfix

guards: $(VENV)/.installed ## Keep the instructions that each step takes now; tests fail when one takes 15 % more
	PYTHONPATH=. $(BIN)/python -m tests.guards.counted

accuracy: $(VENV)/.installed ## Measure the accuracy table on the public corpora, with intervals (a few minutes)
	$(BIN)/python tests/accuracy/table.py $(HAMGATE_CORPORA)

clean: ## Remove what the targets above made, but not ./var/mail
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache *.egg-info filter/kernel/*.so
