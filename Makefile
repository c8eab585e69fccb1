# Everything here sets itself up: a virtual environment in .venv, with the versions and hashes of requirements.lock.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready
DEMO := demo
COVERAGE := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench sweep recipes pictures lock dist release clean

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('campfire-sync needs Python 3.11 or later: make PYTHON=python3.12' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)  ## preview and send the samples to a local stand-in for the API
	@$(BIN)/python samples/demo.py $(DEMO)

test: $(READY)  ## the tests with branch coverage, in under five minutes on two cores; T=planning: those of one room, without
	CAMPFIRE_SYNC_COVERAGE=$(if $(T),,$(COVERAGE)) $(BIN)/python -m pytest -n $(if $(T),0,3 --dist worksteal) -m "not sweep" $(if $(T),tests/$(T))

sweep: $(READY)  ## the long sweeps: thousands of kills and of random inputs
	CAMPFIRE_SYNC_FUZZ=5000 $(BIN)/python -m pytest -n 2 -m sweep
	CAMPFIRE_SYNC_FUZZ=5000 $(BIN)/python -m pytest -n 2 -k "fuzz or random" -m "not sweep"

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)  ## speed and memory beside the alternatives, as a table, in under ten minutes
	$(BIN)/python bench/run.py

dist: $(READY)  ## build the wheel and the sdist into dist/
	$(BIN)/python -m hatchling build

recipes: $(READY)  ## run the Airflow recipe under Airflow, in an environment of its own
	$(PYTHON) -m venv $(VENV)-airflow
	$(VENV)-airflow/$(notdir $(BIN))/python -m pip install --quiet --disable-pip-version-check "apache-airflow>=3.1,<4"
	$(BIN)/python recipes/airflow/try_it.py $(VENV)-airflow/$(notdir $(BIN))

pictures: $(READY)  ## draw the pictures of the README anew; needs Chromium, LibreOffice and pdftoppm
	$(BIN)/python docs/pictures/draw.py
	$(BIN)/python docs/pictures/draw_terminal.py docs/pictures/terminal.svg

lock:  ## choose the versions in requirements.lock anew; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --all-extras --upgrade pyproject.toml --output-file requirements.lock

release: $(READY)  ## say what is left to do for a release: V=0.2.0
	@$(BIN)/python .ci/release.py $(V)

clean:  ## remove what was made
	rm -rf $(VENV) $(VENV)-airflow $(DEMO) dist coverage.txt .pytest_cache .mypy_cache .ruff_cache .hypothesis
