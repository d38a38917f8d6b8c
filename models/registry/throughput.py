"""How many pictures per second each runtime brings through a detector when every core has a picture of its own: what
the frame loop asks of it."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from vision.arrays import U8
from vision.detect.card import ModelCard
from vision.detect.detector import Detector, Look
from vision.detect.runtime import Runtime
from vision.frame import ImagePixels

LEAST_ROUNDS = 3
PER_LANE = 3
"""Pictures per lane and round."""


def throughput(
    file: Path,
    card: ModelCard,
    runtimes: Sequence[Runtime],
    lanes: int,
    *,
    picture: U8,
    seconds: float,
    clock_s: Callable[[], float] = time.perf_counter,
) -> Mapping[Runtime, float]:
    """Pictures per second, the median of rounds in which the runtimes take turns; at least LEAST_ROUNDS each.

    Raise ModelError when the model cannot run.
    """
    detectors = {runtime: Detector.open(file, card, runtime, lanes=lanes) for runtime in runtimes}
    rates: dict[Runtime, list[float]] = {runtime: [] for runtime in runtimes}
    try:
        for detector in detectors.values():
            _rush(detector, picture, 2 * max(1, detector.lanes))
        began_s = clock_s()
        while min(map(len, rates.values())) < LEAST_ROUNDS or clock_s() - began_s < seconds:
            for runtime, detector in detectors.items():
                count = PER_LANE * detector.lanes
                start_s = clock_s()
                _rush(detector, picture, count)
                rates[runtime].append(count / max(clock_s() - start_s, 1e-9))
    finally:
        for detector in detectors.values():
            detector.close()
    return {runtime: float(np.median(found)) for runtime, found in rates.items()}


def _rush(detector: Detector, picture: U8, count: int) -> None:
    """Look at so many pictures, with one more on its way than there are lanes."""
    pixels = ImagePixels(picture)
    running: deque[Look] = deque()
    for _ in range(count):
        running.append(detector.start([pixels]))
        if len(running) > detector.lanes + 1:
            running.popleft().result()
    while running:
        running.popleft().result()
