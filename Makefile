# make serve: the page on 127.0.0.1:7860.  make test: linters, types and all tests.  make eval: the whole measurement.
PYTHON ?= python3
BIN := .venv/bin
# Keeps what is installed in step with what is asked for, without asking pip at every start.
SERVE_STAMP := .venv/.installed-serve
TEST_STAMP := .venv/.installed-test

.PHONY: serve test eval format

serve: $(SERVE_STAMP)
	$(BIN)/python -m ui

test: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

eval: $(TEST_STAMP)
	$(BIN)/python -m rag index
	$(BIN)/python -m eval run eval/questions/guidelines_115.jsonl --baselines --out eval-report

format: $(TEST_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

$(SERVE_STAMP): .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(TEST_STAMP): .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,eval,models,openai,llama]'
	touch $@ $(SERVE_STAMP)
