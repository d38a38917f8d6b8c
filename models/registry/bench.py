"""How long a model takes on this machine: the bare network under each runtime, and a detector's whole way from picture
to boxes; and how many pictures a second all cores together bring that way.

The cases take turns, one picture each, so that a busy moment of the machine burdens all of them alike.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from models.errors import RegistryError
from models.registry.throughput import throughput
from vision.arrays import F32, U8
from vision.detect.card import Card, ModelCard
from vision.detect.detector import Detector
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, Session, has_provider, open_session, run_all
from vision.detect.shapes import write_shape

THREADS = (1, 2)
LEAST_ROUNDS = 3
SIZE_PX = (1920, 1080)
OWN_PAIR = "the model is a pair of OpenVINO's own"
NO_CARD = "not in this onnxruntime: pip install onnxruntime-gpu"


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
    """
    skipped     runtimes that could not be tried, and why
    faster      the runtime for each number of threads on one picture
    per_second  a detector's pictures per second with a picture on each core; empty for other models
    """

    timings: Mapping[Case, Timing]
    skipped: Mapping[Runtime, str]
    faster: Mapping[int, Runtime]
    per_second: Mapping[Runtime, float]

    @property
    def fastest(self) -> Runtime | None:
        """What the frame loop should run a detector with; of equals the one named first."""
        return max(self.per_second, key=lambda runtime: self.per_second[runtime]) if self.per_second else None


def bench(
    file: Path,
    card: Card,
    seconds: float,
    clock_s: Callable[[], float] = time.perf_counter,
    show: Callable[[float], None] = lambda share: None,
) -> Bench:
    """Time every case for `seconds` together, each at least LEAST_ROUNDS times after one picture to warm up, and then a
    detector's throughput for half as long.

    A model of another task than detect is timed as a bare network only. `show` is told the share done, 0..1. Raise
    ModelError when the model cannot run.
    """
    skipped = _skipped(file)
    runs = _runs(file, card, [runtime for runtime in Runtime if runtime not in skipped])
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
    per_second: Mapping[Runtime, float] = {}
    if isinstance(card, ModelCard):
        tried = [runtime for runtime in Runtime if runtime not in skipped]
        lanes = os.cpu_count() or 1
        per_second = throughput(file, card, tried, lanes, picture=_picture(), seconds=seconds / 2, clock_s=clock_s)
    return Bench(timings, skipped, faster(timings), per_second)


def timing(samples_s: Sequence[float]) -> Timing:
    median_ms, p90_ms = np.percentile(np.array(samples_s) * 1000, [50, 90]).tolist()
    return Timing(median_ms, p90_ms, len(samples_s))


def faster(timings: Mapping[Case, Timing]) -> dict[int, Runtime]:
    """By number of threads the runtime with the lower median over the whole way, or over the network alone where no
    whole way was timed; of equals the one named first."""
    most = max(case.whole for case in timings)
    whole = [(case, found) for case, found in timings.items() if case.whole == most]
    return {
        threads: min((one for one in whole if one[0].threads == threads), key=lambda one: one[1].median_ms)[0].runtime
        for threads in sorted({case.threads for case, _ in whole})
    }


def _skipped(file: Path) -> dict[Runtime, str]:
    if file.suffix.lower() == ".xml":
        return {runtime: OWN_PAIR for runtime in Runtime if runtime is not Runtime.OPENVINO}
    found = {runtime: NO_CARD for runtime in (Runtime.CUDA, Runtime.TENSORRT) if not has_provider(runtime)}
    if find_spec("openvino") is None:
        return {Runtime.OPENVINO: "not installed: pip install 'ngatu[openvino]'", **found}
    return found


def _runs(file: Path, card: Card, runtimes: Sequence[Runtime]) -> dict[Case, Callable[[], object]]:
    content = read_model_file(file)
    check_sha256(content, card.sha256)
    picture = _picture()
    runs: dict[Case, Callable[[], object]] = {}
    for runtime in runtimes:
        for threads in THREADS:
            session = open_session(content, runtime, threads)
            runs[Case(runtime, threads, whole=False)] = partial(run_all, session, _blank(session, card, file))
            if isinstance(card, ModelCard):
                detector = Detector(session, card, str(file))
                runs[Case(runtime, threads, whole=True)] = partial(detector.detect, [picture])
    return runs


def _blank(session: Session, card: Card, file: Path) -> F32:
    """One black picture of the size the network wants."""
    if isinstance(card, ModelCard):
        return np.zeros((1, 3, card.input.height_px, card.input.width_px), np.float32)
    sides = session.input_shape[1:]
    if len(sides) != 3 or None in sides:
        raise RegistryError(
            f"{file}: wanted a network for pictures of one size, found input {write_shape(session.input_shape)}"
        )
    return np.zeros((1, *(side or 0 for side in sides)), np.float32)


def _picture() -> U8:
    """Coloured noise: costs the same work as any picture, and shows the networks nothing."""
    return np.random.default_rng(0).integers(0, 256, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
