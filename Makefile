# Every target makes its own environment from nothing; `make demo` and `make test` are the two commands of the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRAIN_VENV := .venv-train
TRAIN_STAMP := $(TRAIN_VENV)/.installed
MODEL ?=
VIDEO ?=
MODEL_DATA ?= data
MAP ?=

# Some machines tell Python to keep no compiled modules: then each of the hundreds of processes that the tests start
# would compile them all anew, which takes half of its time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo demo-signals test test-train train bench bench-signals check system clean

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

# Two junctions on virtual controllers (RSMP, NTCIP), chosen for by their traffic.
demo-signals: $(STAMP)
	$(BIN)/python -m twin.signals_demo $(DEMO_ARGS)

test: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart=0

# Torch and ultralytics stay out of .venv: the product must run without them.
$(TRAIN_STAMP): pyproject.toml scripts/train-packages.sh | system
	PYTHON=$(PYTHON) sh scripts/train-packages.sh $(TRAIN_VENV)
	touch $@

test-train: $(TRAIN_STAMP)
	$(TRAIN_VENV)/bin/pytest -n 2 --dist loadfile --max-worker-restart=0 tests/train

# One model from nothing: `make train MODEL=detector MODEL_DATA=folder`; goes on after a kill.
train: $(TRAIN_STAMP)
	$(TRAIN_VENV)/bin/python -m models.train.recipe $(MODEL) --data '$(MODEL_DATA)' --out 'runs/$(MODEL)' $(TRAIN_ARGS)

# The peers that `benchmarks.speed` measures beside us come into .venv, with torch; the product never imports them.
bench: $(STAMP)
	sh scripts/bench-packages.sh $(VENV)

# The adaptive controller on a folder with a SUMO net and routes: `make bench-signals MAP=FOLDER`; SUMO comes into .sumo.
bench-signals: $(STAMP)
	$(BIN)/python -m benchmarks.closed_loop.signals --map '$(MAP)' --controller ours --seeds 1..10 $(BENCH_ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) $(TRAIN_VENV) build dist *.egg-info demo-out demo-signals-out
