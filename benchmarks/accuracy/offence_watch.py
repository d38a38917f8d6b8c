"""Lets the shipped engine watch a drawn clip, as `ngatu watch` does, and remembers whom it followed where."""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.accuracy.offence_match import Committed, Found, Outcome, Rows, judge
from edge.agent.agent import Summary
from edge.agent.folder import claimed
from edge.agent.start import Post, build_agent, open_for_evidence
from edge.cli.senses import LampPlan, open_senses, opened_lamps
from edge.lamps.lamps import Lamps
from edge.loop.look import look
from edge.loop.seen import Seen
from edge.outbox.rows import OutboxMedia
from models.registry.resolve import resolve_model
from twin.offences.write import BOXES, CLIP, LAMPS, SCENE, TRUTH, read_boxes
from violations.evidence.verify import verify_package
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.events.bodies import Finding
from vision.events.envelope import Event
from vision.geometry.scene import Scene, load_scene, read_scene
from vision.plates.text import canonical
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

NOT_ACCUSED = re.compile(r"track (\d+) at ([\d.]+) s on (\S+): not accused: (\S+)")
PROSECUTOR = "edge.agent.prosecutor"


@dataclass(slots=True)
class Memory:
    """A ledger that only remembers the findings."""

    findings: list[Finding] = field(default_factory=list)

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        self.findings += [event.data for event in events if isinstance(event.data, Finding)]


class Silences(logging.Handler):
    """What the prosecutor says of those it did not accuse: (track, media second, place, why)."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[tuple[int, float, str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        match = NOT_ACCUSED.match(record.getMessage())
        if match:
            self.said.append((int(match[1]), float(match[2]), match[3], match[4]))
        elif record.levelno >= logging.WARNING:
            self.said.append((0, 0.0, "", record.getMessage()))


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What came of one clip. broken: packages that do not verify. followed: the boxes of every confirmed track."""

    name: str
    outcome: Outcome
    summary: Summary
    findings: Sequence[Finding]
    followed: Rows
    truth: Rows
    silences: Sequence[tuple[int, float, str, str]]
    acts: dict[int, str]
    fps: float
    broken: int


def watch(folder: Path, detector: Detector, told: Any = iter) -> Watched:
    """Run the whole agent over the clip in `folder` and judge what it found. told: wraps what was seen, for a bar."""
    about = json.loads((folder / TRUTH).read_text("utf-8"))
    scene, lamps = load_scene(folder / SCENE), folder / LAMPS
    memory, boxes = Memory(), list[tuple[int, Any, Any]]()
    silences = Silences()
    log = logging.getLogger(PROSECUTOR)
    level, propagate = log.level, log.propagate
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(silences)
    try:
        with (
            TemporaryDirectory() as data,
            open_for_evidence(str(folder / CLIP), scene) as camera,
            opened_lamps(LampPlan(lamps if lamps.exists() else None), scene, camera.size_px) as told_lamps,
            claimed(Path(data)) as claim,
        ):
            started_at = datetime.fromisoformat(about["starts_at"]).astimezone(UTC)
            post = _post(scene, folder / SCENE, told_lamps, claim, started_at)
            counter = LineCounter(scene.lines(camera.size_px), camera.size_px, scene.ground_plane(camera.size_px))
            seen = look(camera, detector, Tracker(), counter)
            agent = build_agent(post, camera, memory)
            summary = agent.run(told(_remembered(seen, boxes)), camera.report)
            broken = sum(bool(verify_package(each)) for each in _packages(claim))
    finally:
        log.removeHandler(silences)
        log.setLevel(level)
        log.propagate = propagate
    followed = _rows(boxes)
    truth = Rows(*_truth_rows(folder))
    outcome = judge(_found(memory.findings), _committed(about), followed, truth, about["fps"])
    acts = {one["number"]: one["act"] for one in about["vehicles"]}
    name = f"{about['place']} {about['condition']} {about['seed']}"
    return Watched(name, outcome, summary, memory.findings, followed, truth, silences.said, acts, about["fps"], broken)


def _post(scene: Scene, scene_file: Path, lamps: Lamps, claim: Path, started_at: datetime) -> Post:
    """As `ngatu watch` has it for a recording of which somebody says when it began."""
    model = resolve_model(None)
    return Post(
        camera=scene.camera,
        boot="drawn",
        scene=scene,
        scene_file=scene_file,
        scene_sha256=read_scene(scene_file).sha256,
        model=model,
        model_sha256=read_model_file(model.file).sha256,
        lamps=lamps.book,
        folder=claim,
        interval_s=15,
        started_at=started_at,
        dated=True,
        told=lamps,
        senses=open_senses(scene, plates=True),
    )


def _remembered(seen: Iterable[Seen], boxes: list[tuple[int, Any, Any]]) -> Iterator[Seen]:
    for one in seen:
        sure = one.tracks.confirmed & one.tracks.seen
        boxes.append((one.frame.index, one.tracks.id[sure].copy(), one.tracks.xyxy_px[sure].copy()))
        yield one


def _rows(boxes: Sequence[tuple[int, Any, Any]]) -> Rows:
    if not boxes:
        return Rows(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 4), np.float32))
    frame = np.concatenate([np.full(len(ids), index, np.int64) for index, ids, _ in boxes])
    return Rows(frame, np.concatenate([ids for _, ids, _ in boxes]), np.concatenate([xyxy for _, _, xyxy in boxes]))


def _truth_rows(folder: Path) -> tuple[Any, Any, Any]:
    assert (folder / BOXES).exists(), "written with the clip"
    boxes = read_boxes(folder)
    return boxes.frame, boxes.number, boxes.xyxy_px


def _packages(claim: Path) -> list[Path]:
    return [each.parent for each in (claim / "evidence").glob("*/manifest.json")]


def _found(findings: Sequence[Finding]) -> list[Found]:
    return [
        Found(one.offence, one.vehicle, one.track, one.at_s, canonical(one.plate) if one.plate else None)
        for one in findings
    ]


def _committed(about: dict[str, Any]) -> list[Committed]:
    acts = {one["number"]: one["act"] for one in about["vehicles"]}
    return [
        Committed(one["number"], one["kind"], one["offence"], one["since_s"], one["until_s"], one["judged"],
                  one["hidden"], acts[one["number"]], one["plate"])
        for one in about["offences"]
    ]  # fmt: skip
