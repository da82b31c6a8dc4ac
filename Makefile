# make help says what there is. Everything happens in .venv, out/ and the folders that .gitignore names.
# Only package registries are reached, and paths may hold spaces.

PAPER ?= eecs182-sp23
OUT ?= out
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/.ready
LABS := .venv/.labs
FIND_PYTHON := for p in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if [ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$p"; break; fi; done
SOURCES := src tests bench tools examples
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
unexport PYTHONDONTWRITEBYTECODE  # where it is set every process that a test starts compiles all of the package again

.DEFAULT_GOAL := help
.PHONY: help setup system system-web serve exam class class-web scan-class labs lint test tests test-baseline test-heavy test-heavy-baseline test-web bench adapters texts golden gallery mutants survey web-assets clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{ printf "make %-15s %s\n", $$1, $$2 }'

setup: $(LABS) system  ## .venv with everything that the tests need

# Once, and again when pyproject.toml changes.
$(STAMP): pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "markscheme needs Python 3.11 or later (PYTHON=... names one)" >&2; exit 1; fi; \
	[ -x $(BIN)/python ] || "$$python" -m venv .venv
	@$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $(STAMP)

# What trains, heavy and needed by the labs and their tests alone. constraints.txt names a CPU-sized torch first.
$(LABS): $(STAMP) constraints.txt
	@$(BIN)/python -m pip install --quiet -c constraints.txt torch
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[labs]'
	@touch $(LABS)

# Debian's packages, in pairs of a program and the package that has it.
NEEDED = missing=; for pair in $(1); do \
		command -v "$${pair%:*}" >/dev/null || missing="$$missing $${pair\#*:}"; done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null && apt-get install -y -qq $$missing </dev/null >/dev/null \
		|| echo "missing, and apt-get could not install:$$missing" >&2; \
	else echo "missing:$$missing. $(2)" >&2; fi

# The tests look into PDFs with poppler, and run programs in bubblewrap.
system:
	@$(call NEEDED,pdftotext:poppler-utils bwrap:bubblewrap,The tests of printed papers need poppler-utils and those of programs bubblewrap)

# A real browser and a real PostgreSQL; axe-core from npm.
system-web:
	@export PATH="$$PATH:$$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)"; \
	$(call NEEDED,chromium:chromium initdb:postgresql npm:npm,The tests of the server need all of them)

serve: $(STAMP)  ## practice, sit, mark and teach in the browser, on this machine; ends with the address
	@$(BIN)/markscheme serve

exam: $(STAMP)  ## the built-in paper, its key and its errata, into out/
	@mkdir -p "$(OUT)"
	$(BIN)/markscheme paper $(PAPER) --out "$(OUT)"
	$(BIN)/markscheme errata $(PAPER) --format md --out "$(OUT)/errata.md"
	@echo "On disk:"
	@for file in "$(OUT)/$(PAPER).pdf" "$(OUT)/$(PAPER)-key.pdf" "$(OUT)/errata.md"; do \
		[ -s "$$file" ] || { echo "missing or empty: $$file" >&2; exit 1; }; \
		echo "  $$file ($$(($$(wc -c <"$$file") + 0)) bytes)"; done

labs: $(LABS)  ## every lab in full, into out/labs, and what came of each claim
	$(BIN)/markscheme lab run all --out "$(OUT)/labs"

lint: $(LABS)  ## ruff and pyright, as in CI
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES) || { echo "ruff format would change files: $(BIN)/ruff format $(SOURCES)" >&2; exit 1; }
	@$(BIN)/pyright --pythonpath $(BIN)/python

test: $(LABS) system  ## lint, and all tests and the examples in docstrings, but for the heavy ones and the server's
	@$(MAKE) --no-print-directory -j2 lint tests

# A file's tests share what is dear to make, and so run in one process.
PYTEST = $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

tests:
	@CHECK_TYPES=0 $(PYTEST) -m "not heavy" --ignore=tests/web

HELD = env $$($(BIN)/python -m markscheme.labs.engine.processor)

# Of no matter which instructions there are: what prints, what people type at a command, what is fenced in.
WITHOUT_NUMBERS = web $(addsuffix .py,$(addprefix test_,cli decisions docs evaluating exam floors \
	handed_in language late notation offering paper places printed printed_exam sandbox seating tables texts tutorial))

test-baseline: $(LABS) system  ## the tests that compute, held to the oldest instructions that NumPy, BLAS and torch have
	@$(HELD) $(PYTEST) -m "not heavy" $(addprefix --ignore=tests/,$(WITHOUT_NUMBERS))

test-heavy: $(LABS) system test-heavy-baseline  ## the tests that train, search or print much, held to the oldest instructions, and as this processor does
	@$(PYTEST) -m heavy

test-heavy-baseline: $(LABS) system
	@$(HELD) $(PYTEST) -m heavy

test-web: JOBS = 3  # browsers wait much
test-web: $(LABS) system system-web  ## the server: its pages in a real browser, the API as described, and what it keeps in PostgreSQL too
	@$(BIN)/python tools/web_assets.py --install
	@CHECK_TYPES=0 $(PYTEST) tests/web
	@CHECK_TYPES=0 $(BIN)/python tools/with_postgres.py $(PYTEST) tests/web -m "not web" --ignore=tests/web/test_access.py

bench: $(LABS)  ## every figure that we claim, measured, beside its peer
	@$(BIN)/python -c 'import reasoning_gym, math_verify, inspect_ai, fpsample, numba, sympy, pint' 2>/dev/null \
	|| $(BIN)/python -m pip install --quiet -c constraints.txt -e '.[bench]'
	@$(BIN)/python -m bench

class: $(LABS)  ## a class of 300 sits an exam, from the roster to the last mark, with rounds of kill -9
	@$(BIN)/python -m bench.class_exam --out "$(OUT)/class"

scan-class: $(STAMP)  ## a class of 300 sits an exam on paper, and its marks come back through a scanner, simulated
	@$(BIN)/python -m bench.scan_class --out "$(OUT)/scan-class"

class-web: $(LABS) system-web  ## a class of 30 sits an exam in real browsers, from the roster to released marks
	@$(BIN)/python -m bench.class_web --out "$(OUT)/class-web"

# Each has an extra of its name in pyproject.toml, and an example; `make adapters ADAPTERS=verifiers` runs one.
ADAPTERS ?= reasoning_gym inspect_ai huggingface lm_eval verifiers openenv trl verl
ADAPTER_VENVS ?= .venv/adapters

adapters: $(STAMP)  ## run examples/llm, each against the library that it is for, in an environment of its own
	@set -e; mkdir -p "$(ADAPTER_VENVS)"; venvs=$$(cd "$(ADAPTER_VENVS)" && pwd); for name in $(ADAPTERS); do \
		folder="$$venvs/$$name"; \
		[ -x "$$folder/bin/python" ] || $(BIN)/python -m venv "$$folder"; \
		"$$folder/bin/python" -m pip install --quiet -c constraints.txt -e ".[datasets,$$(echo $$name | tr _ -)]"; \
		echo "== $$name"; (cd "$$folder" && HF_DATASETS_OFFLINE=1 bin/python "$(CURDIR)/examples/llm/with_$$name.py"); done

texts: $(STAMP)  ## convert the texts of the bank again (after a change to one)
	@$(BIN)/python tools/texts.py

golden: $(LABS)  ## tests/golden: every problem as data, to be read as a diff (after a change to what items say)
	@$(BIN)/python -m tools.golden

gallery: $(LABS)  ## GALLERY.md: every problem, posed and solved; docs/mechanisms; docs/labs
	@$(BIN)/python tools/gallery.py GALLERY.md
	@$(BIN)/python tools/mechanisms.py
	@$(BIN)/python tools/labs.py

web-assets: $(STAMP)  ## bundle the scripts and styles of `markscheme serve` again (after a change to one; needs npm)
	@$(BIN)/python tools/web_assets.py

mutants: $(STAMP)  ## break answers and mechanisms in small ways: does prove notice?
	@$(BIN)/python tools/mutants.py

survey: $(STAMP)  ## how well each problem poses: different items, commonest answers, slips, proofs, times
	@$(BIN)/python tools/survey.py

clean:  ## remove what make made
	rm -rf .venv out dist build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
