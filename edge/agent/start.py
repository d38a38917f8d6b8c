"""Puts one camera's agent together from what its operator named."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from edge.agent.agent import Agent
from edge.agent.camera_check import CameraCheck, check_of
from edge.agent.folder import DEVICE_KEY, evidence_folder
from edge.agent.ledger import Ledger, PatientLedger
from edge.agent.prosecutor import Prosecutor, approaches
from edge.agent.surveyor import Surveyor
from edge.agent.witness import RING_S, Identity, Witness
from edge.health.clock import read_clock
from models.registry.resolve import ResolvedModel
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.record import ClockQuality, ModelUsed
from vision.events.lamps import LampTimeline
from vision.events.stream import EventStream
from vision.geometry.scene import Scene
from vision.pcu import pcu_table_beside
from vision.sources.open import open_source
from vision.sources.source import Source
from vision.traffic.counts import IntervalCounts


@dataclass(frozen=True, slots=True)
class Post:
    """One camera's place of work.

    model_sha256: of the network that looks. lamps: by signal group. folder: the agent's own, claimed. started_at: the
    UTC label of the first frame.
    """

    camera: str
    boot: str
    scene: Scene
    scene_file: Path
    model: ResolvedModel
    model_sha256: str
    lamps: Mapping[str, LampTimeline]
    folder: Path
    interval_s: float
    started_at: datetime


def open_for_evidence(uri: str, scene: Scene, *, paced: bool = False, rate_fps: float | None = None) -> Source:
    """The source, keeping its packets where a stop line may need them as proof. The rest is as in `open_source`."""
    return open_source(uri, ring_s=RING_S if scene.stop_lines else None, paced=paced, rate_fps=rate_fps)


def build_agent(post: Post, source: Source, ledger: Ledger) -> Agent:
    """The agent of `post` that watches `source` and reports to `ledger`.

    Raises UsageError: no place for evidence; PcuTableError: no such table.
    """
    stream = EventStream(post.camera, post.boot, post.started_at)
    lines = [line.name for line in post.scene.lines(source.size_px)]
    counts = IntervalCounts(post.interval_s, lines)
    pcu = pcu_table_beside(post.scene.pcu_table, post.scene_file.parent)
    surveyor = Surveyor(post.scene, source.size_px, post.lamps, pcu)
    check = check_of(post.folder, _scene_sha256(post))
    prosecutor = _prosecutor(post, source, stream, check)
    return Agent(stream, PatientLedger(ledger), counts, prosecutor, lines, surveyor=surveyor, check=check)


def _prosecutor(post: Post, source: Source, stream: EventStream, check: CameraCheck) -> Prosecutor | None:
    watched = approaches(post.scene, post.lamps)
    if not watched or source.ring is None:
        return None
    lines_px = {line.name: np.array(line.ends_px, np.float32) for line in post.scene.lines(source.size_px)}
    ledger = EvidenceLedger.open(evidence_folder(post.folder), load_or_make_key(post.folder / DEVICE_KEY))
    witness = Witness(_identity(post, source), source.ring, lines_px, ledger, stream.label)
    return Prosecutor(watched, witness, check.view_moved_between)


def _scene_sha256(post: Post) -> str:
    return hashlib.sha256(post.scene_file.read_bytes()).hexdigest()


def _identity(post: Post, source: Source) -> Identity:
    """A recording's time label is what its operator said: no clock vouches for it."""
    clock = read_clock()
    quality = ClockQuality(synchronised=clock.synchronised, error_s=clock.error_s)
    return Identity(
        camera=post.camera,
        boot=post.boot,
        scene_sha256=_scene_sha256(post),
        model=ModelUsed(name=post.model.card.name, sha256=post.model_sha256),
        software=f"ngatu {version('ngatu')}",
        clock=quality if source.live else ClockQuality(synchronised=None, error_s=None),
    )


def why_no_rules(scene: Scene, lamps: Mapping[str, LampTimeline], source: Source) -> str | None:
    """A sentence for the operator when the scene has stop lines that cannot be judged; None when all can."""
    if not scene.stop_lines:
        return None
    if source.ring is None:
        return "this source has no encoded video to keep as proof: stop lines are counted, not judged"
    if scene.calibration is None:
        return "the scene has no calibration, so no speed is known: nobody is accused of passing a red light"
    if not scene.calibration.plane().agrees:
        return (
            "the scene's calibration points contradict each other, so no speed is known: nobody is accused of passing "
            "a red light (`ngatu scene check` and `draw` show by how much)"
        )
    unknown = [name for name, line in scene.stop_lines.items() if line.signal_group not in lamps]
    if unknown:
        return f"no lamp states for the stop line {', '.join(unknown)} (--lamps): it is counted, not judged"
    return None
