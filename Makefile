# Fanoos. Needs Python 3.11 or newer and make; everything else is brought along.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
BASE := $(VENV)/.installed-base
DEV := $(VENV)/.installed-dev
APPS := text events agents customers tickets channels_inbox automation csat reports helpdesk
WORKERS ?= auto
# Static checks read the settings, which insist on addresses; they connect to nothing.
NO_SERVERS := DATABASE_URL=postgres:///none REDIS_URL=redis://none

.DEFAULT_GOAL := help
.PHONY: help install run demo test check format soak bench bench-growth bench-memory fuzz shots messages requirements

help: ## Show what can be made
	@echo "make …"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(DEV) ## Set up .venv with everything that running and testing need

run: $(BASE) ## Serve the desk, with demo data, until Ctrl-C
	@exec $(PY) -m helpdesk.launcher

demo: $(BASE) ## Set the demo data back to its beginning
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_demo --reset

test: check ## Run every check and every test
	@$(PY) -m pytest -n $(WORKERS) -m "not serial"
	@$(PY) -m pytest -m serial

check: $(DEV) ## Check format, style, types, templates, imports, migrations and translations
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(NO_SERVERS) $(VENV)/bin/mypy $(APPS) tests
	$(VENV)/bin/djlint templates channels_inbox --lint --quiet
	$(PY) manage.py makemigrations --check --dry-run

format: $(DEV) ## Put the code into the house's format
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

soak: $(DEV) ## Send and take mail while workers are killed, at full length
	@SOAK=full $(PY) -m pytest tests/soak -s

bench: $(DEV) ## Measure speed and memory over 100,000 tickets
	@$(PY) -m helpdesk.bench

bench-growth: $(DEV) ## Compare 10,000 with 1,000,000 tickets
	@$(PY) -m helpdesk.bench --growth

bench-memory: $(DEV) ## Take in 50,000 mails, and watch the memory
	@$(PY) -m helpdesk.bench --memory

fuzz: $(DEV) ## Read 50,000 broken mails; what fails is kept as a test
	@$(NO_SERVERS) $(PY) -m tests.fuzz

shots: $(DEV) ## Take the screenshots of docs/screenshots/
	@$(PY) -m tests.shots

messages: $(DEV) ## Collect new strings of the interface into locale/
	@$(NO_SERVERS) $(PY) manage.py collect_messages

requirements: $(DEV) ## Compile requirements/*.in to hashed lists, with the newest versions that fit
	@command -v uv >/dev/null || { echo "This needs uv: https://docs.astral.sh/uv/"; exit 1; }
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q \
		--upgrade dev.in -o dev.txt
	cd requirements && for list in base production; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q \
		-c dev.txt $$list.in -o $$list.txt; done

# A list that has changed since the last installation is installed anew; otherwise this costs nothing.
$(VENV)/.installed-%: requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Fanoos needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) from $<: this takes a minute or two, once."
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@$(PY) -m pip install --disable-pip-version-check --no-input --require-hashes -r $<
	@touch $@ $(if $(filter dev,$*),$(VENV)/.installed-base)
