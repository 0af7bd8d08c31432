# MarketPulse: the commands a contributor needs. `make` alone lists them.

CARGO ?= cargo
NPM ?= npm
PYTHON ?= python3
# What pages are measured and photographed in, and what the browser tests run in.
CHROMIUM ?= /usr/bin/chromium
CHROMIUM_HEADLESS ?= /usr/bin/chromium-headless-shell
NCHAN ?= /usr/lib/nginx/modules/ngx_nchan_module.so
# `docker`, or `podman` where that is what there is.
ENGINE ?= $(if $(shell command -v docker),docker,podman)
IMAGE ?= marketpulse
APP_ENV ?= development
CARGO_TARGET_DIR ?= target
# More words for `marketpulse serve`, for example: make run ARGS=--demo
ARGS ?=
# How long `make soak` lasts. How much memory grows is said of more than a quarter of an hour.
MINUTES ?= 30
# How many processes `make immunity` runs.
PROCESSES ?= 200
# What `make simulate` simulates: so many days of each of so many seeds.
SEED ?= 1
DAYS ?= 100
SEEDS ?= 200
# And so many years of closes that sources tell differently, in each mode of repair.
YEARS ?= 3

export CARGO NPM CHROMIUM CHROMIUM_HEADLESS NCHAN PYTHON
# The browser is the system's.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# Plain cargo may embed a page that says the bundle is missing; a make target never does.
export MARKETPULSE_REQUIRE_WEB := 1

.PHONY: help setup run build wheel test api-test api-fuzz calendars calendars-check instruments clients immunity chaos second-opinion soak simulate coverage fuzz bench bench-stream bench-pages screenshots audit fmt image clean need-build need-test need-api need-pages need-bench need-bench-stream need-soak

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: need-test ## Install what building and testing need, or say what is missing

run: need-build ## Build everything and serve http://localhost:5000/marketpulse
	$(CARGO) build --locked -p marketpulse
	@APP_ENV=$(APP_ENV) exec $(CARGO_TARGET_DIR)/debug/marketpulse serve $(ARGS)

build: need-build ## Build the optimised binary, target/release/marketpulse
	$(CARGO) build --locked --release -p marketpulse

wheel: need-api ## Build the Python package with the program in it, and test what was built in a fresh environment (some minutes)
	@scripts/wheel.sh

test: need-test ## Run what has to pass before a change: format, lints, Rust, web and browser tests
	@scripts/test.sh

api-test: need-api ## Read the API with pandas, Polars, DuckDB and Arrow, and hold it to its OpenAPI document
	@scripts/api.sh

api-fuzz: need-api ## Ask the API thousands of made-up questions, other ones each time (some minutes)
	@scripts/api.sh fuzz

calendars: need-api ## Write when exchanges trade anew, out of PyPI's exchange_calendars (two minutes)
	@scripts/calendars.sh data

calendars-check: need-api ## Compare every session there is with PyPI's exchange_calendars (two minutes)
	@scripts/calendars.sh check

instruments: need-api ## Write the list of well-known instruments anew (FINANCEDATABASE names a checkout of it)
	@scripts/instruments.sh

clients: need-api ## Hold yfinance over the service to yfinance over Yahoo (simulated), and run its own tests (half an hour)
	@scripts/clients.sh

immunity: need-api ## Have 200 yfinance processes ask while Yahoo (simulated) refuses, with and without the service (a minute)
	@PROCESSES=$(PROCESSES) scripts/immunity.sh

chaos: need-build ## Run the service through every fault there is and print a table (some minutes)
	MARKETPULSE_CHAOS=full $(CARGO) test --locked --workspace --test chaos -- --nocapture

second-opinion: need-build ## Let Yahoo be away for a day and print who has which closes by the morning, and what the others were asked
	$(CARGO) test --locked --workspace --test it -- --ignored --nocapture without_yahoo

soak: need-soak ## Run the optimised service for MINUTES=30 under mixed load, faults, clock steps and a full disk (as root)
	$(CARGO) build --locked --release -p marketpulse
	@MARKETPULSE_SOAK_MINUTES=$(MINUTES) MARKETPULSE_BIN=$(abspath $(CARGO_TARGET_DIR))/release/marketpulse \
		$(CARGO) test --locked -p marketpulse --test soak

simulate: need-build ## Simulate days of misbehaving upstreams, and years of closes: SEED, DAYS of each, SEEDS, YEARS (20,000 days take a while)
	$(CARGO) run --locked --profile simulation -p simulation --example simulate -- $(SEED) $(DAYS) $(SEEDS)
	SECOND_OPINION_YEARS=$(YEARS) $(CARGO) test --locked --profile simulation -p simulation --test second_opinion -- --nocapture

coverage: need-build ## Measure which lines the Rust tests run, where cargo-llvm-cov is installed (some minutes)
	@scripts/coverage.sh

fuzz: need-build ## Feed every parser made-up input, where cargo-fuzz and a nightly Rust are installed (a minute each)
	@scripts/fuzz.sh $(ARGS)

bench: need-bench ## Measure it beside nginx and a bare axum server, and every route, and print tables (half an hour)
	$(CARGO) build --locked --release -p marketpulse
	$(CARGO) build --locked --release -p benches
	@PATH="$$PATH:/usr/sbin" $(CARGO_TARGET_DIR)/release/benches run \
		--marketpulse $(CARGO_TARGET_DIR)/release/marketpulse $(ARGS)
	@$(CARGO_TARGET_DIR)/release/benches routes \
		--marketpulse $(CARGO_TARGET_DIR)/release/marketpulse $(ARGS)

bench-stream: need-bench-stream ## Measure its streams beside nginx's nchan and print tables (some minutes)
	$(CARGO) build --locked --release -p marketpulse
	$(CARGO) build --locked --release -p benches
	@PATH="$$PATH:/usr/sbin" $(CARGO_TARGET_DIR)/release/benches stream \
		--marketpulse $(CARGO_TARGET_DIR)/release/marketpulse --nchan $(NCHAN) $(ARGS)

bench-pages: need-pages ## Measure the pages in Chromium and print each figure beside its budget (some minutes)
	@scripts/pages.sh bench $(ARGS)

screenshots: need-pages ## Photograph the pages into docs/screenshots (some minutes)
	@scripts/pages.sh screenshots $(ARGS)

audit: need-build ## Check dependencies: licences, bans, sources, known vulnerabilities
	@scripts/audit.sh

fmt: ## Format the Rust code
	$(CARGO) fmt --all

image: ## Build the container image
	$(ENGINE) build -t $(IMAGE) .

clean: ## Remove everything that was built
	$(CARGO) clean
	rm -rf web/node_modules web/dist web/test-results web/playwright-report

need-build:
	@scripts/setup.sh build

need-test:
	@scripts/setup.sh test

need-api:
	@scripts/setup.sh api

need-pages:
	@scripts/setup.sh pages

need-bench:
	@scripts/setup.sh bench

need-bench-stream:
	@scripts/setup.sh bench-stream

need-soak:
	@scripts/setup.sh soak
