# `make` alone says what there is. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
AXE := tests/axe/node_modules/axe-core/axe.min.js

.DEFAULT_GOAL := help
.PHONY: help report test drill lint lab bench lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'segment needs Python 3.11 or newer; name one with: make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

data/sample/transactions.csv: | $(INSTALLED)
	$(BIN)/segment sample data/sample

reports/2026-09/run.json: | $(INSTALLED) data/sample/transactions.csv
	$(BIN)/segment run --as-of 2026-09

report: $(INSTALLED) data/sample/transactions.csv reports/2026-09/run.json ## make the sample company's reports and print where they are
	$(BIN)/segment run

# npm brings it, and where there is none the tests that need it say so and are skipped.
$(AXE): tests/axe/package.json tests/axe/package-lock.json
	@if command -v npm >/dev/null; then \
		cd tests/axe && npm ci --silent --no-audit --no-fund --ignore-scripts && touch ../../$@; \
	else echo 'There is no npm on this machine, so the pages are not tested with axe-core.'; fi

test: $(INSTALLED) $(AXE) ## run the tests (under ten minutes)
	$(BIN)/python -m pytest -n auto --dist loadscope

drill: $(INSTALLED) ## run the slow drills: runs killed, disks full, months made again (some minutes)
	$(BIN)/python -m pytest -m drill

lint: $(INSTALLED) ## check style, types and notebooks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lab: $(INSTALLED) data/sample/transactions.csv ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=.

bench: $(INSTALLED) ## compare speed and accuracy with lifetimes, side by side in one process
	$(BIN)/python benchmarks/forecast.py
	$(BIN)/python benchmarks/accuracy.py $(RETAIL)
	$(BIN)/python benchmarks/worth.py
	$(BIN)/python benchmarks/schemes.py

lock: ## pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' --extra dev --output-file requirements.lock --upgrade pyproject.toml requirements.in

clean: ## remove what was made here: the environment, the sample and its reports
	rm -rf $(VENV) reports/2026-09 reports/2026-10 reports/index.html reports/index.json reports/heartbeat.json reports/.lab reports/.work reports/.failed data/sample .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/axe/node_modules
