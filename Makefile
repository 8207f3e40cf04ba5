# Everything that is done with this checkout, by name. `make` alone lists it.

# Any Python from 3.11 to 3.13; say `make PYTHON=/path/to/python3.12 lab` to choose.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo "$$python" && break; done)

# On Linux, an ordinary `pip install torch` brings gigabytes of NVIDIA's libraries. PyTorch's own
# index has the build without them; another of its folders (.../whl/cu126) has the one for a GPU.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH_VERSION := $(shell sed -n 's/^torch==\([^ ;]*\).*/\1/p' requirements/torch.txt)

VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help lab test lint mutants hostile bench build lock clean

help: ## list what there is to make
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

lab: $(READY) ## set up, and open the course in JupyterLab
	@$(VENV)/bin/actloss lab

test: $(READY) lint ## set up, and run every test: units, exercises, notebooks, a real browser
	$(RUN) -m pytest tests notebooks solutions --nbval --nbval-cell-timeout=120

lint: $(READY) ## check style, formatting and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

mutants: $(READY) ## break every solution in small ways; the checks must notice
	$(RUN) tests/mutants.py

hostile: $(READY) ## grade submissions that attack the grader, and print what each of them got
	@PYTHONPATH=tests $(RUN) -m grading.hostile

bench: $(READY) ## measure accuracy, and the time of functions and import against their peers
	$(RUN) -m benchmarks.import_cost
	$(RUN) -m benchmarks.accuracy
	$(RUN) -m benchmarks.functions

build: $(READY) ## build notebooks, exercises and solutions from source/
	@$(VENV)/bin/actloss build

lock: ## pin the newest versions anew (needs uv)
	uv pip compile --universal --fork-strategy fewest --prerelease disallow --upgrade \
		--python-version 3.11 --extra frameworks --extra dev \
		--constraint requirements/torch.txt --no-emit-package torch \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
		--quiet --output-file requirements/lock.txt pyproject.toml

clean: ## remove the environment and what tools left behind; work/ stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last: an environment that was not finished is made again from nothing,
# a finished one is brought up to date when the pinned versions or the package's metadata change.
$(READY): requirements/lock.txt requirements/torch.txt pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "No Python from 3.11 to 3.13 was found. Install one (python.org, or your system's python3.12)"; \
		echo "and try again, or name it: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@test -f $@ && $(RUN) -c pass 2>/dev/null || { \
		echo "Making the environment in $(VENV): a few minutes and 3 GB, once."; \
		rm -rf $(VENV) && "$(PYTHON)" -m venv $(VENV); }
	@echo "Installing the pinned packages."
	@$(RUN) -m pip install --quiet --no-deps --requirement requirements/lock.txt
	@if [ "$$(uname -s)" = Linux ] && \
		! $(RUN) -m pip index versions torch 2>/dev/null | grep -qF '$(TORCH_VERSION)+cpu'; \
		then set -- --index-url "$(TORCH_INDEX)"; else set --; fi; \
		echo "Installing PyTorch $(TORCH_VERSION) for the CPU."; \
		$(RUN) -m pip install --quiet "$$@" --requirement requirements/torch.txt
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(RUN) -m pip check
	@touch $@
