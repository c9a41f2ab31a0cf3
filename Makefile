# policykg: on a fresh machine with Python 3.11+ and make, `make demo` and `make test` are all it takes.
# Another interpreter: make demo PYTHON=python3.12. Another environment or demo folder: VENV=…, DEMO=….

PYTHON ?= python3
VENV ?= .venv
DEMO ?= demo-kg
CORPUS ?= ../shared/corpus
GOLD ?= ../shared/gold/train.jsonl
MARKS ?= training/marks.jsonl
TRAINED ?= build/model

BIN := $(VENV)/bin
READY := $(VENV)/.policykg-ready
TRAIN := OMP_NUM_THREADS=2 $(BIN)/python -m
WEIGHTS := extractors/recognisers/weights

.DEFAULT_GOAL := help
.PHONY: help demo test test-neo4j check lint format terms readme docs assets pictures model folds clean

help:  ## this list
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed 's/:[^#]*## */\t/' | expand -t 12

demo: $(READY)  ## build the sample corpus into demo-kg and ask it two questions
	$(BIN)/policykg build samples --out $(DEMO)
	$(BIN)/policykg ask $(DEMO) programme-history --set code=3245
	$(BIN)/policykg ask $(DEMO) missed-targets --set area=贵池区 --set year=2025

test: lint  ## lint, then the tests with warnings as errors; CI runs test-neo4j, too
	@$(BIN)/python -m pytest

test-neo4j: $(READY)  ## the lane of real Neo4j servers (needs Java and Maven, which fetches them once)
	$(BIN)/python -m tests.neo4j.servers
	POLICYKG_NEO4J=all $(BIN)/python -m pytest tests/neo4j

check: test  ## the same as test

lint: $(READY)  ## style, formatting, types, generated code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m ontology.generate --check

format: $(READY)  ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

terms: $(READY)  ## write ontology/terms.py anew from ontology/policy.ttl
	$(BIN)/python -m ontology.generate

readme: $(READY)  ## put the real output of their commands into the READMEs and the pages in docs
	$(BIN)/python -m tests.readme_sessions
	$(BIN)/python -m tests.doc_pages

docs: $(READY)  ## build the documentation site into build/site, in both languages
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

assets:  ## fetch the SPARQL editor and the moving neighbourhood (needs npm); pages have plain forms without them
	npm ci --ignore-scripts --no-audit --no-fund
	$(PYTHON) -m manual.assets

pictures: $(READY)  ## take the pictures of the pages for the README anew (needs Chromium)
	$(BIN)/python -m manual.screenshots

model: $(TRAINED)/pretrained.pt  ## train both recognisers from the gold (hours; needs torch)
	$(TRAIN) training.finetune $(CORPUS) $(TRAINED) $(GOLD) $(MARKS)
	$(TRAIN) training.export $(CORPUS) $(TRAINED) $(WEIGHTS)/accurate
	$(TRAIN) training.student $(CORPUS) $(WEIGHTS)/accurate $(WEIGHTS)/fast $(GOLD) $(MARKS)

folds: $(TRAINED)/pretrained.pt  ## train both five times, each without a fifth of the documents, and measure (needs torch)
	for fold in 0 1 2 3 4; do \
	  $(TRAIN) training.finetune $(CORPUS) $(TRAINED) $(GOLD) $(MARKS) --fold $$fold && \
	  $(TRAIN) training.export $(CORPUS) $(TRAINED) $(TRAINED)/accurate-$$fold --name fold-$$fold && \
	  $(TRAIN) training.student $(CORPUS) $(TRAINED)/accurate-$$fold $(TRAINED)/fast-$$fold $(GOLD) $(MARKS) --fold $$fold \
	  || exit 1; \
	done
	$(BIN)/python -m benchmarks.measure_resolution $(CORPUS) $(TRAINED) $(GOLD) $(MARKS)

$(TRAINED)/pretrained.pt: $(READY)
	$(BIN)/pip install --quiet -c constraints.txt -e '.[model]'
	$(TRAIN) training.pretrain $(CORPUS) $(TRAINED)

clean:  ## remove the environment, the demo graph and all caches
	rm -rf $(VENV) $(DEMO) build dist node_modules graph/service/static/assets *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'policykg needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo 'This Python lacks its venv module; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@echo 'Installing the pinned packages (some minutes, once) …'
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,notebooks,mcp,docs]'
	@touch $@
