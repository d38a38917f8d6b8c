"""Standing traffic on real pictures: `python -m benchmarks.accuracy.incident_standing [--case NAME]… [--json]`.

No real clip at hand shows a stopped vehicle, a jam or a spill-back for as long as these must last. So the pictures are
real and, where said, the time is made:

bus_at_stop   `cn_road_busstop` as it is, the limit for stopped vehicles lowered from 30 to 10 s. By eye one bus stands
              with nothing before it from about 19.5 to 37.5 s, and a second one behind it, held by it.
parked_car    the same clip with a car of its own picture put down in a running lane from 5 to 45 s; usual limits
held_queue    the first picture of `vn_intersection_green`, everybody waiting at the line, held for 150 s with noise on
              it; then the clip as it is, in which the queue leaves
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.accuracy.incidents import SCENES, Moment, judge
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.registry.resolve import resolve_model
from vision.arrays import U8
from vision.detect.detector import Detector
from vision.frame import as_pixels
from vision.geometry.scene import Scene, load_scene
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.road import SPILL_BACK

PARKED_S = (5.0, 45.0)
PARKED_PX = (slice(130, 195), slice(225, 290))
"""Where the car stands in the frame of `PARKED_FRAME`: rows, columns."""
PARKED_FRAME = 100
HELD_S, HELD_FPS, NOISE = 150.0, 2.0, 3.0
NEAR_S = 3.0
QUEUE_LANE = {
    "polygon": [[0.0, 0.99], [0.50, 0.99], [0.56, 0.55], [0.16, 0.45], [0.0, 0.62]],
    "direction": [[0.22, 0.95], [0.40, 0.50]],
}
ZEBRA = [[0.52, 0.56], [0.99, 0.58], [0.99, 0.75], [0.50, 0.72]]


class Picture(NamedTuple):
    media_s: float
    image: U8


class Wanted(NamedTuple):
    """since_s, until_s: by eye or by construction."""

    kind: str
    since_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Case:
    """One made or real clip: its pictures from the folder of data, its scene and limits, and what is true of it."""

    folder: str
    pictures: Callable[[Path], Iterator[Picture]]
    scene: Scene
    limits: IncidentLimits
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """wanted, said: each as `kind since to until`. found: how many wanted ones were told with both ends within 3 s."""

    case: str
    wanted: tuple[str, ...]
    said: tuple[str, ...]
    found: int
    told_after_s: tuple[float, ...]


def clip(video: Path) -> Iterator[Picture]:
    with open_source(str(video)) as source:
        for frame in source:
            yield Picture(frame.media_s, frame.image)


def with_parked_car(video: Path) -> Iterator[Picture]:
    car = next(picture.image[PARKED_PX] for number, picture in enumerate(clip(video)) if number == PARKED_FRAME)
    for picture in clip(video):
        image = picture.image
        if PARKED_S[0] <= picture.media_s < PARKED_S[1]:
            image = image.copy()
            image[PARKED_PX] = car
        yield Picture(picture.media_s, image)


def held_then_free(video: Path) -> Iterator[Picture]:
    first, rng = next(clip(video)).image, np.random.default_rng(7)
    for number in range(int(HELD_S * HELD_FPS)):
        noisy = first + rng.normal(0, NOISE, first.shape).astype(np.float32)
        yield Picture(number / HELD_FPS, np.clip(noisy, 0, 255).astype(np.uint8))
    for picture in clip(video):
        yield Picture(HELD_S + picture.media_s, picture.image)


def cases() -> dict[str, Case]:
    busstop, junction = (load_scene(SCENES / f"{name}.yaml") for name in ("cn_road_busstop", "vn_intersection_green"))
    held = Scene.model_validate(
        {
            "version": 1,
            "camera": "junction",
            "lanes": {"queue": QUEUE_LANE},
            "zones": {"zebra": {"polygon": ZEBRA, "purpose": SPILL_BACK}},
            "stop_lines": {"stop": {**junction.model_dump(mode="json")["stop_lines"]["stop"], "lanes": ["queue"]}},
        }
    )
    # When everybody has left the place they were held at: by eye on the clip, after the start of its motion.
    left_s = HELD_S + 3.0
    return {
        "bus_at_stop": Case(
            "cn_road_busstop", clip, busstop, IncidentLimits(stopped_s=10.0), (Wanted("stopped_vehicle", 19.5, 37.5),)
        ),
        "parked_car": Case(
            "cn_road_busstop", with_parked_car, busstop, IncidentLimits(), (Wanted("stopped_vehicle", *PARKED_S),)
        ),
        "held_queue": Case(
            "vn_intersection_green",
            held_then_free,
            held,
            IncidentLimits(),
            (Wanted("jam", 0.0, left_s), Wanted("spill_back", 0.0, left_s)),
        ),
    }


def believed(pictures: Iterable[Picture], threads: int) -> Iterator[tuple[Moment, tuple[int, int]]]:
    model = resolve_model(None)
    detector, tracker = Detector.open(model.file, model.card, threads=threads), Tracker()
    for number, picture in enumerate(pictures):
        [detections] = detector.detect([picture.image])
        tracks = tracker.update(detections, picture.media_s)
        yield Moment(number, picture.media_s, tracks), as_pixels(picture.image).size_px


def run(name: str, case: Case, data: Path, threads: int) -> Row:
    videos = sorted((data / "videos" / case.folder).glob("*.mp4"))
    if not videos:
        raise BenchmarkError(f"{data / 'videos' / case.folder}: wanted a video *.mp4, found none")
    seen = list(believed(case.pictures(videos[0]), threads))
    told = [one for _, one in judge([moment for moment, _ in seen], case.scene, seen[0][1], case.limits)]
    ends = [one for one in told if one.phase == "end"]
    starts = {one.incident: one for one in told if one.phase == "start"}
    hits = [
        one
        for wanted in case.wanted
        for one in ends
        if one.kind == wanted.kind
        and abs(one.since_s - wanted.since_s) <= NEAR_S
        and abs((one.until_s or 0.0) - wanted.until_s) <= NEAR_S
    ]
    return Row(
        name,
        tuple(f"{one.kind} {one.since_s:.1f} to {one.until_s:.1f} s" for one in case.wanted),
        tuple(f"{one.kind} in {one.place} {one.since_s:.1f} to {one.until_s:.1f} s" for one in ends),
        len(hits),
        tuple(round(starts[one.incident].at_s - one.since_s, 1) for one in hits),
    )


def as_markdown(rows: Sequence[Row]) -> str:
    return table(
        ["case", "true", "said", "found", "told after s"],
        [
            [
                row.case,
                "; ".join(row.wanted),
                "; ".join(row.said) or "nothing",
                f"{row.found} of {len(row.wanted)}",
                ", ".join(map(str, row.told_after_s)),
            ]
            for row in rows
        ],
    )


def main(arguments: Sequence[str] | None = None) -> None:
    possible = cases()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=list(possible), help="may be given again; default: all")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
    rows = [run(name, possible[name], Path(folder), given.threads) for name in given.case or possible]
    made = circumstances()
    if given.json:
        print(json.dumps({"made": asdict(made), "cases": [asdict(row) for row in rows]}))
    else:
        print(f"{made.sentence()}\n\n{as_markdown(rows)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
