# `make help` lists what there is. Needs Python 3.11 or later and the package index; nothing else.
PYTHON ?= python3
PORT ?= 8000
# How many test processes; "auto" is one for each processor.
WORKERS ?= auto
ARGS ?=
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py

.PHONY: help setup demo run test lint format lock audit messages

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements.txt)
	@# pip is slower, but knows proxies and certificates that uv may not.
	$(BIN)/uv pip install --quiet --requirement requirements.txt --python $(BIN)/python || $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/catalogues: .venv/installed $(wildcard portal/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python -c "from portal.catalogues import compile_catalogues; compile_catalogues()"
	@touch $@

setup: .venv/catalogues ## make .venv with what the portal needs

demo: export DEMO = 1
demo: export DEBUG = 0
demo: setup ## fill the demo organisation and serve it on PORT (8000)
	@$(MANAGE) demo --port $(PORT)

run: setup ## serve your own portal on PORT (8000), with errors shown
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) create_page_tree && $(MANAGE) create_roles
	@$(MANAGE) runserver $(PORT)

test: setup ## run the tests; ARGS="-k stories" goes to pytest
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadgroup $(ARGS)

lint: setup ## check style, templates and import layers
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djhtml --check --tabwidth 2

format: setup ## put code and templates in shape
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djhtml --tabwidth 2

lock: .venv/installed ## renew both locks from pyproject.toml: requirements.txt, and what runs with hashes
	$(BIN)/uv pip compile --quiet --universal --group dev --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --generate-hashes --custom-compile-command "make lock" --constraint requirements.txt pyproject.toml --output-file deploy/requirements.txt

audit: setup ## look for known holes in packages (needs the internet; 2: could not look)
	@$(BIN)/python bench/audit.py

messages: setup ## collect the interface's messages into both catalogues (needs GNU gettext)
	$(MANAGE) collect_messages
