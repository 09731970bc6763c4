# Everything a newcomer or CI runs. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR ?= demo
DEMO_PORT ?= 8360
DEMO_SERVE ?= 1
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL = $(PIP) install --quiet --require-hashes --only-binary :all: $(if $(filter bench,$*),--no-binary snownlp) -r

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types layers words wheel sbom lock attack bench-batch bench-admin bench-rating bench-reading bench-report bench-statistics bench-crossed bench-lq2002 statistics-check sentiment-report fuzz-sentiment train-sentiment screenshots

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo: $(VENV)/.runtime  ## a sample company, two cycles, served on a loopback port
	@$(BIN)/surveyapp demo --dir "$(DEMO_DIR)" --port "$(DEMO_PORT)" $(if $(filter 0,$(DEMO_SERVE)),--no-serve)

test: $(VENV)/.test  ## the test suite (SQLite, and PostgreSQL and a browser where they are installed)
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/.check format lint layers types words wheel  ## all that CI checks, the tests last
	@$(BIN)/python -m pytest -n auto

format: $(VENV)/.check
	@$(BIN)/ruff format --check .

lint: $(VENV)/.check
	@$(BIN)/ruff check .

layers: $(VENV)/.check
	@$(BIN)/lint-imports

types: $(VENV)/.check
	@$(BIN)/mypy

words: $(VENV)/.check
	@$(BIN)/codespell README.md CHANGELOG.md docs surveyapp analysis questionnaires tests --skip '*.json,*.ttf,*.po,*.csv,*.xz,*.png,*.npy,analysis/sentiment/data,tests/analysis/sentiment/probes' -L 'fo,te,thi,ratee,ratees,cancell,sems'

wheel: $(VENV)/.check  ## build the wheel and run it apart from this folder
	@rm -rf build && $(BIN)/python -m hatchling build -t wheel -d build >/dev/null
	@$(PIP) install --quiet --no-deps --target build/installed build/*.whl
	@cd build && PYTHONPATH=installed ../$(BIN)/python -P -c 'import surveyapp, sys; assert "installed" in surveyapp.__file__; from surveyapp.cli import main; main()' demo --dir demo --port 0 --no-serve >/dev/null 2>demo.log || { cat demo.log; exit 1; }
	@echo "wheel: installed apart, its demo ran"

sbom: $(VENV)/.check  ## what the service is made of, as CycloneDX (build/sbom.json)
	@mkdir -p build && $(BIN)/cyclonedx-py requirements requirements/runtime.txt -o build/sbom.json

attack: $(VENV)/.test  ## attack anonymity, durability and the pages at full length; prints name=value lines
	@$(BIN)/python bench/attack_guard.py
	@SURVEYAPP_ATTACK_SCALE=full $(BIN)/python -m pytest tests/attacks -n 2 -q

bench-rating: $(VENV)/.test  ## SQL statements, bytes and CPU of the rating page
	@$(BIN)/python bench/rating.py

bench-admin: $(VENV)/.test  ## time, SQL statements and bytes of the pages for accounts with 20,000 raters
	@$(BIN)/python bench/admin.py

bench-report: $(VENV)/.bench  ## a report's CPU, bytes and memory beside WeasyPrint; a thousand of them
	@$(BIN)/python bench/report.py

bench-batch: $(VENV)/.test  ## 1,000 reports on two processes: rate, growth, memory; the same as tables
	@$(BIN)/python bench/batch.py

bench-reading: $(VENV)/.test  ## CPU and SQL statements of a report's page and PDF, and how they grow with the company
	@$(BIN)/python bench/reading.py

bench-statistics: $(VENV)/.test  ## CPU of the statistics of a company beside a plain loop, and how it grows
	@$(BIN)/python bench/company_statistics.py

bench-crossed: $(VENV)/.test  ## strict and lenient raters told apart, beside R lme4 (SURVEYAPP_REAL_DATA)
	@$(BIN)/python bench/crossed.py

bench-lq2002: $(VENV)/.test  ## real ratings by ours and by R psych and multilevel (SURVEYAPP_REAL_DATA)
	@$(BIN)/python bench/lq2002.py

statistics-check: $(VENV)/.test  ## every reference result of R beside ours (SURVEYAPP_REFERENCE_DATA)
	@$(BIN)/python bench/statistics_check.py

sentiment-report: $(VENV)/.bench  ## comments read by ours, TextBlob, VADER and SnowNLP (SURVEYAPP_SENTIMENT_DATA)
	@$(BIN)/python bench/sentiment/report.py

fuzz-sentiment: $(VENV)/.test  ## odd texts for the comment engine (FUZZ_TEXTS=1000000)
	@$(BIN)/python bench/sentiment/fuzz.py $(or $(FUZZ_TEXTS),1000000)

train-sentiment: $(VENV)/.bench  ## the weights of the comment engine anew (docs/sentiment.md says from what)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/sentiment/train.py

screenshots: $(VENV)/.check  ## the pictures in docs/ (needs chromium and pdftoppm)
	@$(BIN)/python bench/screenshots.py

lock:  ## pin the dependencies anew (needs uv)
	@for name in runtime test check bench; do \
	  printf 'hatchling\neditables\n' | uv pip compile pyproject.toml - $$(test $$name = runtime || echo --extra $$name) \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-emit-package surveyapp --no-header --no-annotate --quiet --upgrade -o requirements/$$name.txt || exit 1; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Cannot make $(VENV): this folder must be writable and Python's venv installed (Debian: apt install python3-venv)." >&2; \
	  rm -rf $(VENV); exit 1; }

# Each set contains the one before; the hashes pin every file that is installed.
$(VENV)/.runtime $(VENV)/.test $(VENV)/.check $(VENV)/.bench: $(VENV)/.%: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the $* dependencies (once) ..." >&2
	@$(INSTALL) requirements/$*.txt || { \
	  echo "The dependencies could not be installed. They are all ready-made (no compiler is needed) for" >&2; \
	  echo "CPython 3.11 to 3.13 on common systems; check the network and the Python version." >&2; exit 1; }
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@
