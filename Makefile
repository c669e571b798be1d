# The two commands for a user: make demo, make demo-live. For a developer: make test, make lint, make bench, make clean.
# Each target sets up what it needs, once: .venv from the lock file, Debian packages by apt-get as root (else it prints the command).

PYTHON ?= python3
# Test processes side by side: one more than there are cores, for while one waits for a server or a clock another works.
JOBS ?= $(shell expr $$(nproc) + 1)
# More for pytest: make test TESTS="tests/style -x"
TESTS ?= tests

# A process that may not keep its compiled modules compiles all of them at each start: a second for each `bridge`.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
INSTALLED := .venv/installed
VENDURE := .vendure/installed

.PHONY: help demo demo-live test test-long lint bench docs clean test-machine vendure-shop

help:
	@echo "make demo       run the whole way once on simulators, and show the result"
	@echo "make demo-live  leave it all running, to try things"
	@echo "make test       all tests on real parts"
	@echo "make test-long  10,000 random orders for each built-in profile; hours"
	@echo "make lint       style, types and walls between the rooms"
	@echo "make bench      measure; writes bench/RESULTS.md"
	@echo "make docs       write the pages that are made from the code"
	@echo "make clean      remove what make made, but not the demo folder"

demo: $(INSTALLED)
	$(BIN)/bridge demo

demo-live: $(INSTALLED)
	$(BIN)/bridge demo --live

test: $(INSTALLED) $(VENDURE) test-machine
	ci/in-memory $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

# Each random order of each profile is rendered and read back, or says why it waits.
test-long: $(INSTALLED)
	ORDERS_PER_PROFILE=10000 BRIDGE_RANDOM=1 $(BIN)/python -m pytest -n $(JOBS) --timeout=0 tests/profiles

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bridge tests
	$(BIN)/lint-imports

bench: $(INSTALLED)
	$(BIN)/python -m bench.run

docs: $(INSTALLED)
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv .vendure build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find bridge tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

test-machine:
	@ci/debian-packages sftp postgres compose browser

# A real Vendure shop, which the tests start: its packages come by npm into a folder of their own, and are never shipped.
vendure-shop: $(VENDURE)

$(VENDURE): ci/vendure/package-lock.json ci/vendure/install | $(INSTALLED)
	ci/vendure/install

# Made once, and brought up to date in place when the lock or the project file changes.
$(INSTALLED): requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" ci/debian-packages python
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
