# make report: the quickstart study, from nothing to reports/quickstart/index.html
# make test:   every test
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: report test test-fast test-slurm test-cuda check audit lock docs site

report: .venv/ready
	aegan run
	@echo "The report: $(CURDIR)/reports/quickstart/index.html"

test: .venv/ready .venv/oracles
	pytest -m "not slurm"
	$(MAKE) test-slurm

# alone, for it wants the whole machine; skipped without root, slurm-wlm and munge
test-slurm: .venv/ready
	pytest -n 0 -m slurm -rs

# what needs an NVIDIA GPU; `make test` runs it, too, where there is one
test-cuda: .venv/ready
	pytest -n 0 -m cuda -rs

test-fast: .venv/ready
	pytest -m "not slow"

# what CI checks before it tests
check: .venv/ready
	ruff format --check
	ruff check
	snakefmt --check Snakefile workflow/Snakefile workflow/rules src/aegan/cli/study_folder/Snakefile
	mypy --num-workers 2
	codespell
	hadolint Dockerfile
	snakemake --lint

# known vulnerabilities of the pinned packages; asks the network, and says so where there is none
audit: .venv/ready
	python -m venv .venv/audit && .venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit \
	  || { echo "pip-audit could not be installed: nothing was audited"; exit 0; }; \
	.venv/audit/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

docs: .venv/ready
	aegan docs

# the documentation with the API reference; fails at a broken link or a docstring that contradicts its signature
site: .venv/ready
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict
	@echo "The documentation: $(CURDIR)/site/index.html (its search needs a server: python -m http.server --directory site)"

# The lock leaves out what torch's CUDA build brings, pinned by torch itself: a CPU build needs none of it.
lock:
	uv pip compile pyproject.toml --extra dev --extra slurm --universal --python-version 3.11 --no-annotate --no-header --quiet \
	  | grep -vE '^(nvidia-|cuda-|triton)' > requirements.lock

# Libraries that tests compare with or use and that aegan does not need: their wheels lie beside the environment, without
# what they depend on, because some want another torch or torchvision.
.venv/oracles: .venv/ready tests/oracles.txt
	-pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $@ --requirement tests/oracles.txt
	mkdir -p $@ && touch $@

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "aegan needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	pip install --quiet --disable-pip-version-check --requirement requirements.lock
	pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
