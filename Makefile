# The two commands are `make run` and `make test`; the rest are their parts.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

# What an office runs: everything but what only tests and benchmarks need.
SHIPPED := --locked --no-default-features --features server,redis
# To try it out: ready sooner.
TRIED := --locked --no-default-features --features server

WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test-results/*' 2>/dev/null)

.PHONY: help run cluster announce setup-cluster ship test check setup-run setup-test web generate fence shipped fmt clippy docs e2e screens states figures bench guard attacks fuzz deny clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: announce setup-run web/dist/.built ## build the pages and the server, and run it with demo data
	cargo build --profile try $(TRIED)
	./target/try/anteroom serve --demo --data-dir $${ANTEROOM_DATA_DIR:-data} $(ARGS)

cluster: announce setup-cluster web/dist/.built ## three nodes that match as one, behind HAProxy, with demo data; PORT=8080
	cargo build --profile try $(TRIED),redis
	scripts/cluster.sh target/try/anteroom

announce:
	@[ -x target/try/anteroom ] || echo 'building the pages and the server; about 5 minutes on two cores the first time, seconds after that. Cargo counts as it goes.'

ship: setup-run web/dist/.built ## the program as it is shipped, its line tables beside it: target/ship
	cargo build --release $(SHIPPED)
	scripts/ship.sh target/release/anteroom target/ship

test: setup-test ## every gate and every test; about 20 minutes from nothing
	scripts/test.sh

check: web/node_modules/.ready ## the everyday loop: format, lints, fence, unit tests, page types and tests
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	$(MAKE) --no-print-directory fence
	cargo test --locked --lib
	cd web && npm run --silent check && npm run --silent test

setup-run: ## install what is missing for `make run`
	@scripts/setup.sh run

setup-cluster: ## install what is missing for `make cluster`
	@scripts/setup.sh cluster

setup-test: ## install what is missing for `make test`
	@scripts/setup.sh test

web: web/dist/.built ## build the pages into web/dist

web/node_modules/.ready: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

web/dist/.built: web/node_modules/.ready $(WEB_SOURCES)
	cd web && npm run --silent build
	touch $@

generate: ## write again what is generated from the code: the pages' types and limits, the API description
	ANTEROOM_UPDATE=1 cargo test --locked --lib -- typescript what_is_committed

fence: ## the pure core builds alone, and no server crate is in it
	cargo check --locked --no-default-features --lib
	@if cargo tree --locked --no-default-features -e normal --prefix none | grep -E '^(actix|diesel|tokio|rand|libsqlite3|redis|ring)'; then \
		echo 'fence: the crates above are in the pure core; keep them behind the feature `server`' >&2; exit 1; fi

# Nothing needs both Redis and the peers: with them everything is linted, and here without either.
shipped: ## it builds without Redis and peers, and no crate of the peers is in what ships
	cargo clippy $(TRIED) -- -D warnings
	@if cargo tree $(SHIPPED) -e normal --prefix none | grep -E '^(reqwest|rmp)'; then \
		echo 'shipped: the crates above are in what ships; keep them behind the feature `peers`' >&2; exit 1; fi

docs: ## the code's own documentation, without warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --document-private-items

e2e: setup-test web/dist/.built ## the browser tests
	cargo build --locked
	cd web && npx playwright test --project=e2e

screens: setup-test web/dist/.built ## a picture of every page in every state: web/test-results/screens; some in docs/SCREENS.md
	cargo build --locked
	cd web && npm run --silent screens

states: setup-test web/dist/.built ## every state of every page: axe, twice the size of text, one language
	cargo build --locked
	cd web && npm run --silent states

figures: setup-test web/dist/.built ## what the pages take: to load, a keystroke, memory over MINUTES (60)
	cargo build --locked
	cd web && npm run --silent figures

bench: web/dist/.built ## the core, the journal, and the server beside others (hours; see bench/run.mjs for less)
	cargo bench --locked --bench core
	cargo bench --locked --bench journal
	node bench/run.mjs
	node bench/sockets.mjs

guard: ## our relay beside a bare one, by ratio alone; a part of `make test`
	cargo test --locked --test acceptance load::a_message_takes_us -- --nocapture

attacks: ## what strangers do, ten times as strong as in `make test`, a talk beside it
	ANTEROOM_ATTACK_TIMES=10 cargo test --locked --test acceptance attacks:: -- --nocapture

fuzz: web/dist/.built ## schemathesis over the whole API description, for each role (pip install schemathesis)
	cargo build --locked
	scripts/fuzz.sh

deny: ## licences and sources of every dependency
	cargo deny --offline check licenses bans sources

clean: ## remove everything that was built
	cargo clean
	rm -rf web/dist web/node_modules web/test-results
