# `make demo` and `make test` need only Python >= 3.11, git and make; they set everything else up in .venv.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 2
DIR ?=
OLDEST_ROOMS ?= $(addprefix tests/,checks cli diff forge model registry render results review repo run commands sql)

LAB := src/nbpeer-lab
BUNDLE := src/nbpeer/labextension/package.json

.PHONY: demo test test-oldest lint docs bench pictures chromium lab release-check sbom clean

demo: .venv/demo.stamp
	@$(BIN)/python example_analyses/demo.py

test: .venv/test.stamp lint chromium lab
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# With the oldest dependencies that pyproject.toml allows, on the oldest Python: what needs neither a browser nor types.
test-oldest: .venvs/oldest/stamp
	.venvs/oldest/bin/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" $(OLDEST_ROOMS)

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv/test.stamp
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build
	@echo "Open docs/_build/index.html"

# JupyterLab's part. Without Node everything else works, and this says so.
lab: .venv/test.stamp
	@if command -v node >/dev/null; then $(MAKE) --no-print-directory .venv/lab.stamp && \
	mkdir -p .venv/share/jupyter/labextensions && \
	ln -sfn $(CURDIR)/src/nbpeer/labextension .venv/share/jupyter/labextensions/nbpeer; \
	else echo "No Node here: JupyterLab's part of nbpeer is not built, and its browser tests will be skipped."; fi

$(BUNDLE): $(wildcard $(LAB)/*.json $(LAB)/yarn.lock $(LAB)/vendor.mjs $(LAB)/src/*.ts* $(LAB)/src/*/*.ts* $(LAB)/style/* $(LAB)/schema/*)
	cd $(LAB) && export PATH="$(CURDIR)/$(BIN):$$PATH" && jlpm install --immutable && jlpm build:prod
	@touch $@

.venv/lab.stamp: $(BUNDLE) $(wildcard $(LAB)/tests/* $(LAB)/*.mjs $(LAB)/*.cjs tests/lab/golden/*)
	cd $(LAB) && export PATH="$(CURDIR)/$(BIN):$$PATH" && jlpm lint && jlpm test
	@touch $@

# What would be released: built, looked into, and used as a stranger would, with every Python there is. Minutes.
release-check: .venvs/release/stamp
	.venvs/release/bin/python -m tests.release

# What the wheel with every extra brings along, in the versions that are tested.
sbom: .venvs/release/stamp
	.venvs/release/bin/python -m tests.release.sbom

bench: .venv/test.stamp chromium lab
	$(BIN)/python -m benchmarks $(DIR)

pictures: .venv/test.stamp chromium
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/recording.py
	$(BIN)/python -m benchmarks.scale_chart docs/scale.json docs/images/scale.svg

# The browser tests use Debian's Chromium: installed here when that is possible, said plainly when it is not.
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	echo "No Chromium here and none could be installed: the browser tests will be skipped."

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "nbpeer needs Python 3.11 or newer; none was found on PATH."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/demo.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[examples]"
	@touch $@

.venv/test.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[test]"
	@touch $@ .venv/demo.stamp

.venvs/release/stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venvs/release
	.venvs/release/bin/python -m pip install -q -c constraints.txt build cyclonedx-bom twine
	@touch $@

.venvs/oldest/stamp: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv .venvs/oldest
	.venvs/oldest/bin/python -m pip install -q -c constraints-oldest.txt -e ".[test]"
	@touch $@

clean:
	rm -rf $(LAB)/node_modules $(LAB)/lib src/nbpeer/labextension src/nbpeer/render/assets/vendor
	rm -rf .venv .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
