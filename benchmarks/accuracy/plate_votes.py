"""Plates of drawn tracks, read three ways: `python -m benchmarks.accuracy.plate_votes [--tracks N] [--json]`.

Each track shows one vehicle with a heavily worn plate in twelve pictures of changing weather, driving away; four in ten
have a neighbour whose plate comes into the accused's box, and some of these accused bear no plate at all. A shot drawn
by lot, the best shot, and the vote over the shots that were kept; of each: right, wrong, abstained, and the neighbour's
plate given as the accused's, which must never be. Drawn pictures: the shares say which way is better, not how well
plates on a street are read.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.plate_tracks import ACCUSED, DrawnTrack, draw_track
from benchmarks.report import circumstances, table
from models.registry.plate_eyes import open_plate_eyes
from vision.plates.best_shots import BestShots
from vision.plates.shots import Shot, ShotSettings
from vision.plates.track_plate import PlateEyes, read_plate
from vision.plates.voted import VotedPlate

WAYS = ("single_shot", "best_shot", "voted")


@dataclass(slots=True)
class Tally:
    """Of one way. neighbour: of the wrong ones, those that are the neighbour's plate. likeliest: tracks whose likeliest
    text is right, given or not."""

    right: int = 0
    wrong: int = 0
    abstained: int = 0
    neighbour: int = 0
    likeliest: int = 0

    def add(self, plate: VotedPlate, drawn: DrawnTrack) -> None:
        self.right += plate.text is not None and plate.text == drawn.text
        self.wrong += plate.text is not None and plate.text != drawn.text
        self.abstained += plate.text is None
        self.neighbour += plate.text is not None and plate.text == drawn.other
        self.likeliest += bool(plate.alternatives) and plate.alternatives[0].text == drawn.text


@dataclass(frozen=True, slots=True)
class Outcome:
    """company: whom the accused was drawn with. why: of the vote, why how many abstained."""

    tracks: int
    with_plate: int
    ways: dict[str, Tally]
    company: dict[str, Tally]
    why: dict[str, int]
    wrong: list[tuple[str, str]]


def measure(tracks: int, seed: int, eyes: PlateEyes) -> Outcome:
    ways = {way: Tally() for way in WAYS}
    company: dict[str, Tally] = {}
    why: Counter[str] = Counter()
    wrong = []
    with_plate = 0
    for number in track(range(tracks), "drawn tracks", console=Console(stderr=True)):
        rng = np.random.default_rng([seed, number])
        drawn = draw_track(rng)
        with_plate += drawn.text is not None
        last_s = drawn.frames[-1].media_s
        every = _shots(drawn, ShotSettings(shots=len(drawn.frames), apart_s=0.01), last_s)
        kept = _shots(drawn, ShotSettings(), last_s)
        single = [every[int(rng.integers(len(every)))]] if every else []
        best = [max(kept, key=lambda shot: shot.worth)] if kept else []
        read = {way: read_plate(shots, eyes) for way, shots in zip(WAYS, (single, best, kept), strict=True)}
        for way, plate in read.items():
            ways[way].add(plate, drawn)
        voted = read["voted"]
        company.setdefault(drawn.company.value, Tally()).add(voted, drawn)
        why.update([voted.why_abstained.value] if voted.why_abstained else [])
        if voted.text is not None and voted.text != drawn.text:
            wrong.append((voted.text, drawn.text or "no plate"))
    return Outcome(tracks, with_plate, ways, company, dict(why), wrong)


def _shots(drawn: DrawnTrack, settings: ShotSettings, at_s: float) -> tuple[Shot, ...]:
    """Of the accused, whose offence is at that time."""
    shots = BestShots(settings)
    for frame, tracks in zip(drawn.frames, drawn.tracks, strict=True):
        shots.see(frame, tracks)
    return shots.of(ACCUSED, at_s)


def as_markdown(outcome: Outcome) -> str:
    head = ["way", "right", "wrong", "abstained", "neighbour's plate given", "likeliest text right, given or not"]
    rows = [[name, *asdict(one).values()] for name, one in outcome.ways.items()]
    rows += [[f"voted: {name}", *asdict(one).values()] for name, one in outcome.company.items()]
    reasons = ", ".join(f"{name} {number}" for name, number in sorted(outcome.why.items()))
    wrong = "".join(f"\n\nwrong: read {read}, drawn {true}" for read, true in outcome.wrong)
    told = f"{outcome.tracks} tracks, {outcome.with_plate} with a plate of their own; the vote abstained: {reasons}"
    return f"{told}\n\n{table(head, rows)}{wrong}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    outcome = measure(given.tracks, given.seed, open_plate_eyes())
    if given.json:
        print(json.dumps({"made": asdict(circumstances()), "seed": given.seed, **asdict(outcome)}))
    else:
        print(circumstances().sentence(), as_markdown(outcome), sep="\n\n")


if __name__ == "__main__":
    main()
