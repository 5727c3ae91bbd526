# What one does here. `make` alone prints this help.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
export MEDIA4SEC_HOME ?= $(CURDIR)/var
export MEDIA4SEC_URL ?= http://127.0.0.1:$(PORT)
export PYTHONPATH := $(CURDIR)/src

VENV ?= .venv
PY := $(VENV)/bin/python
HOUSE := $(PY) -m media4sec.config.cli
# The first Python that is new enough; say PYTHON=… for another one.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)

TEST_HOME := $(CURDIR)/var/test
POSTGRES ?= postgres://root@127.0.0.1:5432/root
# What mypy reads strictly: the layers that carry decisions.
TYPED := $(sort $(wildcard $(foreach layer,models rules services queries,\
	src/media4sec/*/$(layer).py src/media4sec/*/$(layer)/*.py)) \
	$(wildcard src/media4sec/config/*.py src/media4sec/kit/*.py src/media4sec/kit/*/*.py \
	src/media4sec/kit/management/commands/*.py src/media4sec/members/audience.py \
	src/media4sec/members/speakers.py src/media4sec/assessments/packs/*.py \
	src/media4sec/assessments/evaluation/*.py src/media4sec/assessments/queries/report/*.py \
	src/media4sec/assessments/verifying.py src/media4sec/assessments/management/commands/*.py))
TYPED := $(foreach file,$(TYPED),$(if $(findstring /tests/,$(file))$(findstring /migrations/,$(file)),,$(file)))

.PHONY: help
help: ## This help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- Environments: installed once, again only when their lock has changed ----------------
define install
	@test -n "$(PYTHON)" || { echo "We need Python 3.11 or newer. Say where: make PYTHON=/path/to/python3"; exit 1; }
	@sum="$$(cat $(1) | cksum)"; \
	if [ "$$(cat $(VENV)/$(1).stamp 2>/dev/null)" != "$$sum" ]; then \
		set -e; \
		[ -x $(PY) ] && $(PY) -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv $(VENV); \
		echo "Installing from $(1) …"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
		echo "$$sum" > $(VENV)/$(1).stamp; \
	fi
endef

.PHONY: install install-dev
install:
	$(call install,requirements.lock)

install-dev:
	$(call install,requirements-dev.lock)

# -- Running -----------------------------------------------------------------------------
.PHONY: run demo doctor
run: install ## The community on http://127.0.0.1:8000 (PORT), furnished with a demo on the first start
	@$(HOUSE) upgrade
	@cat "$(MEDIA4SEC_HOME)/demo.txt" 2>/dev/null || $(HOUSE) demo --once
	@echo "Mail is not sent: each letter is a file in $(MEDIA4SEC_HOME)/mail. Ctrl-C ends."
	@exec $(HOUSE) serve --port $(PORT)

demo: install ## Furnish an empty community with people and talk, without starting it
	@$(HOUSE) upgrade
	@$(HOUSE) demo

doctor: install ## Is everything well? In sentences
	@$(HOUSE) doctor

# -- Checking ----------------------------------------------------------------------------
.PHONY: test test-postgres leaks lint bench pictures lock
PYTEST := MEDIA4SEC_HOME=$(TEST_HOME) $(PY) -m pytest -q -p no:cacheprovider

test: install-dev ## Every test on SQLite, in parallel; browser tests where a Chromium is found
	@WORLDS=$${WORLDS:-20} DATABASE_URL= $(PYTEST) -n auto --dist worksteal -m "not browser" --durations=10
	@DATABASE_URL= $(PYTEST) -n 2 --dist worksteal -m browser tests/browser

test-postgres: install-dev ## What asks a database, on PostgreSQL (DATABASE_URL); of the browser tests the journeys
	@WORLDS=$${WORLDS:-8} DATABASE_URL=$${DATABASE_URL:-$(POSTGRES)} $(PYTEST) -n auto --dist worksteal -m "not browser" --create-db
	@DATABASE_URL=$${DATABASE_URL:-$(POSTGRES)} $(PYTEST) -m browser tests/browser/test_journey.py --create-db

leaks: install-dev ## Look for leaks: generated worlds × every door × every persona (WORLDS=5000 for hours of it)
	@WORLDS=$${WORLDS:-200} $(PYTEST) -m leaks tests/test_leaks.py -s

lint: install-dev ## Style, walls, types, migrations, templates: under a minute
	@$(VENV)/bin/ruff check src tests bench manage.py
	@$(VENV)/bin/ruff format --check --quiet src tests bench manage.py
	@$(VENV)/bin/lint-imports --no-cache --no-logo
	@$(VENV)/bin/mypy --no-error-summary $(TYPED)
	@MEDIA4SEC_HOME=$(TEST_HOME) $(PY) manage.py makemigrations --check --dry-run
	@echo "All is tidy."

bench: install-dev ## How fast: requests per second, latency, queries, memory; prints a table
	@$(PY) -m bench

pictures: install-dev ## Take the pictures of docs/pictures anew (needs a Chromium)
	@$(PYTEST) tests/browser/pictures.py

lock: ## Choose the newest allowed packages anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--upgrade --no-emit-index-url --no-header --no-annotate -q -c requirements.lock -o requirements-dev.lock
