# Every target does all its own set-up: git, make and Python 3.11 or newer are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 2
TESTS  := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
READY  := $(VENV)/.ready
SOURCES := $(shell git ls-files -co --exclude-standard atpilots data notebooks 2>/dev/null)

# Containers often set this: then each of the many Python processes below would compile the package anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: docs help report test test-slow lab check simulate bench lock clean filter

help:           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# uv comes from the lock too, hashes checked by pip; uv then installs the rest in a fraction of pip's time.
$(READY): requirements.lock pyproject.toml | filter
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "atpilots needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# What a notebook shows can hold residents' answers, so git leaves it out of commits. Where this is no git checkout, or
# git cannot be told, the rest goes on.
FILTER := sh .ci/strip-outputs
filter:
	@test ! -e .git || test "$$(git config filter.nbstripout.clean)" = "$(FILTER)" || \
	  { git config filter.nbstripout.smudge cat && git config filter.nbstripout.required true && \
	    git config filter.nbstripout.clean "$(FILTER)"; } || \
	  echo "caution: git could not be told to leave the outputs of notebooks out of commits" >&2

reports/index.html: $(READY) $(SOURCES)
	$(BIN)/atpilots report --all

report: reports/index.html   ## one page per bundled pilot, the case studies and the index, in reports/

test: $(READY)  ## the test suite but for its slow tests, two at a time (WORKERS=2); WORKERS=0 for a debugger
	$(TESTS) -m "not slow"

test-slow: $(READY) ## the slow tests: exhaustive attacks, exact coverage, a cluster whose worker is killed
	$(TESTS) -m slow

# In a container one is root, as whom Jupyter does not start unless it is told to.
lab: $(READY)   ## JupyterLab on this machine only, opened at the first notebook
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --ServerApp.ip=127.0.0.1 --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/01_first_look.ipynb

check: $(READY) ## ruff, mypy --strict on the package, the order of packages, notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/nbstripout --verify notebooks/*.ipynb

docs: $(READY) reports/index.html  ## the documentation as a site, its notebooks run anew, in docs/_site/html/
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_site/html

simulate: $(READY) ## how often our intervals hold the truth, 20,000 runs each, into docs/methods.md (SEED=…, RUNS=…)
	PYTHONPATH=tests $(BIN)/python -c 'from simulations.coverage_simulation import main; main()' $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS))

bench: $(READY) ## ratios against what a user would do instead, in about ten minutes, into docs/performance.md
	$(BIN)/python benchmarks/bench.py

lock: $(READY)  ## pin every package again, with hashes and without any index address
	$(BIN)/uv pip compile --universal --all-extras --generate-hashes --no-header --no-annotate --upgrade --quiet pyproject.toml -o requirements.lock

clean:          ## remove the virtual environment
	rm -rf $(VENV)
