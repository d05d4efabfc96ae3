# BatchNorm Lab. Two commands are enough: `make run` and `make test`. Everything is set up in .venv and node_modules.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test evidence lint format bench load shots clean

PORT ?= 8501
PYTHON ?= python3 python3.13 python3.12 python3.11
PYTEST_ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
NODE_TOO_OLD := Node.js 20 or newer with npm is needed to check the JavaScript. Install it from nodejs.org or your system's packages.

export OPENBLAS_NUM_THREADS := 1

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: .venv/.runtime ## set up and start the app on PORT (8501)
	@PORT=$(PORT) exec $(BIN)/python -m app

test: lint ## set up and run all tests
	@$(BIN)/python -m tests.browser.find_browser --install
	@files=$$(find tests -name '*.test.js' | sort); [ -z "$$files" ] || node --test $$files
	@$(BIN)/python -m pytest -m "not evidence and not browser" -n auto --dist loadfile $(PYTEST_ARGS)
	@$(BIN)/python -m pytest -m "browser and not evidence" -n 2 --dist loadfile $(PYTEST_ARGS)

evidence: .venv/.peers ## check against PyTorch and Keras, make the lessons' evidence anew, take every lesson (minutes)
	@$(BIN)/python -m tests.browser.find_browser --install
	@$(BIN)/python -m app.lessons --record
	@$(BIN)/python -m pytest -m evidence $(PYTEST_ARGS)

lint: .venv/.dev node_modules/.stamp ## format, style, types and import contracts, changing nothing
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@node_modules/.bin/tsc --project tsconfig.json

format: .venv/.dev ## format the Python and mend what can be mended
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: .venv/.peers ## time the engine against its peers and write docs/benchmarks.md (minutes)
	@$(BIN)/python -m benchmarks

load: .venv/.dev ## time a class of light clients and the Playground in a browser against the real server (minutes)
	@$(BIN)/python -m tests.browser.find_browser --install
	@$(BIN)/python -m benchmarks.page
	@$(BIN)/python -m benchmarks.class --table --seconds 60

shots: .venv/.dev ## make the pictures of docs/pictures from the running app
	@$(BIN)/python -m tests.browser.find_browser --install
	@$(BIN)/python -m tests.browser.shots

clean: ## remove everything that set-up made
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@for python in $(PYTHON); do \
	    command -v $$python >/dev/null 2>&1 && \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    $$python -m venv .venv && exit 0; \
	    rm -rf .venv; \
	    echo "$$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv." >&2; exit 1; \
	done; \
	echo "Python 3.11 or newer is needed (looked for: $(PYTHON)). Name yours with make PYTHON=..." >&2; exit 1

.venv/.runtime: requirements.txt | $(BIN)/python
	@echo "Setting up: a minute or two, once."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@

.venv/.peers: requirements-peers.txt .venv/.dev
	@echo "Setting up PyTorch and Keras: some minutes, once."
	@$(PIP) -r requirements-peers.txt -c requirements.txt -c requirements-dev.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
	    || { echo "$(NODE_TOO_OLD)" >&2; exit 1; }
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
