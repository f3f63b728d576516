# Two commands are all a newcomer needs: `make demo` shows the product, `make test` runs everything the gate runs.
# Both make a private environment in .venv from any Python 3.11 or newer (PYTHON=… names one); nothing else is touched.

SHELL := /bin/sh
VENV  ?= .venv
BIN   := $(VENV)/bin
BOOK  ?= demo-book
JOBS  ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
PIP   := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help demo test lint fmt hygiene bench rivals faults sim clean

help:
	@echo 'make demo    build a demo book in ./$(BOOK) and show a morning with it'
	@echo 'make test    everything the gate runs: lint, types, import contracts, tests, documentation'
	@echo 'make lint    ruff, mypy, import contracts'
	@echo 'make fmt     format and mend what ruff can mend'
	@echo 'make bench   measure the budgets against their baselines'
	@echo 'make rivals  many processes on one book, for long; see docs/guarantees.md'
	@echo 'make faults  stop every kind of change at every call that writes, cut the power, fail the disk'
	@echo 'make sim     thousands of random histories of a team on git'
	@echo 'make clean   remove .venv, caches and the demo book'

# The main job on a book full of made-up business: the morning's queue, the board, what was won.
demo: $(VENV)/.installed
	@test -e '$(BOOK)/crm.toml' || $(BIN)/crm demo '$(BOOK)'
	@printf '\n$$ crm today\n';      $(BIN)/crm --book '$(BOOK)' today
	@printf '\n$$ crm board\n';      $(BIN)/crm --book '$(BOOK)' board
	@printf '\n$$ crm report won\n'; $(BIN)/crm --book '$(BOOK)' report won
	@printf '\nThe book is in ./$(BOOK). To go on: cd $(BOOK), then ../$(BIN)/crm --help\n'

# pytest's own summary ends the run; a skipped test that is not on the short list in tests/skips.py fails it.
test: lint
	$(BIN)/python -m pytest -n $(JOBS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=.:formats:hooks:tui $(BIN)/lint-imports

fmt: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The quick half of the tests, for a commit hook: imports, sources, wheel, links, executed pages.
hygiene: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q tests/hygiene tests/docs

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

# The long version of tests/rivals: hundreds of turns instead of a few.
rivals: $(VENV)/.installed-dev
	CRM_LONG=1 $(BIN)/python -m pytest -q -n0 --durations=10 tests/rivals

# Every kind of change, every step, every way to go wrong (half an hour of one core), then random histories; the last line counts.
# Quicker: make faults FAULTS='--every 5 --cuts 1 --minutes 10'. The seed in the last line repeats the histories: --seed N.
FAULTS ?= --histories 200
faults: $(VENV)/.installed-dev
	PYTHONPATH=.:formats:hooks:tui $(BIN)/python -m tests.faults.crash $(FAULTS)

# Random histories over two to five clones, with git done right and wrong; the last lines count. Quicker: make sim SIM='--minutes 10'.
# A history that goes wrong says its seed: make sim SIM='--seed N --histories 1 --told'.
SIM ?= --histories 2000
sim: $(VENV)/.installed-dev
	PYTHONPATH=.:formats:hooks:tui $(BIN)/python -m tests.sim $(SIM)

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis demo-book

# Stamps: a second run installs nothing unless the dependencies changed.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.installed

# The first Python that is new enough and can make an environment; else say what is missing.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "making $(VENV) with $$($$python --version)"; \
	        exec $$python -m venv '$(VENV)'; \
	    fi; \
	done; \
	echo 'crm needs Python 3.11 or newer with its venv module: none of python3, python3.11 … python3.14 will do.' >&2; \
	echo 'hint: install it (Debian, Ubuntu: python3 and python3-venv), or name one: make PYTHON=/path/to/python demo' >&2; \
	exit 1
