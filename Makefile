# All that is presumed: make, and Python 3.11 with pip. Everything else goes into .venv.
SCALE ?= 0.01
SEED ?= 1
SEEDS ?= 5
DEFECTS ?= 1
PROVINCE ?= data/province
LANDING := $(PROVINCE)/landing
SADAYA_HOME ?= data/home
POSTGRES ?= data/postgres
PORT ?= 5433
PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

export PIP_NO_INPUT := 1
# Where it is set, every process would compile this project's modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup sql-style nightly serve stop-server check test contracts docs services ui benchmark evaluate febrl clean
.DELETE_ON_ERROR:

help:
	@echo "make nightly     set up, simulate a province (SCALE=$(SCALE) SEED=$(SEED)) if there is none, load it"
	@echo "make serve       a PostgreSQL server on this machine with every agency's share, and how each comes in;"
	@echo "                 make stop-server stops it"
	@echo "make check       set up, lint (style, types, layers), parse the dbt project, run the tests that need no whole load:"
	@echo "                 while writing"
	@echo "make test        the same with all tests"
	@echo "make sql-style   sqlfluff on the dbt project"
	@echo "make contracts   contracts of tables held against the standard, the extracts in $(SADAYA_HOME) and what"
	@echo "                 make serve put on its server, if that runs"
	@echo "make docs        dbt's documentation with the catalogue of what is published, in data/dbt_docs"
	@echo "make ui          Dagster's web UI on the same warehouse"
	@echo "make benchmark   figures per stage, against a floor"
	@echo "make evaluate    identity against the truth of SEEDS=$(SEEDS) simulated provinces, DEFECTS=$(DEFECTS) times as bad"
	@echo "                 (RATES=benchmarks/elsewhere.toml: of another province, with other names and other noise)"
	@echo "make febrl       the same machinery on FEBRL 4, which others have published figures of"
	@echo "make clean       remove what was simulated and loaded (data/) and dbt's target; the environment stays"

setup: .venv/main.stamp

.venv/main.stamp: requirements/main.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what is locked in requirements/main.txt"
	@$(PIP) install --require-hashes -r requirements/main.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/main.stamp requirements/dev.txt
	@echo "installing what is locked in requirements/dev.txt"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(LANDING): | .venv/main.stamp
	@rm -rf $(PROVINCE).making
	$(BIN)/sadaya simulate --scale $(SCALE) --seed $(SEED) --out $(PROVINCE).making
	@mv $(PROVINCE).making $(PROVINCE)

# The last delivery date that was simulated is tonight. The site says that it is of no real people.
nightly: .venv/main.stamp | $(LANDING)
	SADAYA_SIMULATED=1 SADAYA_SETTLE_SECONDS=0 $(BIN)/sadaya nightly --landing $(LANDING) --home $(SADAYA_HOME) \
		--date "$$(ls $(LANDING)/* | grep -E '^[0-9]{4}-[0-9]{2}-[0-9]{2}$$' | sort | tail -1)"

# Runs the nightly load first if nothing is published yet.
serve: .venv/main.stamp services
	@test -e $(SADAYA_HOME)/published/current.duckdb || $(MAKE) nightly
	$(BIN)/sadaya serve --home $(SADAYA_HOME) --local $(POSTGRES) --port $(PORT) --connections

stop-server: .venv/main.stamp
	$(BIN)/sadaya stop-server --local $(POSTGRES)

# What only tests need: a server, a browser, and a JDK for ODK Validate. Where it may not be installed, those tests are
# skipped, and say so.
services:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		missing=""; export DEBIAN_FRONTEND=noninteractive; get="apt-get install -y -qq --no-install-recommends"; \
		ls /usr/lib/postgresql/*/lib/pgaudit.so >/dev/null 2>&1 || missing="$$missing postgresql"; \
		command -v chromium >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
		command -v javac >/dev/null || missing="$$missing default-jdk-headless"; \
		if [ -n "$$missing" ]; then \
			echo "installing the Debian packages$$missing"; \
			{ apt-get update -qq && $$get $$missing && case "$$missing" in *postgresql*) \
				$$get postgresql-$$(ls /usr/lib/postgresql | sort -n | tail -1)-pgaudit;; esac; } \
				>/dev/null || echo "not all could be installed: tests that need them will be skipped"; \
		fi; \
	fi

# Two at a time; `types` and `parse` are the long ones.
LINT := types parse style layers
.PHONY: lint $(LINT)

lint: .venv/dev.stamp
	@$(MAKE) --no-print-directory --output-sync=target --jobs 2 $(LINT)

types:
	$(BIN)/ty check --quiet

parse:
	$(BIN)/python -m orchestration.dbt

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

layers:
	$(BIN)/lint-imports --no-cache

# Half a minute of two cores: what continuous integration runs besides the tests.
sql-style: .venv/dev.stamp
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project

# Worksteal: who has done his share takes of another's. tests/conftest.py puts what takes longest first.
check: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not integration and not slow"

test: lint services
	$(BIN)/python -m pytest -n 3 --dist worksteal

# datacontract-cli wants other versions than ours, so it has an environment of its own.
.venv-contracts/stamp: requirements/contracts.txt
	@test -x .venv-contracts/bin/python || $(PYTHON) -m venv .venv-contracts
	@echo "installing what is locked in requirements/contracts.txt"
	@.venv-contracts/bin/python -m pip --disable-pip-version-check --quiet --quiet install --require-hashes \
		-r requirements/contracts.txt
	@touch $@

contracts: .venv-contracts/stamp .venv/dev.stamp
	.venv-contracts/bin/python contracts/check.py lint contracts/*.odcs.yaml
	@if test -e $(SADAYA_HOME)/published/current; then \
		$(BIN)/python -m orchestration.contracts --home $(SADAYA_HOME) --to $(SADAYA_HOME)/contracts \
			--local $(POSTGRES) >/dev/null && \
		.venv-contracts/bin/python contracts/check.py test $(SADAYA_HOME)/contracts/*.odcs.yaml; \
	else echo "nothing is published in $(SADAYA_HOME): extracts were not tested (make nightly)"; fi

docs: .venv/main.stamp
	$(BIN)/python -m orchestration.dbt_docs --home $(SADAYA_HOME) --to data/dbt_docs

ui: .venv/main.stamp | $(LANDING)
	$(BIN)/sadaya ui --landing $(LANDING) --home $(SADAYA_HOME)

benchmark: .venv/main.stamp
	$(BIN)/python -m benchmarks.load --scale $(SCALE) --seed $(SEED)

evaluate: .venv/main.stamp
	$(BIN)/python -m benchmarks.evaluate --scale $(SCALE) --seeds $(SEEDS) --defects $(DEFECTS) $(if $(RATES),--rates $(RATES))

febrl: .venv/main.stamp
	@$(PIP) install --require-hashes --no-deps -r requirements/febrl.txt
	$(BIN)/python -m benchmarks.febrl

clean:
	@if [ -d $(POSTGRES) ] && [ -x $(BIN)/sadaya ]; then $(BIN)/sadaya stop-server --local $(POSTGRES) || true; fi
	rm -rf data dbt_project/target dbt_project/logs
