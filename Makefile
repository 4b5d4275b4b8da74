# Yichuang 一窗. `make` alone lists the targets. Needs only Python >= 3.11 and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# A house is thirteen processes: where the environment forbids .pyc files, each would compile it all anew.
unexport PYTHONDONTWRITEBYTECODE

VENV   := .venv
PY     := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
WORKERS ?= 2
CODE   := kit contracts services gateway simulators deploy tests

.PHONY: help
help: ## what can be done here
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run
.PHONY: venv run stop reset status demo
venv: ## the virtual environment from the hashed lock (only when it changed)
	@sh deploy/venv.sh

run: venv ## start everything, print the address and the demo accounts; Ctrl-C stops it (PORT=…)
	@exec $(PY) -m deploy.local run

stop: venv ## stop what `make run` started, also what a killed run left
	@$(PY) -m deploy.local stop

status: venv ## what runs, and where
	@$(PY) -m deploy.local status

reset: venv ## stop, and remove the local data
	@$(PY) -m deploy.local reset

demo: venv ## two acts: the first licence; from a seat to a loan, its default and the books (ACT=…)
	@$(PY) -m tests.demo

##@ In containers
COMPOSE ?= docker compose
.PHONY: compose-secrets image compose-up compose-down compose-journeys
compose-secrets: ## write .env with secrets of its own, once
	@python3 -m deploy.compose.secrets

image: ## build the one image that every process runs from
	@docker build -f deploy/image/Dockerfile -t localhost/yichuang:latest .

compose-up: compose-secrets image ## everything in containers behind HAProxy: http://localhost:8080
	@$(COMPOSE) up -d

compose-down: ## stop the containers and forget their data
	@$(COMPOSE) down -v

compose-journeys: venv ## the black-box journeys and the demo against the running containers
	@YICHUANG_ADDRESS=$${YICHUANG_ADDRESS:-http://localhost:8080} $(PYTEST) -q -n 0 tests/journeys
	@$(PY) -m tests.demo $${YICHUANG_ADDRESS:-http://localhost:8080}

##@ Check
.PHONY: test test-one check fmt policy faults schemathesis outsiders bench
test: venv ## every test, on real engines (WORKERS=2)
	@$(PYTEST) -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow" --durations=12 --durations-min=5

test-one: venv ## one file or one name: make test-one T=tests/kit or T="-k reserve"
	@$(PYTEST) -q $(T)

check: venv ## format, lint, types, import walls, lock, committed contracts
	@$(VENV)/bin/ruff format --check --quiet . || { echo "✗ not formatted: make fmt"; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@found=$$(PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo 2>&1) || { echo "$$found"; exit 1; }
	@$(PY) -m tests.architecture.lock requirements.lock
	@$(PY) -m deploy.contracts --check
	@echo "check: all good"

fmt: venv ## format and mend what can be mended
	@$(VENV)/bin/ruff check --fix --quiet . ; $(VENV)/bin/ruff format .

policy: venv ## each row of the policies, its tests and whether they pass
	@$(PY) -m tests.policy_report -n $(WORKERS) --dist loadfile

faults: venv ## kill processes and engines, count what was lost or doubled
	@YICHUANG_FAST=0 $(PYTEST) -q -s -m slow tests/faults tests/gateway/inbox

schemathesis: venv ## generated bad input against the OpenAPI of all four services
	@$(PY) -m tests.contracts.fuzz

outsiders: venv ## other people's linters and generators on our OpenAPI documents (needs npm)
	@$(PY) -m tests.outsiders

bench: venv ## ratios: proxy, submit, lists, bank decisions, carrier search, HAProxy (about ten minutes)
	@YICHUANG_FAST=0 $(PY) -m tests.bench

##@ Write what is committed
.PHONY: golden contracts pages-css lock
golden: venv ## write the golden files anew (roles, workflows, who calls whom); read the difference
	@$(PY) -m tests.golden.write

contracts: venv ## write the committed OpenAPI documents anew
	@$(PY) -m deploy.contracts

pages-css: venv ## build the pages' style sheet from its sources
	@$(PY) -m gateway.window.build_css

lock: ## resolve the dependencies anew (needs uv): what is developed with, and what the image holds
	@uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --extra dev --extra local \
	  --python-version 3.11 pyproject.toml -o requirements.lock
	@uv pip compile --quiet --generate-hashes --universal --no-emit-index-url -c requirements.lock \
	  --python-version 3.11 pyproject.toml -o deploy/image/requirements.lock
