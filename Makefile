# The two commands of the README; each makes its own virtual environment and installs what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
PIP := $(BIN)/python -m pip install --quiet
# A process of tests for each core, as far as memory goes: one holds up to 1.5 GB.
PYTEST := $(BIN)/pytest --numprocesses=logical --maxprocesses=8 --dist=worksteal
COVERAGE :=
# Tests of what CPUs compute each in their own way; torch.compile makes its own code on each.
NUMBERS := tests/qareport/analysis/statistics tests/qareport/analysis/test_analyse.py \
  tests/qareport/inference/engines tests/qareport/inference/loading tests/qareport/report/charts \
  tests/qareport/evaluation/test_precision_check.py tests/trainer/fitting/test_fitting.py \
  tests/trainer/losses "tests/test_showcase.py::test_cards_and_records_agree[minilm-l3]" \
  --ignore=tests/qareport/inference/engines/test_compiled.py

# Where this is set, each of the many processes of the tests compiles the program anew.
export PYTHONDONTWRITEBYTECODE :=

# `make test CPU=avx2` runs the tests as on a CPU without AVX-512, bfloat16 and VNNI.
ifeq ($(CPU),avx2)
export ATEN_CPU_CAPABILITY := avx2
export MKL_ENABLE_INSTRUCTIONS := AVX2
export NPY_DISABLE_CPU_FEATURES := X86_V4 AVX512_ICL AVX512_SPR
export ONEDNN_MAX_CPU_ISA := AVX2
export OPENBLAS_CORETYPE := Haswell
export OV_CPU_MAX_ISA := AVX2
AS_ON := , as on a CPU with AVX2 only
else ifneq ($(CPU),)
ifeq ($(origin CPU),command line)
$(error CPU=$(CPU) is not known; write CPU=avx2, or leave it out)
endif
endif

# A command, and one line that says whether all is well.
define told
@$(1) && echo "All is well: $(2)$(AS_ON)." || { echo "Not well: $(3); the reason stands above."; exit 1; }
endef

# A command that a line announces.
define step
@echo "$(1)" && $(2) || { echo "Not well: this step failed; the reason stands above."; exit 1; }
endef
, := ,

.PHONY: demo test test-slow test-numbers test-all test-lowest browser reports pictures schemas

demo: $(VENV)/installed
	$(call told,$(BIN)/qareport demo --overwrite,the demo is in qareport-demo,the demo ended badly)

test: $(VENV)/tested
	$(call told,$(PYTEST) $(COVERAGE) -m "not slow",all tests passed,a test failed)

# What is marked slow, and properties on five times as many examples.
test-slow: $(VENV)/tested
	$(call told,$(PYTEST) -m "slow or hypothesis" --hypothesis-profile=thorough,all slow tests passed,a slow test failed)

# All tests of the numeric rooms, for a run with CPU=avx2.
test-numbers: $(VENV)/tested
	$(call told,$(PYTEST) $(NUMBERS),all tests of numbers passed,a test of numbers failed)

# Every test, with coverage by those that are not slow.
test-all: COVERAGE := --cov --cov-report=term
test-all: test test-slow

# The same tests with the oldest versions that pyproject.toml allows.
test-lowest:
	$(MAKE) VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt test-all

# The browser in which tests look at reports, on Debian; without it they are skipped, and say so.
browser:
	command -v chromium > /dev/null || (timeout 60 apt-get update -qq && \
	  timeout 240 apt-get install -qq --yes --no-install-recommends chromium > /dev/null)

# The showcase: trains what runs/ does not hold yet, which takes hours, and writes reports/.
reports: $(VENV)/tested
	PATH="$(CURDIR)/$(BIN):$$PATH" reports/make.sh

# The JSON Schemas of the documentation, out of the types.
schemas: $(VENV)/tested
	$(BIN)/python docs/schemas/write.py

# The pictures of the README, of a real run.
pictures: $(VENV)/tested
	$(BIN)/python docs/pictures/take.py

$(VENV)/installed: pyproject.toml $(CONSTRAINTS)
	$(call step,making a virtual environment in $(VENV),$(PYTHON) -m venv $(VENV))
	$(call step,bringing pip up to date,$(PIP) --upgrade 'pip>=25.1')
	$(call step,installing qareport with torch and all else it needs: some minutes,\
	  $(PIP) --constraint $(CONSTRAINTS) --editable .)
	@touch $@

$(VENV)/tested: $(VENV)/installed
	$(call step,installing the trainer with OpenVINO$(,) ONNX Runtime and the tools of the tests,\
	  $(PIP) --constraint $(CONSTRAINTS) --editable '.[train$(,)openvino$(,)onnxruntime]' --group dev)
	@touch $@
