"""HOTA, MOTA and IDF1 by the reference implementation, on published pedestrian scenes.

Floors stand below what the tracker reaches: they catch a broken tracker, not a change of taste.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.tracking import FPS, Faults, Quality, detected, judge, read_mot, tracked

SHAKEN = Faults(dropped=0.15, jitter=0.04)
WITH_FALSE = Faults(dropped=0.1, jitter=0.03, false=1.0)


def reach(file: Path, every: int, faults: Faults, seeds: Sequence[int]) -> list[Quality]:
    truth = read_mot(file, every)
    return [judge(truth, tracked(detected(truth, seed, faults), FPS / every)) for seed in seeds]


@pytest.mark.parametrize(
    ("scene", "every", "floor"),
    [
        ("TUD-Campus", 1, Quality(hota=0.7, mota=0.7, idf1=0.78)),
        ("TUD-Stadtmitte", 1, Quality(hota=0.75, mota=0.78, idf1=0.8)),
        ("TUD-Stadtmitte", 5, Quality(hota=0.6, mota=0.65, idf1=0.7)),
    ],
)
def test_true_boxes_of_whoever_is_visible_are_tracked_nearly_right(
    real_data: Path, scene: str, every: int, floor: Quality
):
    check(reach(real_data / "mot/tud" / scene / "gt.txt", every, Faults(), [0]), floor)


@pytest.mark.parametrize(
    ("scene", "every", "floor"),
    [
        ("TUD-Campus", 1, Quality(hota=0.47, mota=0.55, idf1=0.6)),
        ("TUD-Stadtmitte", 1, Quality(hota=0.52, mota=0.6, idf1=0.68)),
        ("TUD-Stadtmitte", 5, Quality(hota=0.42, mota=0.48, idf1=0.58)),
    ],
)
def test_shaking_boxes_with_gaps_are_tracked_well(real_data: Path, scene: str, every: int, floor: Quality):
    check(reach(real_data / "mot/tud" / scene / "gt.txt", every, SHAKEN, range(4)), floor)


@pytest.mark.parametrize(
    ("scene", "floor"),
    [
        ("TUD-Campus", Quality(hota=0.54, mota=0.58, idf1=0.67)),
        ("TUD-Stadtmitte", Quality(hota=0.58, mota=0.68, idf1=0.71)),
    ],
)
def test_false_boxes_among_the_true_ones_do_not_break_tracks(real_data: Path, scene: str, floor: Quality):
    check(reach(real_data / "mot/tud" / scene / "gt.txt", 1, WITH_FALSE, range(4)), floor)


def check(reached: list[Quality], floor: Quality) -> None:
    for measure in ("hota", "mota", "idf1"):
        mean = float(np.mean([getattr(quality, measure) for quality in reached]))
        assert mean >= getattr(floor, measure), f"{measure}: wanted {getattr(floor, measure)}, found {mean:.3f}"
