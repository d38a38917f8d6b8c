"""How long a model takes on this machine: the bare network under each runtime, and our whole way from picture to boxes.

The cases take turns, one picture each, so that a busy moment of the machine burdens all of them alike.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np

from models.registry.resolve import ResolvedModel
from vision.arrays import U8
from vision.detect.detector import Detector
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, open_session, run_all

THREADS = (1, 2)
LEAST_ROUNDS = 3
SIZE_PX = (1920, 1080)


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """`whole`: from a 1080p picture to boxes; otherwise the network alone on numbers already prepared."""

    runtime: Runtime
    threads: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds per picture."""

    median_ms: float
    p90_ms: float
    pictures: int


@dataclass(frozen=True, slots=True)
class Bench:
    """`skipped`: runtimes that could not be tried, and why. `faster`: the runtime for each number of threads."""

    timings: Mapping[Case, Timing]
    skipped: Mapping[Runtime, str]
    faster: Mapping[int, Runtime]


def bench(
    model: ResolvedModel,
    seconds: float,
    clock_s: Callable[[], float] = time.perf_counter,
    show: Callable[[float], None] = lambda share: None,
) -> Bench:
    """Time every case for `seconds` together, each at least LEAST_ROUNDS times after one picture to warm up.

    `show` is told the share done, 0..1. Raise ModelError when the model cannot run.
    """
    skipped = _skipped(model)
    runs = _runs(model, [runtime for runtime in Runtime if runtime not in skipped])
    for run in runs.values():
        run()
    samples_s: dict[Case, list[float]] = {case: [] for case in runs}
    began_s, rounds = clock_s(), 0
    while rounds < LEAST_ROUNDS or clock_s() - began_s < seconds:
        for case, run in runs.items():
            start_s = clock_s()
            run()
            samples_s[case].append(clock_s() - start_s)
        rounds += 1
        show(min(1.0, (clock_s() - began_s) / seconds))
    timings = {case: timing(found) for case, found in samples_s.items()}
    return Bench(timings, skipped, faster(timings))


def timing(samples_s: Sequence[float]) -> Timing:
    median_ms, p90_ms = np.percentile(np.array(samples_s) * 1000, [50, 90]).tolist()
    return Timing(median_ms, p90_ms, len(samples_s))


def faster(timings: Mapping[Case, Timing]) -> dict[int, Runtime]:
    """By number of threads the runtime with the lower median over the whole way; of equals the one named first."""
    whole = [(case, found) for case, found in timings.items() if case.whole]
    return {
        threads: min((one for one in whole if one[0].threads == threads), key=lambda one: one[1].median_ms)[0].runtime
        for threads in sorted({case.threads for case, _ in whole})
    }


def _skipped(model: ResolvedModel) -> dict[Runtime, str]:
    if model.file.suffix.lower() == ".xml":
        return {Runtime.ONNXRUNTIME: "the model is a pair of OpenVINO's own"}
    if find_spec("openvino") is None:
        return {Runtime.OPENVINO: "not installed: pip install 'ngatu[openvino]'"}
    return {}


def _runs(model: ResolvedModel, runtimes: Sequence[Runtime]) -> dict[Case, Callable[[], object]]:
    content, card = read_model_file(model.file), model.card
    check_sha256(content, card.sha256)
    picture = _picture()
    blank = np.zeros((1, 3, card.input.height_px, card.input.width_px), np.float32)
    runs: dict[Case, Callable[[], object]] = {}
    for runtime in runtimes:
        for threads in THREADS:
            session = open_session(content, runtime, threads)
            detector = Detector(session, card, str(model.file))
            runs[Case(runtime, threads, whole=False)] = partial(run_all, session, blank)
            runs[Case(runtime, threads, whole=True)] = partial(detector.detect, [picture])
    return runs


def _picture() -> U8:
    """Coloured noise: costs the same work as any picture, and shows the networks nothing."""
    return np.random.default_rng(0).integers(0, 256, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
