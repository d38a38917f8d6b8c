"""Counts on real clips against counts made by eye: `python -m benchmarks.accuracy.counts [--model FILE]…`.

The clips lie below NGATU_TEST_DATA, each with a `counts.json`: line, window of frames, vehicles by kind and
direction. Nothing of them is in this repository.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table, write_section
from edge.loop.look import look
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.detector import Detector
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.counts import tally
from vision.traffic.crossings import LineCounter
from vision.vehicles import KIND_NAMES, KindName

SECTION = "counts"
# The truth files call a motorbike by the other name of the trade.
KIND_OF: dict[str, KindName] = {"motorcycle": "motorbike"}


@dataclass(frozen=True, slots=True)
class Truth:
    """counts: (direction, kind) → vehicles, direction as the engine names it."""

    clip: str
    video: Path
    line: Line
    window: tuple[int, int]
    counts: dict[tuple[str, KindName], int]


@dataclass(frozen=True, slots=True)
class Row:
    clip: str
    direction: str
    kind: str
    truth: int
    counted: int

    @property
    def error(self) -> int:
        return self.counted - self.truth


def read_truths(data: Path) -> list[Truth]:
    """Every clip with a counts.json below `data`/videos."""
    files = sorted(data.glob("videos/*/counts.json"))
    if not files:
        raise BenchmarkError(f"{data}: wanted videos/*/counts.json, found none")
    return [_read_truth(file) for file in files]


def _read_truth(file: Path) -> Truth:
    given = json.loads(file.read_text("utf-8"))
    (x1, y1), (x2, y2) = given["line"]
    # "up" is towards smaller y: the left hand of someone who walks the line to the right.
    up, down = ("right_to_left", "left_to_right") if x2 > x1 else ("left_to_right", "right_to_left")
    counts = {
        (up if way == "up" else down, KIND_OF.get(kind, kind)): number
        for way, kinds in given["counts"].items()
        for kind, number in kinds.items()
    }
    line = Line("line", "counting", ((float(x1), float(y1)), (float(x2), float(y2))))
    first, last = given["window"]
    return Truth(file.parent.name, file.parent / given["video"], line, (first, last), counts)


def count_clip(truth: Truth, model: ResolvedModel, threads: int) -> list[Row]:
    """Every kind and direction that the truth or the engine knows of."""
    first, last = truth.window
    detector = Detector.open(model.file, model.card, threads=threads)
    with open_source(str(truth.video)) as source:
        counter = LineCounter((truth.line,), source.size_px)
        watched = look(source, detector, Tracker(), counter)
        seen = track(watched, truth.clip, source.frames_expected, console=Console(stderr=True))
        crossings = [one for moment in seen for one in moment.crossings if first <= one.frame <= last]
    found = {(way.value, kind): number for way, kinds in tally(crossings).items() for kind, number in kinds.items()}
    keys = sorted({*found, *truth.counts}, key=lambda key: (key[0], KIND_NAMES.index(key[1])))
    rows = [
        Row(truth.clip, way, kind, truth.counts.get((way, kind), 0), found.get((way, kind), 0)) for way, kind in keys
    ]
    return [row for row in rows if row.truth or row.counted]


def as_markdown(results: dict[str, list[Row]]) -> str:
    """One table, a column of counts and errors for each model."""
    models = list(results)
    keys = sorted({(row.clip, row.direction, row.kind, row.truth) for rows in results.values() for row in rows})
    cells = {(model, row.clip, row.direction, row.kind): row for model, rows in results.items() for row in rows}
    lines = []
    for clip, way, kind, truth in keys:
        counted = [cells.get((model, clip, way, kind)) for model in models]
        lines.append([clip, way, kind, truth, *(f"{row.counted} ({row.error:+d})" if row else "0" for row in counted)])
    return table(["clip", "direction", "kind", "truth", *(f"{model}: count (error)" for model in models)], lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, action="append", help="may be given again; default: the shipped detector")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="renew the table in benchmarks/README.md")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
    truths = read_truths(Path(folder))
    models = [resolve_model(file) for file in given.model or [None]]
    results = {m.card.name: [row for t in truths for row in count_clip(t, m, given.threads)] for m in models}
    made = circumstances()
    if given.json:
        rows = {name: [asdict(row) | {"error": row.error} for row in each] for name, each in results.items()}
        print(json.dumps({"made": asdict(made), "counts": rows}))
    else:
        print(as_markdown(results))
    if given.write:
        write_section(SECTION, f"{made.sentence()}\n\n{as_markdown(results)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
