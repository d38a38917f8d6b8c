# Every target makes its own .venv from nothing; `make demo` and `make test` are the two commands of the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODEL ?=
VIDEO ?=

.PHONY: demo test check system clean

# OpenCV's wheel wants libGL and GLib, the browser tests want Chromium: Debian's packages, installed only when
# we may (root) and only what is missing.
system:
	@sh scripts/system-packages.sh

$(STAMP): pyproject.toml | system
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[dev,drawn,openvino]'
	touch $@

demo: $(STAMP)
	$(BIN)/python -m twin.demo $(if $(MODEL),--model '$(MODEL)') $(if $(VIDEO),--video '$(VIDEO)') $(DEMO_ARGS)

test: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadfile --max-worker-restart=0

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build dist *.egg-info demo-out
