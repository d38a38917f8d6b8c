"""Incidents on real clips: `python -m benchmarks.accuracy.incidents [--clip NAME]… [--json] [--write]`.

The clips lie below NGATU_TEST_DATA; the scenes that were drawn for them lie in incident_scenes beside this file.
Truth is what `counts.json` says of wrong ways, and otherwise that nobody drives the wrong way and nothing stands for
half a minute. The turned column judges the same tracks with every arrow turned round and the doubt of arrows switched
off: how many of those who pass the middle of their lane would have been found, had they driven the wrong way.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table, write_section
from edge.loop.look import look
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.events.incidents import Incident
from vision.geometry.lines import Line
from vision.geometry.scene import Scene, load_scene
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.traffic.incidents.incidents import Incidents
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.road import Area

SECTION = "incidents"
SCENES = Path(__file__).with_name("incident_scenes")
SUFFIXES = (".mp4", ".avi")
NEVER_IN_DOUBT = IncidentLimits(doubt_arrow_from=10**9)
# The start is told when the way is long enough, the truth's frame is when a line is passed.
NEAR_FRAMES = 30


class Moment(NamedTuple):
    """What was believed of one frame."""

    frame: int
    media_s: float
    tracks: Tracks


class Truth(NamedTuple):
    """wrong_frames: in which somebody drives the wrong way over the line of `counts.json`. unread: packets of the file
    that gave no picture."""

    wrong_frames: tuple[int, ...]
    unread: int


Told = list[tuple[int, Incident]]


@dataclass(frozen=True, slots=True)
class Row:
    """One clip.

    wrong_frames     true ones; found: those told within a second of one; others: every other start
    passed, turned   vehicles over the middle of a lane, and how many are found against the turned arrow
    unread           packets of the file that gave no picture
    """

    clip: str
    frames: int
    unread: int
    wrong_frames: tuple[int, ...]
    found: int
    others: tuple[str, ...]
    passed: int
    turned: int


def clips(data: Path, names: Sequence[str]) -> Iterator[tuple[Path, Scene]]:
    """Every video with a scene, or those of the folders named. BenchmarkError where a name has no scene."""
    scenes = {file.stem: file for file in sorted(SCENES.glob("*.yaml"))}
    for name in names or scenes:
        if name not in scenes:
            raise BenchmarkError(f"--clip {name}: wanted one of {', '.join(scenes)}")
        scene = load_scene(scenes[name])
        videos = sorted(file for file in (data / "videos" / name).glob("*") if file.suffix in SUFFIXES)
        if not videos:
            raise BenchmarkError(f"{data / 'videos' / name}: wanted a video, found none")
        yield from ((video, scene) for video in videos)


def wrong_frames(video: Path) -> tuple[int, ...]:
    """The frames of `counts.json` in which somebody drives the wrong way over its line."""
    file = video.parent / "counts.json"
    given = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return tuple(frame for frames in given.get("wrong_way", {}).values() for frame in frames)


def middle_lines(scene: Scene, size_px: tuple[int, int]) -> tuple[Line, ...]:
    """A line across the middle of each lane's arrow, a third of the picture long."""
    lines = []
    for name, lane in scene.lanes.items():
        (x1, y1), (x2, y2) = (((x * size_px[0]), y * size_px[1]) for x, y in lane.direction)
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        long = max(abs(x2 - x1), abs(y2 - y1))
        across = (y1 - y2) / long, (x2 - x1) / long
        half = max(size_px) / 6
        ends = ((x - half * across[0], y - half * across[1]), (x + half * across[0], y + half * across[1]))
        lines.append(Line(name, "counting", ends))
    return tuple(lines)


def passed_in_lane(seen: Sequence[Moment], scene: Scene, size_px: tuple[int, int]) -> set[int]:
    """The vehicles that pass the middle of a lane, inside its polygon."""
    counter = LineCounter(middle_lines(scene, size_px), size_px)
    crossings = [one for each in seen for one in counter.update(each.tracks, each.frame, each.media_s)]
    areas = {name: Area(lane.polygon, size_px) for name, lane in scene.lanes.items()}
    inside = [areas[one.line].depth_px(np.array([(one.x, one.y)]) * size_px)[0] > 0 for one in crossings]
    return {one.track for one, here in zip(crossings, inside, strict=True) if here and one.vehicle != "pedestrian"}


def turned_round(scene: Scene) -> Scene:
    lanes = {name: lane.model_copy(update={"direction": lane.direction[::-1]}) for name, lane in scene.lanes.items()}
    return scene.model_copy(update={"lanes": lanes})


def judge(seen: Sequence[Moment], scene: Scene, size_px: tuple[int, int], limits: IncidentLimits | None = None) -> Told:
    """Every start and end with its frame; what still lasts ends with the last one."""
    incidents = Incidents(scene, size_px, limits)
    told = [(each.frame, one) for each in seen for one in incidents.see(each.tracks, each.media_s)]
    return [*told, *((seen[-1].frame, one) for one in incidents.finish())]


def row_of(clip: str, seen: Sequence[Moment], scene: Scene, size_px: tuple[int, int], truth: Truth) -> Row:
    starts = [(frame, one) for frame, one in judge(seen, scene, size_px) if one.phase == "start"]
    wrong = [frame for frame, one in starts if one.kind == "wrong_way"]
    right = [true for true in truth.wrong_frames if any(abs(frame - true) <= NEAR_FRAMES for frame in wrong)]
    others = [
        f"{one.kind} at frame {frame}"
        for frame, one in starts
        if one.kind != "wrong_way" or not any(abs(frame - true) <= NEAR_FRAMES for true in truth.wrong_frames)
    ]
    passed = passed_in_lane(seen, scene, size_px)
    against = [one for _, one in judge(seen, turned_round(scene), size_px, NEVER_IN_DOUBT) if one.kind == "wrong_way"]
    turned = passed & {track for one in against for track in one.tracks}
    return Row(clip, len(seen), truth.unread, truth.wrong_frames, len(right), tuple(others), len(passed), len(turned))


def watch(video: Path, scene: Scene, threads: int) -> Row:
    """Run the shipped loop over one clip."""
    model = resolve_model(None)
    detector = Detector.open(model.file, model.card, threads=threads)
    with open_source(str(video)) as source:
        moments = look(source, detector, Tracker(), LineCounter((), source.size_px))
        shown = track(moments, video.parent.name, source.frames_expected, console=Console(stderr=True))
        seen = [Moment(each.frame.index, each.frame.media_s, each.tracks) for each in shown]
        report, size_px = source.report(), source.size_px
    truth = Truth(wrong_frames(video), report.parts_damaged + report.parts_silent)
    return row_of(f"{video.parent.name}/{video.stem}", seen, scene, size_px, truth)


def as_markdown(rows: Sequence[Row]) -> str:
    lines = [
        [row.clip, row.frames, row.unread, len(row.wrong_frames), row.found, "; ".join(row.others) or "none",
         f"{row.turned} of {row.passed}"]
        for row in rows
    ]  # fmt: skip
    heads = [
        "clip",
        "frames",
        "unread packets",
        "wrong ways",
        "found",
        "anything else said",
        "found with arrows turned",
    ]
    return table(heads, lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", action="append", default=[], help="a folder of videos; may be given again")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="renew the table in benchmarks/README.md")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
    rows = [watch(video, scene, given.threads) for video, scene in clips(Path(folder), given.clip)]
    made = circumstances()
    if given.json:
        print(json.dumps({"made": asdict(made), "clips": [asdict(row) for row in rows]}))
    else:
        print(as_markdown(rows))
    if given.write:
        write_section(SECTION, f"{made.sentence()}\n\n{as_markdown(rows)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
