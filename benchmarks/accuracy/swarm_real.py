"""Swarm mode on real riders, packed ever denser: `python -m benchmarks.accuracy.swarm_real [--json]`.

No real swarm at hand lasts long enough for swarm mode to learn the empty road and what a vehicle is worth (about 15 s).
So the riders are real and their density is made: of `vn_hcmc_boulevard_wrongway` the stretch without the recording
window's pop-up is played in laps, and several copies of it, shifted in time, are laid over one another wherever they
differ from the empty road. Everybody keeps his own picture, shadow and speed; riders of one line follow one another
closer the more copies there are.

Truth is counted by eye in a picture of the line over time (one row per frame), where each rider is one blob: six
motorbikes drive away over this piece of the line in every lap. A record is three laps long, so that its truth is exact.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.registry.resolve import resolve_model
from vision.arrays import U8, Bool
from vision.detect.detector import Detector
from vision.events.bodies import Direction
from vision.events.incidents import SwarmFlow
from vision.frame import as_pixels
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter
from vision.traffic.swarm.counter import SwarmCounter, SwarmSettings
from vision.traffic.swarm.luma import small_size

CLIP = "vn_hcmc_boulevard_wrongway"
FIRST, LAST = 25, 176
"""Frames of one lap, the last not among them."""
PASS_IN_A_LAP = 6
LINE_PX = ((965.0, 500.0), (1296.0, 500.0))
FPS = 30000 / 995.5
LAPS_A_RECORD = 3
COPIES = (1, 1, 6, 6, 10, 10)
"""Record by record. The first two are sparse: from them swarm mode learns."""
DIFFERENT = 22
EVERY = 2
"""Only each so-manieth frame is looked at: 15 a second."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record."""

    copies: int
    truth: int
    tracked: int
    estimate: float
    low: float
    high: float
    mode: str
    swarm_share: float
    covered: float

    @property
    def holds(self) -> bool:
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class Lap:
    """road: the empty road (h, w, 3). pictures and masks of each frame; a mask is where it differs from the road."""

    road: U8
    pictures: tuple[U8, ...]
    masks: tuple[Bool, ...]

    def packed(self, number: int, shifts: Sequence[int]) -> U8:
        """The copies at their own times in one picture; the later in the list lie on top."""
        made = self.road.copy()
        for shift in shifts:
            place = (number + shift) % len(self.pictures)
            made[self.masks[place]] = self.pictures[place][self.masks[place]]
        return made


def read_lap(video: Path) -> Lap:
    with open_source(str(video)) as source:
        pictures = tuple(frame.image for frame in source if FIRST <= frame.index < LAST)
    # The first frames of the lap stand still, so they are no measure of the empty road.
    road = np.median(np.stack(pictures[30::4]), axis=0).astype(np.uint8)
    kernel = np.ones((5, 5), np.uint8)
    masks = []
    for picture in pictures:
        apart = (cv2.absdiff(picture, road).max(axis=2) > DIFFERENT).astype(np.uint8)
        masks.append(cv2.morphologyEx(apart, cv2.MORPH_CLOSE, kernel).astype(np.bool_))
    return Lap(road, pictures, tuple(masks))


def shifts_of(copies: int, frames: int) -> list[int]:
    """Spread over the lap, each a little off its place."""
    rng = np.random.default_rng(copies)
    return [int(frames * place / copies + rng.integers(-3, 4)) for place in range(copies)]


def shown(lap: Lap) -> Iterator[tuple[float, U8]]:
    frames = len(lap.pictures)
    for record, copies in enumerate(COPIES):
        shifts = shifts_of(copies, frames)
        for number in range(0, LAPS_A_RECORD * frames, EVERY):
            yield (record * LAPS_A_RECORD * frames + number) / FPS, lap.packed(number, shifts)


def run(lap: Lap, threads: int) -> list[Row]:
    model = resolve_model(None)
    detector, tracker = Detector.open(model.file, model.card, threads=threads), Tracker()
    size_px = as_pixels(lap.road).size_px
    line = Line("riders", "counting", LINE_PX)
    settings = SwarmSettings(interval_s=LAPS_A_RECORD * len(lap.pictures) / FPS)
    counter, swarm = LineCounter((line,), size_px), SwarmCounter((line,), size_px, small_size(size_px), settings)
    records: list[SwarmFlow] = []
    covered: list[list[float]] = [[] for _ in COPIES]
    total = len(COPIES) * LAPS_A_RECORD * len(lap.pictures) // EVERY
    for index, (media_s, image) in enumerate(track(shown(lap), "riders", total, console=Console(stderr=True))):
        [detections] = detector.detect([image])
        tracks = tracker.update(detections, media_s)
        crossings = counter.update(tracks, index, media_s)
        records += swarm.see(as_pixels(image).luma(small_size(size_px)), tracks, crossings, media_s)
        covered[min(int(media_s // settings.interval_s), len(COPIES) - 1)].append(swarm.covered("riders"))
    records += swarm.finish()
    told = [one for one in records if one.direction is Direction.RIGHT_TO_LEFT]
    return [
        Row(
            copies, copies * PASS_IN_A_LAP * LAPS_A_RECORD, one.tracked, one.estimate, one.low, one.high, one.mode,
            one.swarm_share, float(np.mean(share)),
        )
        for copies, one, share in zip(COPIES, told, covered, strict=True)
    ]  # fmt: skip


def as_markdown(rows: Sequence[Row]) -> str:
    lines = [
        [row.copies, row.truth, f"{row.tracked} ({row.tracked - row.truth:+d})",
         f"{row.estimate:.0f} ({row.estimate - row.truth:+.0f})", f"{row.low:.0f} to {row.high:.0f}",
         "yes" if row.holds else "no", f"{row.mode} {row.swarm_share:.0%}", f"{row.covered:.2f}"]
        for row in rows
    ]  # fmt: skip
    heads = ["copies", "truth", "tracked", "estimate", "90 % interval", "holds", "mode", "covered share"]
    return table(heads, lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--picture", type=Path, help="write one of the densest pictures there and end")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
    videos = sorted((Path(folder) / "videos" / CLIP).glob("*.mp4"))
    if not videos:
        raise BenchmarkError(f"{Path(folder) / 'videos' / CLIP}: wanted a video *.mp4, found none")
    lap = read_lap(videos[0])
    if given.picture is not None:
        cv2.imwrite(str(given.picture), lap.packed(60, shifts_of(max(COPIES), len(lap.pictures))))
        return
    rows, made = run(lap, given.threads), circumstances()
    if given.json:
        print(json.dumps({"made": asdict(made), "records": [asdict(row) for row in rows]}))
    else:
        print(f"{made.sentence()}\n\n{as_markdown(rows)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
