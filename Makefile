# Two commands from a fresh clone: `make demo` and `make test`.  Each sets itself up.

PYTHON ?= $(firstword $(wildcard .venv/bin/python) python3)
RUN    := .venv/bin/python -m
PIP    := $(RUN) pip --disable-pip-version-check --quiet
PYTEST ?= -q -n auto --maxprocesses=4
CODE   := offerdesk pipelines warehouse rules

# The same setting as [tool.uv.extra-build-variables] in pyproject.toml, which says why.
BUILD  := CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject"

.PHONY: help demo test install check check-all lint types architecture smoke bench spark lock clean
.DELETE_ON_ERROR:

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: install  ## Decide an example offer against the sample market
	@.venv/bin/offerdesk demo

test: install  ## Run every test and doctest, except slow ones
	@$(RUN) pytest $(PYTEST)

check: lint types architecture test smoke  ## Everything that must hold before a change goes in

check-all: lint types architecture smoke  ## As check, with the slow tests
	@$(RUN) pytest -m "not smoke" $(PYTEST)

lint: install  ## Style and format
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .

types: install  ## Static types
	@$(RUN) mypy

architecture: install  ## Who may import whom
	@.venv/bin/lint-imports

smoke: install  ## Build the wheel, install it on its own and use it
	@$(RUN) pytest -m smoke tests/smoke

bench: .venv/.bench  ## Measure how fast it decides, refreshes, scores and replays, beside other engines (40 minutes)
	@$(RUN) bench
	@$(RUN) bench.refreshing
	@$(RUN) bench.scoring
	@$(RUN) bench.asking
	@$(RUN) bench.serving
	@$(RUN) bench.rendering
	@$(RUN) bench.replaying
	@$(RUN) bench.attributing

spark: .venv/.spark  ## Run the batch query on a local Spark (needs Java 17; five minutes)
	@$(RUN) pytest -q -m slow tests/test_spark.py

install: .venv/.installed  ## Make .venv with the locked packages

.venv/.installed: pyproject.toml requirements/bootstrap.lock requirements/dev.lock
	@"$(PYTHON)" .ci/preflight.py
	@echo "Installing the locked packages into .venv (a few minutes the first time)"
	@.venv/bin/python -c "" 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(RUN) pip --version >/dev/null 2>&1 || $(RUN) ensurepip >/dev/null
	@$(PIP) install --require-hashes -r requirements/bootstrap.lock
	@$(BUILD) $(PIP) install --require-hashes --no-build-isolation -r requirements/dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(RUN) compileall -q $(CODE)
	@touch $@

.venv/.bench: .venv/.installed uv.lock
	@$(RUN) uv export --quiet --frozen --only-group bench --output-file .venv/bench.lock
	@$(PIP) install --require-hashes -r .venv/bench.lock
	@touch $@

.venv/.spark: .venv/.installed uv.lock
	@$(RUN) uv export --quiet --frozen --only-group spark --output-file .venv/spark.lock
	@$(PIP) install --require-hashes -r .venv/spark.lock
	@touch $@

lock: install  ## Resolve the dependencies anew and write every lock file
	@sh requirements/lock.sh

clean:  ## Remove what was built, .venv included
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CODE) tests -name __pycache__ -prune -exec rm -rf {} +
