# Two commands suffice: `make run` and `make test`. Nothing is needed but Python 3.11 and make.
PYTHON ?= python3.11
BIN := .venv/bin
NODE_PROGRAMS := tests/programs/node
TESTS ?= tests
SERIAL ?=
# What `make slow` runs on a Cluster too, in about two minutes; `make cluster` runs all.
ON_A_CLUSTER := tests/sessions tests/pool tests/relay tests/proxy/webhooks tests/callbacks tests/outbox tests/erasure
LUA = $(wildcard */lua/*.lua */lua/modules/*.lua)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test slow cluster faults bench bench-compare lint lint-docker format check requirements audit sbom clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/dev $(NODE_PROGRAMS)/.installed ## virtual environment with everything, to run and to develop

run: .venv/runtime ## start it all: embedded store, web, workers, clocks, simulator (PORT=5001 for another port)
	@$(BIN)/python -m dev.run

test: setup ## the tests (TESTS=tests/guards for some, SERIAL=1 for one process)
	@$(BIN)/python -m pytest -q -m "not slow" $(if $(SERIAL),,-n 3 --dist loadfile) $(TESTS)

# Each test of tests/faults starts ten processes: beside others, two cores are too slow for what these tests wait for.
slow: setup ## the tests that take minutes (marked slow)
ifeq ($(TESTS),tests)
	@$(BIN)/python -m pytest -q -m slow $(if $(SERIAL),,-n 3 --dist loadfile) --ignore tests/faults
	@$(BIN)/python -m pytest -q -m slow $(if $(SERIAL),,-n 2 --dist loadfile) --timeout 900 tests/faults
	@$(MAKE) --no-print-directory cluster TESTS="$(ON_A_CLUSTER)"
else
	@$(BIN)/python -m pytest -q -m slow $(if $(SERIAL),,-n 3 --dist loadfile) $(TESTS)
endif

cluster: setup ## the tests on a Cluster of 3 primaries and 3 replicas (TESTS=tests/relay for some)
	@$(BIN)/python -m pytest -q --cluster -m "not slow" $(if $(SERIAL),,-n 2 --dist loadfile) $(TESTS)

faults: setup ## break an installation for half an hour and count (SUITE=C1 SEED=1 SCALE=0.1 for less)
	@$(BIN)/python -m tests.faults $(SUITE) --seed $(or $(SEED),1) --scale $(or $(SCALE),1)

bench: setup ## the measurements of docs, as ratios within one run
	@$(BIN)/python -m bench

bench-compare: setup ## this build beside that of a commit, in one run (REF=<commit>)
	@$(BIN)/python -m bench.compare $(REF)

lint: .venv/dev ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@if command -v luacheck >/dev/null; then \
	  luacheck --quiet --no-color $(LUA) && $(BIN)/python -m storage.library | luacheck --quiet --no-color -; \
	elif [ -n "$$CI" ]; then echo "make: luacheck is not here (Debian: apt-get install lua-check)" >&2; exit 1; \
	else echo "luacheck is not here (Debian: lua-check): the Lua files are not checked"; fi

lint-docker: .venv/tools/made ## the Dockerfile, its shell lines included
	@.venv/tools/bin/hadolint Dockerfile

format: .venv/dev ## rewrite the code in the house style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

check: lint test ## before a commit; CI runs `make slow` besides

requirements: .venv/tools/made ## write requirements*.txt, with hashes, of requirements*.in (UPGRADE=urllib3 for the newest of one that others need)
	@for name in requirements requirements-dev requirements-tools; do \
	  .venv/tools/bin/uv pip compile --quiet $(if $(UPGRADE),--upgrade-package $(UPGRADE)) --output-file $$name.txt $$name.in || exit 1; \
	done

audit: .venv/tools/made .venv/made ## known weaknesses of what is installed; says so if no advisory source can be reached
	@$(BIN)/python -m dev.audit

sbom: .venv/tools/made ## sbom.json: a bill of materials (CycloneDX) of what runs
	@PYTHONWARNINGS=ignore .venv/tools/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --validate --output-file sbom.json requirements.txt && echo "wrote sbom.json"

clean: ## remove the virtual environment and caches; var/, where the data is, stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis $(NODE_PROGRAMS)/node_modules $(NODE_PROGRAMS)/.installed

# A stamp and not its python: an interrupted start leaves one without pip.
.venv/made:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not here. Name yours: make PYTHON=python3 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or later is needed")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: requirements.txt | .venv/made
	@echo "installing requirements.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "installing requirements-dev.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# An environment of their own: none of them runs beside Maskline. They are installed when something needs them.
.venv/tools/made: requirements-tools.txt | .venv/made
	@echo "installing requirements-tools.txt"
	@$(PYTHON) -m venv .venv/tools
	@.venv/tools/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Without node, or without its registry, those programs are skipped (tests/skips.txt).
$(NODE_PROGRAMS)/.installed: $(wildcard $(NODE_PROGRAMS)/package-lock.json)
	@if [ -n "$^" ] && command -v npm >/dev/null; then \
	  echo "installing the Node programs' packages"; \
	  (cd $(NODE_PROGRAMS) && npm ci --silent --no-audit --no-fund) && touch $@ \
	    || echo "npm could not install them: the Node programs' tests are skipped"; \
	fi
