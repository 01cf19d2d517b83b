# Everything a person needs to run, test or change Cairn. `make help` lists it.
# Set-up happens by itself, once: stamps in .venv and node_modules remember what was installed from which lock.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
DATA ?= ./data
TLS ?=
SEEDS ?= 2000
FIRST ?= 0
HOURS ?= 8
PYTHON ?= python3
UV_VERSION := 0.13.9

bin := .venv/bin
uv := $(bin)/uv
uv_ready := .venv/.uv-$(UV_VERSION)
python_ready := .venv/.ready
engine_ready := sync/typescript/node_modules/.ready
pwa_ready := pwa/node_modules/.ready
built := server/cairn/static/index.html
font := server/cairn/fonts/NotoSansHans-Regular.otf
font_package := pwa/node_modules/@embedpdf/fonts-sc
packages := sync/typescript pwa
npm_install := npm ci --no-audit --no-fund --loglevel=error

pwa_inputs := $(shell find pwa sync/typescript/src sync/typescript/package-lock.json -type f -not -path '*/node_modules/*' -not -path '*/dist/*' \
	-not -name '*.test.ts' 2>/dev/null)

##@ Use it
.PHONY: demo
demo: $(python_ready) $(built) $(font) ## Serve the demo company (PORT=8000 DATA=./data TLS=1 for https on the local network)
	@exec $(bin)/cairn demo --port $(PORT) --data $(DATA) $(if $(TLS),--tls)

##@ Check it
.PHONY: test test-fast lint types unit browser features simulate simulate-faults soak
test: machine setup $(built) ## Everything: lint, types, unit tests, simulation and browser journeys
	@exec $(bin)/python tests/everything.py lint+types unit simulate simulate-faults browser

test-fast: setup ## What takes seconds: lint and the Python and TypeScript tests without PostgreSQL and Chromium
	@$(MAKE) lint
	@$(bin)/pytest -n auto -m 'not browser and not postgres'
	@for package in $(packages); do npm --prefix $$package run --silent test; done

lint: setup ## Style, formatting and the order of the layers
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/lint-imports
	@for package in $(packages); do npm --prefix $$package run --silent lint; done

types: setup ## mypy (strict), tsc and vue-tsc
	@$(bin)/mypy
	@for package in $(packages); do npm --prefix $$package run --silent typecheck; done

unit: setup ## Tests in Python (SQLite and PostgreSQL) and TypeScript
	@$(bin)/pytest -n auto --no-skips -m 'not browser'
	@for package in $(packages); do npm --prefix $$package run --silent test; done

simulate: $(python_ready) $(engine_ready) ## Phones, servers and faults by seed (SEEDS=2000 FIRST=0); a failure is cut to its shortest script
	@$(bin)/python tests/sync/simulation --seeds $(SEEDS) --first $(FIRST)

simulate-faults: $(python_ready) $(engine_ready) ## Plants faults in the engines: each must be seen by the simulation within 500 seeds
	@$(bin)/python tests/sync/simulation --faults

soak: $(python_ready) $(engine_ready) ## The same for hours, from a seed of the day's own (HOURS=8)
	@$(bin)/python tests/sync/simulation --hours $(HOURS) --first $$(date +%Y%m%d)00000

browser: setup $(built) ## Journeys in Chromium against the real server; pictures in tests/output/screenshots
	@$(bin)/pytest -n 2 --dist loadfile --no-skips -m browser

features: $(python_ready) ## How many of the 200 features have a test that proves them, and which have none
	@$(bin)/python tests/features.py

##@ Measure it
.PHONY: bench size
bench: setup $(built) ## Speed against the limits measured in the same run (QUICK=1; CURVES=1 draws how costs grow)
	@$(bin)/python tests/bench

size: setup $(built) ## The built PWA against its budget in kilobytes
	@npm --prefix pwa run --silent size

##@ Change it
.PHONY: setup machine format schema lock clean help
setup: $(python_ready) $(engine_ready) $(pwa_ready) $(font) ## Install what the locks say, if that has changed

machine: ## Look for Chromium and PostgreSQL; install them with apt-get where that is allowed
	@tests/support/machine.sh

format: setup ## Put every file into its one style
	@$(bin)/ruff check --fix .
	@$(bin)/ruff format .
	@for package in $(packages); do npm --prefix $$package run --silent format; done

schema: $(python_ready) ## Write the TypeScript types of the server's contract to pwa/src/generated
	@$(bin)/cairn schema pwa/src/generated --shapes sync/vectors/history/shapes

lock: $(uv_ready) ## Bring requirements.lock and both package-lock.json in line with what is declared
	@$(uv) pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-annotate --no-header pyproject.toml -o requirements.lock
	@for package in $(packages); do npm --prefix $$package install --package-lock-only \
		--omit-lockfile-registry-resolved --no-audit --no-fund; done
	@$(bin)/python tests/project/package_lock.py $(addsuffix /package-lock.json,$(packages))

clean: ## Remove everything that was installed or built (the data stay)
	@rm -rf .venv dist server/cairn/static server/cairn/fonts tests/output .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis $(addsuffix /node_modules,$(packages))

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# --- stamps -------------------------------------------------------------------------------------------------------

$(uv_ready):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Cairn needs Python 3.11 or newer.' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'Python cannot make an environment: install python3-venv.' >&2; exit 1; }
	@$(bin)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(python_ready): requirements.lock pyproject.toml | $(uv_ready)
	@echo 'Installing the Python packages …'
	@VIRTUAL_ENV=.venv $(uv) pip sync --quiet requirements.lock
	@VIRTUAL_ENV=.venv $(uv) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

%/node_modules/.ready: %/package-lock.json %/package.json
	@command -v npm >/dev/null || { echo 'Cairn needs Node 20 or newer with npm.' >&2; exit 1; }
	@echo 'Installing the packages of $* …'
	@cd $* && $(npm_install)
	@touch $@

# What reports are set in: its package comes with the PWA's, and the server takes the one weight that it needs.
$(font): $(pwa_ready)
	@install -D -m 644 $(font_package)/fonts/$(@F) $@
	@install -m 644 $(font_package)/LICENSE $(@D)/LICENSE

$(built): $(pwa_inputs) | $(engine_ready) $(pwa_ready)
	@echo 'Building the PWA …'
	@npm --prefix pwa run --silent build
	@touch $@
