# Thin on purpose: each target is a line or two that also work without make, once .venv is there.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help venv demo serve test lint format bench lock digest

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 10

venv: .venv/installed ## set up .venv from the locks, where they changed

.venv/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

demo: venv ## play the Shanxi 2020 case and serve it on http://127.0.0.1:8000
	$(BIN)/double-random demo

serve: venv ## bring the database up to date and serve it
	$(BIN)/double-random migrate
	$(BIN)/double-random serve

test: venv ## run the tests, on SQLite, PostgreSQL and Chromium where they are there
	$(BIN)/pytest -n auto --dist worksteal

lint: venv ## check style, types, imports and the Dockerfile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

format: venv ## set the code as ruff wants it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: venv ## run the benchmarks and compare them with their limits
	$(BIN)/python -m benchmarks

lock: venv ## write requirements/ anew; UPGRADE=1 takes the newest versions
	$(COMPILE) --group build --output-file requirements/run.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group dev --constraints requirements/run.txt --output-file requirements/dev.txt $(if $(UPGRADE),--upgrade)

digest: ## write the SHA-256 of verify.py into the READMEs, after it was changed
	sed -i -E "s/\b[0-9a-f]{64}\b/$$(sha256sum < publicity/offline/verify.py | cut -c 1-64)/" README.md README.zh-CN.md
