# `make help` lists what there is. Needs Python 3.11 or later and the package index; nothing else.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin

.PHONY: help setup demo run test lint format lock messages

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$$(sed -n 's/^uv==//p' requirements.txt)
	$(BIN)/uv pip install --quiet --requirement requirements.txt --python $(BIN)/python
	@touch $@

setup: .venv/installed ## make .venv with what the portal needs

test: setup ## run the tests
	$(BIN)/pytest

lint: setup ## check style, templates and import layers
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

format: setup ## put code and templates in shape
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: ## renew requirements.txt from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --group dev pyproject.toml --output-file requirements.txt --custom-compile-command "make lock" --no-emit-index-url
