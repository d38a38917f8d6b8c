"""Helmets read on real riders: `python -m benchmarks.accuracy.helmets [--json]`.

The pictures lie below NGATU_TEST_DATA (helmets/india_rider_helmet, valid split) and are not in this repository. The
riders' boxes are given; heads have to be found in them and told apart. `improper_helmet` of the set means unsure: where
the reader says helmet it counts for nothing, where it says none it is wrong. Heads outside every rider's box are not
asked for.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.datasets.heads import read_riders
from models.datasets.labels import ReadReport
from models.train.helmet_score import Answers, answers_of, ranked, told_apart
from vision.detect.card_file import load_card
from vision.riders.card import HEAD_STATES, HeadState, HelmetCard
from vision.riders.helmets import HelmetReader

SET = "helmets/india_rider_helmet"
WEIGHTS = Path(__file__).parents[2] / "models" / "weights" / "helmet.onnx"
IOUS = (0.3, 0.4, 0.5)
RECALL = 0.9
LEAST_HEAD = 0.02
"""For the figures along recall even what is hardly a head must be ranked."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of one state at one IoU between said and true head. None: never reached, or nothing said.

    marked_only         answers that touch no marked head left out: many heads of the set bear no mark
    heads               true heads of this state
    precision_at_recall at 90 % of them found and told right
    most_found          recall when every answer counts, however unsure
    precision, recall   at the card's threshold, `said` answers
    """

    state: str
    iou: float
    marked_only: bool
    heads: int
    precision_at_recall: float | None
    most_found: float
    precision: float | None
    recall: float
    said: int


def score(
    everything: Sequence[Answers], shipped: HelmetCard, state: HeadState, iou: float, *, marked_only: bool = False
) -> Score:
    """`everything` comes from a reader without thresholds."""
    neutral = (HEAD_STATES.index(HeadState.UNSURE),) if state is HeadState.HELMET else ()
    along = ranked(everything, HEAD_STATES.index(state), iou, neutral, marked_only=marked_only)
    threshold = shipped.thresholds.none if state is HeadState.NONE else shipped.thresholds.helmet
    precision, recall, said = along.at(threshold)
    most = float(along.recall()[-1]) if len(along.right) else 0.0
    return Score(state.value, iou, marked_only, along.truths, along.precision_at(RECALL), most, precision, recall, said)


def as_markdown(scores: Sequence[Score]) -> str:
    head = ["state", "IoU", "counted", "heads", f"precision at {RECALL:.0%} recall", "most found",
            "at the shipped threshold: precision", "recall", "said"]  # fmt: skip
    return table(head, [_row(one) for one in scores])


def _row(one: Score) -> list[object]:
    return [
        one.state,
        one.iou,
        "on marked heads" if one.marked_only else "all",
        one.heads,
        _percent(one.precision_at_recall, "not reached"),
        _percent(one.most_found),
        _percent(one.precision, "none said"),
        _percent(one.recall),
        one.said,
    ]


def _percent(value: float | None, absent: str = "") -> str:
    return absent if value is None else f"{100 * value:.1f} %"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real pictures, found it unset")
    card = load_card(given.model.with_suffix(".card.yaml"), HelmetCard)
    open_card = card.model_copy(update={"thresholds": card.thresholds.model_copy(update={"head": LEAST_HEAD})})
    report = ReadReport()
    pictures = read_riders(Path(folder) / SET, "valid", report)
    reader = HelmetReader.open(given.model, open_card)
    everything = [answers_of(reader, picture) for picture in pictures]
    scores = [
        score(everything, card, state, iou, marked_only=marked_only)
        for state in (HeadState.HELMET, HeadState.NONE)
        for marked_only in (False, True)
        for iou in IOUS
    ]
    apart = told_apart(everything, IOUS[0], len(HEAD_STATES)).tolist()
    if given.json:
        rows = [asdict(one) for one in scores]
        made = asdict(circumstances())
        print(json.dumps({"made": made, "read": report.sentence(), "helmets": rows, "told_apart": apart}))
        return
    rows_apart = [[state.value, *row] for state, row in zip(HEAD_STATES, apart, strict=True)]
    print(circumstances().sentence(), report.sentence(), as_markdown(scores), sep="\n\n")
    print("", table(["true", *(f"likeliest {state}" for state in HEAD_STATES), "not found"], rows_apart), sep="\n")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
