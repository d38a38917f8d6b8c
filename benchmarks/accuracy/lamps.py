"""Signal lamps read in real pictures: `python -m benchmarks.accuracy.lamps [--split valid] [--json]`.

The pictures lie below NGATU_TEST_DATA (lamps/korea, lamps/indonesia) and are not in this repository. Every labelled
head is read in its own box and in looser ones, as an operator might have drawn them. Regions without a head ask for
one thing only: that no state is claimed.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.datasets.labels import ReadReport
from models.datasets.lamp_regions import LAMPS, HeadPicture, loosely, read_heads
from vision.arrays import F32, U8
from vision.detect.card_file import load_card
from vision.events.lamps import Lamp
from vision.lamps.card import LampCard
from vision.lamps.reader import LampReader, LampReading

SETS = ("lamps/korea", "lamps/indonesia")
LOOSENESS = (0.0, 0.3, 0.6)
WEIGHTS = Path(__file__).parents[2] / "models" / "weights" / "lamp.onnx"


@dataclass(frozen=True, slots=True)
class Score:
    """Of one set at one looseness; `empty` counts regions without a head apart.

    given            states said (not UNKNOWN), given_right of them right; likeliest_right counts doubts as well
    confusion        (true, said) to how often
    empty_claimed    regions without a head for which a state was said, empty_red of them red
    """

    data: str
    loose: float
    heads: int
    given: int
    given_right: int
    likeliest_right: int
    red_given: int
    red_right: int
    empty: int
    empty_claimed: int
    empty_red: int
    confusion: dict[str, int]

    @property
    def red_precision(self) -> float | None:
        """Share of the reds said that were red, those said of regions without a head among the wrong ones."""
        said = self.red_given + self.empty_red
        return self.red_right / said if said else None


def score(reader: LampReader, heads: Sequence[HeadPicture], data: str, loose: float) -> Score:
    """Each head in a region `loose` (share of its box) larger, the head anywhere in it; the same on every run."""
    rng = np.random.default_rng(17)
    read = [(head.state, _read(reader, loosely(head, rng, loose))) for head in heads]
    real = [(truth, reading) for truth, reading in read if truth is not Lamp.UNKNOWN]
    empty = [reading.state for truth, reading in read if truth is Lamp.UNKNOWN]
    given = [(truth, one.state) for truth, one in real if one.state is not Lamp.UNKNOWN]
    return Score(
        data,
        loose,
        heads=len(real),
        given=len(given),
        given_right=sum(truth is said for truth, said in given),
        likeliest_right=sum(truth is one.likeliest for truth, one in real),
        red_given=sum(said is Lamp.RED for _, said in given),
        red_right=sum(truth is said is Lamp.RED for truth, said in given),
        empty=len(empty),
        empty_claimed=sum(said is not Lamp.UNKNOWN for said in empty),
        empty_red=sum(said is Lamp.RED for said in empty),
        confusion=dict(Counter(f"{truth}>{one.state}" for truth, one in real)),
    )


def _read(reader: LampReader, region: U8) -> LampReading:
    whole: F32 = np.array([[0, 0, region.shape[1], region.shape[0]]], np.float32)
    return reader.read(np.ascontiguousarray(region), whole)[0]


def as_markdown(scores: Sequence[Score]) -> str:
    head = ["set", "looser", "heads", "likeliest right", "abstained", "wrong of the given", "red precision",
            "no head: claimed (red)"]  # fmt: skip
    return table(head, [_row(one) for one in scores])


def _row(one: Score) -> list[str]:
    wrong = one.given - one.given_right
    red = "none said" if one.red_precision is None else f"{100 * one.red_precision:.1f} %"
    return [
        one.data,
        f"{one.loose:.0%}",
        str(one.heads),
        f"{one.likeliest_right / one.heads:.1%}",
        f"{1 - one.given / one.heads:.1%}",
        f"{wrong} of {one.given} ({wrong / max(1, one.given):.1%})",
        red,
        f"{one.empty_claimed} ({one.empty_red}) of {one.empty}",
    ]


def confusion(scores: Sequence[Score]) -> str:
    """All given scores in one table, true states down, said ones across."""
    total: Counter[str] = Counter()
    for one in scores:
        total.update(one.confusion)
    rows = [[str(truth), *(str(total[f"{truth}>{said}"]) for said in LAMPS)] for truth in LAMPS[:3]]
    return table(["true", *(f"said {said}" for said in LAMPS)], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    parser.add_argument("--split", default="valid", help="valid (default), test (decided the thresholds) or train")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real pictures, found it unset")
    reader = LampReader.open(given.model, load_card(given.model.with_suffix(".card.yaml"), LampCard))
    report = ReadReport()
    sets = {name: read_heads(Path(folder) / name, given.split, report) for name in SETS}
    scores = [score(reader, heads, name, loose) for name, heads in sets.items() for loose in LOOSENESS]
    if given.json:
        rows = [asdict(one) | {"red_precision": one.red_precision} for one in scores]
        print(
            json.dumps(
                {"made": asdict(circumstances()), "split": given.split, "read": report.sentence(), "lamps": rows}
            )
        )
        return
    print(circumstances().sentence(), report.sentence(), as_markdown(scores), confusion(scores), sep="\n\n")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
