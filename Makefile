# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

BIN := .venv/bin

.PHONY: demo test setup setup-test lint types unit lock bench clean help

help:  ## Vis kommandoerne
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

demo: setup  ## Gør alt klar, og kør prøvemiljøet, til du stopper det
	@$(BIN)/kodeks demo

setup:  ## Gør programmet klar i .venv
	@scripts/setup demo

setup-test:
	@scripts/setup test

test: setup-test lint types unit  ## Gør alt klar, og kør alle prøver

lint:
	@scripts/step "Stil og fejl (ruff)" $(BIN)/ruff check .
	@scripts/step "Form (ruff)" $(BIN)/ruff format --check .
	@scripts/step "Pile mellem rum (import-linter)" $(BIN)/lint-imports
	@scripts/step "Kodekset: kontrol og prøve for hvert punkt" $(BIN)/kodeks codex check
	@scripts/step "Licenser (reuse)" $(BIN)/reuse --suppress-deprecation lint --quiet

types:
	@scripts/step "Typer (mypy)" $(BIN)/mypy

# Many tests wait for a process or the database: of two cores two workers leave a fifth unused.
unit:
	@scripts/step "Prøver (pytest)" $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -q

bench:  ## Mål nøjagtighed mod åbne metoder på offentlige data
	@$(BIN)/python benchmarks/inquiries/accuracy.py

lock:  ## Lav låsefilerne igen
	@scripts/lock

clean:  ## Fjern det, der kan laves igen
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache frontend/node_modules
