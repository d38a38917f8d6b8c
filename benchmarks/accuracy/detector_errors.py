"""Learns the error rates that ship: `python -m benchmarks.accuracy.detector_errors [--json] [--write]`.

The shipped detector and tracker count the checked clips below NGATU_TEST_DATA. Each true passage (`counts.json`) is
paired with the crossing nearest in time; what is left on either side is one of the errors of
`vision.traffic.errors.model`. `--write` renews the rates in vision/traffic/errors/shipped.json: numbers only, nothing
of the clips.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.optimize import linear_sum_assignment

from benchmarks.accuracy.counts import KIND_OF, Truth, read_truths
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from edge.loop.look import look
from models.registry.resolve import ResolvedModel, resolve_model
from vision.arrays import F64
from vision.detect.detector import Detector
from vision.events.bodies import Crossing
from vision.geometry.lines import signed_distance, stack_ends
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.traffic.errors.model import ErrorModel, Rate
from vision.traffic.errors.shipped import FILE, as_text
from vision.vehicles import KindName

# The times of the truth were read off sheets of every sixth to tenth frame.
NEAR_FRAMES = 30
# Another kind at the same time is rather the same vehicle mistaken than another that was missed.
OTHER_KIND_FRAMES = 12
FAR = 1e6
# A second count so soon and so near (share of the frame's width) after a first is the same vehicle.
AGAIN_FRAMES = 60
AGAIN_WIDTH = 0.12
# A track whose feet come so near to the line, in box heights, was followed there.
AT_LINE = 1.0


@dataclass(frozen=True, slots=True)
class Passage:
    """One true passage between two frames; where the truth gives only a number, that is the whole window."""

    direction: str
    kind: KindName
    first: int
    last: int


@dataclass(slots=True)
class Watched:
    """What the engine made of a clip. at_line: (frame, track) of confirmed tracks close to the line."""

    crossings: list[Crossing] = field(default_factory=list)
    at_line: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one clip."""

    clip: str
    truth: int
    counted: int
    matched: int
    missed: int
    dropped: int
    false: int
    stuck_on: int
    mistaken: int


def read_passages(truth: Truth) -> list[Passage]:
    """Every vehicle that truly passed; its frame where the truth says one."""
    given = json.loads((truth.video.parent / "counts.json").read_text("utf-8"))
    known = given.get("events_approx_frames", {})
    passages: list[Passage] = []
    for (direction, kind), number in truth.counts.items():
        at = _frames(known, kind, direction, given)
        sure = [Passage(direction, kind, frame, frame) for frame in at[:number]]
        rest = number - len(sure)
        passages += sure + [Passage(direction, kind, *truth.window) for _ in range(rest)]
    return passages


def _frames(known: dict[str, object], kind: KindName, direction: str, given: dict[str, object]) -> list[int]:
    """Frames listed for a kind and direction under whatever tail the truth's author put to the key."""
    line = given["line"]
    assert isinstance(line, list)
    up = "right_to_left" if line[1][0] > line[0][0] else "left_to_right"
    way = "up" if direction == up else "down"
    names = {kind, *(theirs for theirs, ours in KIND_OF.items() if ours == kind)}
    for key, frames in known.items():
        name, _, tail = key.partition("_")
        if tail.startswith("_") or not isinstance(frames, list):
            continue
        if name in names and tail.startswith(way):
            return [int(frame) for frame in frames]
    return []


def watch(truth: Truth, model: ResolvedModel, threads: int) -> Watched:
    """Run the shipped loop over a clip."""
    detector = Detector.open(model.file, model.card, threads=threads)
    watched = Watched()
    with open_source(str(truth.video)) as source:
        counter = LineCounter((truth.line,), source.size_px)
        seen = look(source, detector, Tracker(), counter)
        for moment in track(seen, truth.clip, source.frames_expected, console=Console(stderr=True)):
            take_in(watched, truth, moment.frame.index, moment.tracks, moment.crossings)
    return watched


def take_in(watched: Watched, truth: Truth, frame: int, tracks: Tracks, crossings: Sequence[Crossing]) -> None:
    first, last = truth.window
    watched.crossings += [one for one in crossings if first <= one.frame <= last]
    distance_px = np.abs(signed_distance(tracks.feet_px(), stack_ends((truth.line,)))[:, 0])
    height_px = tracks.xyxy_px[:, 3] - tracks.xyxy_px[:, 1]
    near = tracks.confirmed & tracks.seen & (distance_px <= AT_LINE * height_px)
    watched.at_line += [(frame, track) for track in tracks.id[near].tolist()]


def tell_apart(clip: str, passages: Sequence[Passage], watched: Watched) -> Errors:
    """Pair passages with crossings and name what is left over."""
    crossings = watched.crossings
    cost = np.array([[_apart(one, other) for other in crossings] for one in passages]).reshape(len(passages), -1)
    rows, columns = linear_sum_assignment(cost) if cost.size else (np.zeros(0, int), np.zeros(0, int))
    pairs = [
        (row, column) for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if cost[row, column] < FAR
    ]
    matched = [crossings[column] for _, column in pairs]
    extra = [crossings[column] for column in set(range(len(crossings))) - {column for _, column in pairs}]
    lost = [passages[row] for row in set(range(len(passages))) - {row for row, _ in pairs}]
    counted_ids = {one.track for one in crossings}
    again = sum(_counted_before(one, matched) for one in extra)
    dropped = sum(_followed(one, watched, counted_ids) for one in lost)
    return Errors(
        clip, len(passages), len(crossings), len(pairs), len(lost) - dropped, dropped, len(extra) - again, again,
        sum(passages[row].kind != crossings[column].vehicle for row, column in pairs),
    )  # fmt: skip


def _apart(passage: Passage, crossing: Crossing) -> float:
    """Frames between them, more for another kind; FAR where they cannot be the same."""
    frames = max(passage.first - crossing.frame, crossing.frame - passage.last, 0)
    if frames > NEAR_FRAMES or passage.direction != crossing.direction.value:
        return FAR
    return frames + (OTHER_KIND_FRAMES if passage.kind != crossing.vehicle else 0)


def _counted_before(extra: Crossing, matched: Sequence[Crossing]) -> bool:
    return any(
        one.track == extra.track
        or (abs(one.frame - extra.frame) <= AGAIN_FRAMES and abs(one.x - extra.x) <= AGAIN_WIDTH)
        for one in matched
    )


def _followed(lost: Passage, watched: Watched, counted: set[int]) -> bool:
    """Whether a track that never counted was at the line at the time."""
    since, until = lost.first - NEAR_FRAMES // 2, lost.last + NEAR_FRAMES // 2
    return any(since <= frame <= until and track not in counted for frame, track in watched.at_line)


def fit(clips: Sequence[Errors]) -> ErrorModel:
    """The rates over all clips, and how much more the clips differ than chance would let them."""

    def total(name: str) -> int:
        return sum(getattr(clip, name) for clip in clips)

    truth, counted, matched = total("truth"), total("counted"), total("matched")
    lost = _dispersion([(clip.missed + clip.dropped, clip.truth) for clip in clips])
    extra = _dispersion([(clip.false + clip.stuck_on, clip.counted) for clip in clips])
    return ErrorModel(
        missed=Rate(total("missed"), truth),
        dropped=Rate(total("dropped"), truth),
        false=Rate(total("false"), counted),
        stuck_on=Rate(total("stuck_on"), counted),
        mistaken=Rate(total("mistaken"), matched),
        clips=len(clips),
        dispersion=max(lost, extra, 1.0),
    )


def _dispersion(tallies: Sequence[tuple[int, int]]) -> float:
    """Pearson's chi-square of the clips' rates over its degrees of freedom; 1 where one clip says nothing of it."""
    errors, chances = np.array(tallies, np.float64).T
    rate = errors.sum() / max(chances.sum(), 1)
    if len(tallies) < 2 or not 0 < rate < 1:
        return 1.0
    square: F64 = (errors - rate * chances) ** 2 / np.maximum(chances * rate * (1 - rate), 1e-9)
    return float(square.sum() / (len(tallies) - 1))


def left_out(clips: Sequence[Errors], level: float = 0.9) -> list[dict[str, object]]:
    """For each clip the interval that the others promise for its count, and whether it holds the truth."""
    found: list[dict[str, object]] = []
    for clip in clips:
        low, high = fit([other for other in clips if other is not clip]).interval(clip.counted, level=level)
        found.append(
            {"clip": clip.clip, "counted": clip.counted, "truth": clip.truth, "low": low, "high": high,
             "holds": low <= clip.truth <= high}
        )  # fmt: skip
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="renew the rates that ship")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the checked clips, found it unset")
    truths, model = read_truths(Path(folder)), resolve_model(None)
    clips = [tell_apart(truth.clip, read_passages(truth), watch(truth, model, given.threads)) for truth in truths]
    fitted = fit(clips)
    if given.json:
        made = asdict(circumstances())
        rows = [asdict(clip) for clip in clips]
        print(json.dumps({"made": made, "clips": rows, "model": asdict(fitted), "left_out": left_out(clips)}))
    else:
        heads = list(asdict(clips[0]))
        print(table(heads, [list(asdict(clip).values()) for clip in clips]))
        print(as_text(fitted), end="")
        for row in left_out(clips):
            print(f"{row['clip']} judged by the others: {row['low']} to {row['high']}, truth {row['truth']}")
    if given.write:
        FILE.write_text(as_text(fitted), "utf-8")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
