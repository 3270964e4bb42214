# Every target sets up what it needs; `make demo` and `make test` work on a clean clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: setup demo demo-kafka test lint prove test-browser test-docker bench clean help

help:
	@echo "make demo         run the pipeline in one process and serve the live page (ARGS=--once to stop after it)"
	@echo "make demo-kafka   the same on a real Apache Kafka 4.3.1, started here"
	@echo "make test         lint, unit, property, contract, architecture and real-Kafka tests"
	@echo "make prove        the long, seeded versions of the proofs"
	@echo "make test-browser the live page in headless Chromium"
	@echo "make test-docker  compose on a Docker engine"
	@echo "make bench        all measurements; results in bench/README.md"
	@echo "make setup        the installation alone"

setup: $(VENV)/.ready

# Test and broker extras come along: one environment serves every target.
$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "joinlens needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[broker,figures,postgres,test]'
	@touch $@

demo: setup
	$(BIN)/joinlens demo $(ARGS)

demo-kafka: setup
	$(BIN)/joinlens demo --runner kafka $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -q -m "not prove and not browser and not docker" --doctest-modules $(ARGS)

prove: setup
	$(BIN)/python -m pytest -q -m prove $(ARGS)

test-browser: setup
	$(BIN)/python -m pytest -q -m browser $(ARGS)

test-docker: setup
	$(BIN)/python -m pytest -q -m docker $(ARGS)

bench: setup
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) .joinlens .pytest_cache .mypy_cache .ruff_cache .hypothesis
