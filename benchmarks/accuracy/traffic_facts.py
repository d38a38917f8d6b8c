"""Traffic facts of real clips: `python -m benchmarks.accuracy.traffic_facts [--model FILE] [--clip NAME]… [--json]`.

Speeds of two roads calibrated from their lane markings, turning movements of a junction, the queue that leaves on a
green. The clips lie below NGATU_TEST_DATA; the scenes drawn on them lie beside this file and say what was measured how.
Nobody measured the true speeds: the table shows what the engine says, with the errors it admits.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from rich.console import Console
from rich.progress import track

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from edge.lamps.file import load_timelines
from edge.loop.look import look
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.detector import Detector
from vision.events.facts import FactsBody, Figure, GreenFacts, LaneFacts, LineFacts, TurningFacts
from vision.events.lamps import Lamp, LampTimeline
from vision.geometry.scene import Scene, load_scene
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter
from vision.traffic.facts.traffic_facts import TrafficFacts

SCENES = Path(__file__).with_name("scenes")
CLIPS = ("nl_motorway", "cn_road_busstop", "us_intersection_tree", "vn_intersection_green")
# Longer than any of the clips, so that one interval holds the whole of it.
WHOLE_S = 60.0
KMH = 3.6


@dataclass(frozen=True, slots=True)
class Measured:
    """bodies: of the whole clip. residual_m: RMS of the calibration's points, left_out_m: of each left out in turn.

    facts_ms: processor time of the facts alone per frame, with `tracks` in view in the mean.
    """

    clip: str
    bodies: tuple[FactsBody, ...]
    residual_m: float | None
    left_out_m: float | None
    facts_ms: float
    tracks: float


def measure(clip: str, video: Path, model: ResolvedModel, threads: int) -> Measured:
    """Detect, track and add up one clip."""
    scene = load_scene(SCENES / f"{clip}.yaml")
    lamps_file = SCENES / f"{clip}.lamps.yaml"
    lamps = load_timelines(lamps_file) if lamps_file.exists() else {}
    detector = Detector.open(model.file, model.card, threads=threads)
    bodies: list[FactsBody] = []
    frames = tracks = 0
    spent_s = 0.0
    with open_source(str(video)) as source:
        facts = TrafficFacts(scene, source.size_px, intervals_s=(WHOLE_S,))
        counter = LineCounter(scene.lines(source.size_px), source.size_px, scene.ground_plane(source.size_px))
        watched = look(source, detector, Tracker(), counter)
        for seen in track(watched, clip, source.frames_expected, console=Console(stderr=True)):
            shown = _shown(lamps, seen.frame.media_s)
            began_s = process_time()
            bodies += facts.see(seen.tracks, seen.crossings, seen.frame.media_s, shown)
            spent_s += process_time() - began_s
            frames, tracks = frames + 1, tracks + len(seen.tracks)
    bodies += facts.finish()
    residual_m, left_out_m = _residuals(scene)
    return Measured(clip, tuple(bodies), residual_m, left_out_m, 1000 * spent_s / frames, tracks / frames)


def _shown(lamps: dict[str, LampTimeline], media_s: float) -> dict[str, Lamp]:
    spans = {group: timeline.at(media_s) for group, timeline in lamps.items()}
    return {group: span.state for group, span in spans.items() if span is not None}


def _residuals(scene: Scene) -> tuple[float | None, float | None]:
    if scene.calibration is None:
        return None, None
    plane = scene.calibration.plane()
    return plane.residual_rms_m, plane.leave_one_out_m


def as_markdown(results: Sequence[Measured]) -> str:
    """Speeds by lane, turning movements, and the green."""
    parts = []
    for one in results:
        if one.residual_m is not None:
            parts.append(_speeds(one))
        parts += [_turns(one, body) for body in one.bodies if isinstance(body, TurningFacts)]
        parts += [_green(one, body) for body in one.bodies if isinstance(body, GreenFacts)]
    return "\n\n".join(parts)


def _speeds(one: Measured) -> str:
    left_out = "" if one.left_out_m is None else f", {one.left_out_m:.2f} m left out in turn"
    title = f"{one.clip}: calibration residual {one.residual_m:.2f} m{left_out}"
    lanes = {body.lane: body for body in one.bodies if isinstance(body, LaneFacts)}
    rows = [
        [
            line.lane,
            _said(line.vehicles),
            _said(line.spot_speed_mps, KMH),
            _said(lanes[line.lane].space_mean_speed_mps, KMH),
            _said(line.headway_s),
            _said(lanes[line.lane].density_veh_km),
            _said(line.occupancy, 100),
        ]
        for line in one.bodies
        if isinstance(line, LineFacts) and line.lane in lanes
    ]
    head = ["lane", "vehicles", "spot km/h", "space-mean km/h", "headway s", "density /km", "occupancy %"]
    return f"{title}\n\n{table(head, rows)}"


def _turns(one: Measured, body: TurningFacts) -> str:
    rows = [[f"{turn.entry} → {turn.exit}", _said(turn.vehicles), _said(turn.vehicles_pcu)] for turn in body.turns]
    said = ", ".join(
        f"{name} {_said(getattr(body, name))}"
        for name in ("entered", "left", "vanished", "appeared", "trembled", "imbalance")
    )
    return f"{one.clip}: {said}\n\n{table(['turn', 'vehicles', body.pcu_unit], rows)}"


def _green(one: Measured, body: GreenFacts) -> str:
    rows = [
        [f"{part.since_s:g}–{part.until_s:.3g}", _said(part.vehicles), _said(part.vehicles_pcu)] for part in body.slices
    ]
    title = f"{one.clip}: queue {_said(body.queue_veh)}, saturation {_said(body.saturation_pcu_h)} {body.pcu_unit}/h"
    return f"{title}\n\n{table(['seconds of green', 'vehicles', body.pcu_unit], rows)}"


def _said(one: Figure, by: float = 1.0) -> str:
    if one.value is None or one.error is None:
        return "–"
    return f"{one.value * by:.3g} ± {one.error * by:.2g}"


def as_json(results: Sequence[Measured]) -> Iterator[dict[str, Any]]:
    for one in results:
        yield {
            "clip": one.clip,
            "residual_m": one.residual_m,
            "left_out_m": one.left_out_m,
            "facts_ms": round(one.facts_ms, 3),
            "tracks": round(one.tracks, 1),
            "facts": [{"body": type(body).__name__, **body.model_dump(exclude_none=True)} for body in one.bodies],
        }


def clips_of(data: Path, wanted: Sequence[str]) -> dict[str, Path]:
    """The video of each wanted clip. Raises BenchmarkError where one is not there."""
    found = {}
    for clip in wanted:
        videos = sorted((data / "videos" / clip).glob("*.mp4"))
        if not videos:
            raise BenchmarkError(f"{data / 'videos' / clip}: wanted a video *.mp4, found none")
        found[clip] = videos[0]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="default: the shipped detector")
    parser.add_argument("--clip", action="append", choices=CLIPS, help="may be given again; default: all")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
    videos = clips_of(Path(folder), given.clip or CLIPS)
    model = resolve_model(given.model)
    results = [measure(clip, video, model, given.threads) for clip, video in videos.items()]
    made = circumstances()
    if given.json:
        print(json.dumps({"made": made.sentence(), "model": model.card.name, "clips": list(as_json(results))}))
    else:
        print(f"{made.sentence()}, {model.card.name}\n\n{as_markdown(results)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
