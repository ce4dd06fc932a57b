.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RIVALS := .venv-bench
JOBS ?= 2
BENCH ?=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# The stamps say which lock an environment was made from, so a changed lock is installed again.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "beian-bot needs Python 3.11 or newer; set PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.learn: requirements-learn.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-learn.lock
	@touch $@

# What is measured beside the bot. An environment of its own: aiogram needs an earlier pydantic than the bot is locked to.
$(RIVALS)/.bench: requirements-bench.lock $(VENV)/.runtime
	test -x $(RIVALS)/bin/python || $(PYTHON) -m venv $(RIVALS)
	$(RIVALS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

.PHONY: help chat run check test eval learn bench chaos lock clean

chat: $(VENV)/.runtime ## talk to the bot in this terminal, no token needed
	@$(BIN)/beian-bot chat

run: $(VENV)/.runtime ## run the Telegram bot (BOT_TOKEN from the environment or .env)
	@$(BIN)/beian-bot run

check: $(VENV)/.dev ## format, lint, types, catalogs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.catalogs

test: check ## check, then every test
	$(BIN)/pytest -n $(JOBS)

eval: $(VENV)/.dev ## the questions of tests/questions: what is understood, by topic and language
	$(BIN)/python -m tests.evaluation --html eval.html

learn: $(VENV)/.learn ## learn anew from data/phrases what words mean (data/understanding/*.weights)
	$(BIN)/python -m bot.learning

bench: $(RIVALS)/.bench ## measure answers, load and reminders beside aiogram and JobQueue (BENCH=--quick for a trial)
	$(BIN)/python -m tests.benchmarks --rivals $(RIVALS)/bin/python $(BENCH)

chaos: $(VENV)/.dev ## kill the bot again and again under load, in clear and foul weather; about 20 minutes
	$(BIN)/python -m tests.chaos

# Hashes and versions only: the registry is the reader's own choice.
lock: $(VENV)/.dev ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra learn -c requirements.lock pyproject.toml -o requirements-learn.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra bench pyproject.toml -o requirements-bench.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) $(RIVALS) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
