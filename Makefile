# Everything a newcomer needs: `make demo`, `make test`. Wants only python3 (3.11 or later), make and git.
# Where packages come from is pip's business: PIP_INDEX_URL, PIP_FIND_LINKS, PIP_CERT and the like are honoured.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DIR ?= tests/scenario/stories
WORKERS ?= 2

SHELL := /bin/sh
.SHELLFLAGS := -ec
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help install demo test check bench screenshots scenarios schema lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: $(STAMP)  ## the virtualenv in .venv, every package checked against its hash

demo: $(STAMP)  ## a running Praemia with sample data and its own PostgreSQL
	@exec $(BIN)/praemia demo

test: $(STAMP)  ## everything; what speaks to the database itself on plain and on partitioned tables
	@.ci/browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	PRAEMIA_SCHEMA=partitioned $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m database

check: $(STAMP)  ## the fast half: lint, types, storeys, architecture and unit tests
	@$(BIN)/ruff check .
	$(BIN)/mypy
	if [ -f .importlinter ]; then $(BIN)/lint-imports; fi
	set --; for d in tests/architecture tests/unit; do if [ -d $$d ]; then set -- "$$@" $$d; fi; done
	$(BIN)/python -m pytest -n $(WORKERS) "$$@"

bench: $(STAMP)  ## the named workloads, the reference loads beside them
	@$(BIN)/python -m bench $(ARGS)
	if [ -z '$(ARGS)' ]; then $(BIN)/python -m bench.pages; fi

screenshots: $(STAMP)  ## a picture of every page, phone and desk, light and dark, English and German, in screenshots/
	@.ci/browser
	exec $(BIN)/python -m tests.e2e.screenshots $(ARGS)

scenarios: $(STAMP)  ## play the stories in DIR=... through the public API
	@exec $(BIN)/python -m tests.scenario $(DIR)

# uv refuses to read the groups of a project it does not manage, so it reads a copy without that one line.
schema: $(STAMP)  ## write docs/schema.sql anew from the migrations
	@exec $(BIN)/python -m tests.migration.schema

lock: $(STAMP)  ## make requirements.lock anew from pyproject.toml; names no host, carries every hash
	@place=$$(mktemp -d)
	trap 'rm -rf "$$place"' EXIT
	sed '/^managed = false/d' pyproject.toml > "$$place/pyproject.toml"
	cp requirements.lock "$$place/requirements.lock"
	root=$$PWD; export PIP_CERT="$${PIP_CERT:-}"
	cd "$$place"
	$(UV_ENV)
	"$$root/$(BIN)/uv" pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(LOCK_FLAGS) --group dev pyproject.toml -o requirements.lock
	! grep -n '://' requirements.lock
	cp requirements.lock "$$root/requirements.lock"

clean:  ## drop the virtualenv and the caches; never data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# uv does not read pip's settings; hand over those that say where packages come from.
define UV_ENV
if [ -n "$${PIP_CERT:-}" ]; then export SSL_CERT_FILE="$$PIP_CERT"; fi; \
if [ -n "$${PIP_FIND_LINKS:-}" ]; then export UV_FIND_LINKS="$$PIP_FIND_LINKS"; fi; \
if [ -n "$${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$$PIP_INDEX_URL"; fi; \
if [ -n "$${PIP_EXTRA_INDEX_URL:-}" ]; then export UV_INDEX="$$PIP_EXTRA_INDEX_URL"; fi; \
export UV_NO_CONFIG=1 UV_LINK_MODE=copy
endef

# uv itself comes from the lock, by hash. Where it cannot be had, plain pip does the same, slower.
$(STAMP): requirements.lock pyproject.toml
	@.ci/virtualenv $(PYTHON) $(VENV)
	awk '/^[a-zA-Z]/ { on = /^uv==/ } on' requirements.lock > $(VENV)/uv.lock
	if .ci/pip $(VENV) install --quiet --require-hashes --no-deps -r $(VENV)/uv.lock; then
	  install() { ( $(UV_ENV); $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python "$$@" ); }
	else
	  install() { false; }
	fi
	echo "Installing the locked packages into $(VENV)"
	install --require-hashes -r requirements.lock || .ci/pip $(VENV) install --quiet --require-hashes -r requirements.lock
	install --no-deps --no-build-isolation -e . || .ci/pip $(VENV) install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)
