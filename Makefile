# The two commands of the README; each makes its own virtual environment and installs what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt

.PHONY: demo test test-lowest browser reports pictures

demo: $(VENV)/installed
	$(BIN)/qareport demo --overwrite

# A process of tests for each core, as far as memory goes: one holds up to 1.5 GB.
test: $(VENV)/tested
	$(BIN)/pytest --numprocesses=logical --maxprocesses=8 --dist=worksteal --cov --cov-report=term

# The same tests with the oldest versions that pyproject.toml allows.
test-lowest:
	$(MAKE) VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt test

# The browser in which tests look at reports, on Debian; without it they are skipped, and say so.
browser:
	command -v chromium > /dev/null || (timeout 60 apt-get update -qq && \
	  timeout 240 apt-get install -qq --yes --no-install-recommends chromium > /dev/null)

# The showcase: trains what runs/ does not hold yet, which takes hours, and writes reports/.
reports: $(VENV)/tested
	PATH="$(CURDIR)/$(BIN):$$PATH" reports/make.sh

# The pictures of the README, of a real run.
pictures: $(VENV)/tested
	$(BIN)/python docs/pictures/take.py

$(VENV)/installed: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable '.[train,openvino]' --group dev
	touch $@
