"""`python -m benchmarks.speed.plates --json`: what finding a plate in a vehicle and reading it costs.

Speed only: the pictures are drawn plates pasted into grey vehicles. Accuracy has its own benchmarks.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.speed.spread import Spread, give_out, spread
from models.registry.advice import card_path
from models.registry.shipped import shipped
from vision.arrays import U8
from vision.detect.card_file import load_card
from vision.detect.runtime import CPU_RUNTIMES, Runtime
from vision.errors import VisionError
from vision.plates.card import PlateReaderCard
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.reader import PlateReader

VEHICLE_PX = 256
PLATE_PX = (40, 56)
"""Height and width of a motorbike's plate in a full-HD picture, near."""


def pictures(count: int) -> list[tuple[U8, U8]]:
    """Vehicles and plates of noise: the networks' cost does not depend on what they show."""
    chance = np.random.default_rng(0)
    return [
        (
            chance.integers(60, 200, (VEHICLE_PX, VEHICLE_PX, 3), np.uint8),
            chance.integers(0, 256, (*PLATE_PX, 3), np.uint8),
        )
        for _ in range(count)
    ]


def measure(count: int) -> tuple[dict[str, dict[str, Spread]], dict[str, str]]:
    """By runtime: milliseconds of one thread per vehicle searched and per plate read; the runtimes take turns."""
    ways: dict[str, tuple[Callable[[U8], Any], Callable[[U8], Any]]] = {}
    left_out = {}
    for runtime in CPU_RUNTIMES:
        try:
            ways[runtime.value] = _open(runtime)
        except VisionError as error:
            left_out[runtime.value] = str(error)
    spent: dict[str, dict[str, list[float]]] = {name: {"find_ms": [], "read_ms": []} for name in ways}
    for vehicle, plate in pictures(count + 1):
        for name, (find, read) in ways.items():
            spent[name]["find_ms"].append(_ms(find, vehicle))
            spent[name]["read_ms"].append(_ms(read, plate))
    return {name: {step: spread(ms[1:]) for step, ms in each.items()} for name, each in spent.items()}, left_out


def _open(runtime: Runtime) -> tuple[Callable[[U8], Any], Callable[[U8], Any]]:
    finder_file, reader_file = shipped("plate-finder"), shipped("plate-reader")
    finder = PlateFinder.open(finder_file, load_card(card_path(finder_file), FinderCard), runtime)
    reader = PlateReader.open(reader_file, load_card(card_path(reader_file), PlateReaderCard), runtime)
    return lambda picture: finder.find([picture]), lambda picture: reader.read([picture])


def _ms(step: Callable[[U8], Any], picture: U8) -> float:
    used_s = time.process_time()
    step(picture)
    return (time.process_time() - used_s) * 1000


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200, help="vehicles and plates")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    found, left_out = measure(given.frames)
    if not found:
        raise BenchmarkError("; ".join(left_out.values()))
    best = min(each["read_ms"].median for each in found.values())
    figures = {"plate_ms": best, "find_ms": min(each["find_ms"].median for each in found.values())}
    rows = [[name, each["find_ms"], each["read_ms"]] for name, each in found.items()]
    head = ["runtime", "find in a vehicle, CPU ms", "read a plate, CPU ms"]
    give_out({**figures, "runtimes": found, "left_out": left_out}, rows, head, as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
