# The two commands of the README; each makes its own virtual environment and installs what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt

.PHONY: demo test test-lowest browser

demo: $(VENV)/installed
	$(BIN)/qareport doctor examples/questions.json
	$(BIN)/qareport score examples/questions.json examples/predictions.json

test: $(VENV)/tested
	$(BIN)/pytest --cov --cov-report=term

# The same tests with the oldest versions that pyproject.toml allows.
test-lowest:
	$(MAKE) VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt test

# The browser in which tests look at reports, on Debian; without it they are skipped, and say so.
browser:
	command -v chromium > /dev/null || (timeout 60 apt-get update -qq && \
	  timeout 240 apt-get install -qq --yes --no-install-recommends chromium > /dev/null)

$(VENV)/installed: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable '.[train]' --group dev
	touch $@
