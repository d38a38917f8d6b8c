"""Puts one camera's agent together from what its operator named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from edge.agent.agent import Agent
from edge.agent.camera_check import CameraCheck, check_of
from edge.agent.camera_lacks import lacks_of
from edge.agent.device_file import papers_of
from edge.agent.folder import evidence_folder
from edge.agent.ledger import Ledger, PatientLedger
from edge.agent.places import calibration_sha256, heads_of, places_of
from edge.agent.plate_desk import PlateDesk
from edge.agent.prosecutor import Prosecutor
from edge.agent.senses import Senses
from edge.agent.steady import ClockWatch, SceneWatch
from edge.agent.surveyor import Surveyor
from edge.agent.witness import RING_S, Identity, Witness
from edge.health.clock import read_clock
from edge.lamps.lamps import Lamps
from edge.patrol.across import Across
from edge.patrol.overrides import Overrides
from edge.patrol.patrols import patrols_of
from edge.patrol.sections import SectionPatrol
from edge.patrol.site_clock import SiteClock
from edge.patrol.surroundings import Surroundings
from edge.transport.proof import DEVICE_KEY
from models.registry.resolve import ResolvedModel
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.record import ClockQuality, ModelUsed
from vision.events.lamps import LampTimeline
from vision.events.stream import EventStream
from vision.geometry.rules import SpeedRule
from vision.geometry.scene import Scene
from vision.pcu import pcu_table_beside
from vision.sources.open import open_source
from vision.sources.source import Source
from vision.traffic.counts import IntervalCounts
from vision.traffic.incidents.follower import Follower

# Whoever says when a recording began says it to the second.
TOLD_ERROR_S = 1.0


@dataclass(frozen=True, slots=True)
class Post:
    """One camera's place of work.

    scene_sha256: of the bytes the scene was read from. model_sha256: of the network that looks. lamps: by signal group.
    folder: the agent's own, claimed. started_at: the UTC label of the first frame; dated: whether somebody vouches for
    it. device_file: what the office says of the camera; None: `device.yaml` in the folder. override: file of windows in
    which an officer has the say. told: whoever tells live what `lamps` show. senses: the other networks. across: what
    is watched between this camera and others.
    """

    camera: str
    boot: str
    scene: Scene
    scene_file: Path
    scene_sha256: str
    model: ResolvedModel
    model_sha256: str
    lamps: Mapping[str, LampTimeline]
    folder: Path
    interval_s: float
    started_at: datetime
    device_file: Path | None = None
    dated: bool = True
    override: Path | None = None
    told: Lamps | None = None
    senses: Senses = field(default_factory=Senses)
    across: Across | None = None


def open_for_evidence(
    uri: str, scene: Scene, *, paced: bool = False, rate_fps: float | None = None, linked: bool = False
) -> Source:
    """The source, keeping its packets where a rule may need them as proof; linked: as one between this camera and
    another does. The rest is as in `open_source`."""
    judged = bool(scene.stop_lines or scene.rules or linked)
    return open_source(uri, ring_s=RING_S if judged else None, paced=paced, rate_fps=rate_fps)


def build_agent(post: Post, source: Source, ledger: Ledger) -> Agent:
    """The agent of `post` that watches `source` and reports to `ledger`.

    Raises UsageError: no place for evidence; PcuTableError: no such table; OverrideFileError: a file that is wrong.
    """
    stream = EventStream(post.camera, post.boot, post.started_at)
    lines = [line.name for line in post.scene.lines(source.size_px)]
    counts = IntervalCounts(post.interval_s, lines)
    pcu = pcu_table_beside(post.scene.pcu_table, post.scene_file.parent)
    shown = post.told.for_counts if post.told is not None else post.lamps
    follower = Follower(post.scene, source.size_px)
    surveyor = Surveyor(post.scene, source.size_px, shown, pcu, follower)
    check = check_of(post.folder, post.scene_sha256)
    prosecutor = _prosecutor(post, source, stream, check, follower)
    return Agent(
        stream, PatientLedger(ledger), counts, prosecutor, lines, surveyor=surveyor, check=check, lamps=post.told
    )


def _prosecutor(
    post: Post, source: Source, stream: EventStream, check: CameraCheck, follower: Follower
) -> Prosecutor | None:
    desk = PlateDesk(post.senses.eyes) if post.senses.eyes is not None else None
    linked = post.across if desk is not None else None
    patrols = patrols_of(post.scene, source.size_px, frozenset(post.lamps), post.senses.eyes, post.senses.heads)
    if not (patrols or linked) or source.ring is None:
        return None
    clock = ClockWatch().quality if source.live else None
    ledger = EvidenceLedger.open(evidence_folder(post.folder), load_or_make_key(post.folder / DEVICE_KEY))
    identity = _identity(post, source)
    intact = SceneWatch(post.scene_file, identity.scene_sha256).intact
    if linked is not None and desk is not None:
        lacks = lacks_of(identity, stream.label, clock, check.view, intact)
        site_clock = _site_clock(post, linked, source, stream)
        patrols = (*patrols, SectionPatrol(linked, site_clock, desk.look, lacks))
    witness = Witness(
        identity,
        source.ring,
        places_of(post.scene, source.size_px),
        ledger,
        stream.label,
        clock=clock,
        scene_intact=intact,
        heads=heads_of(post.scene, source.size_px),
    )
    return Prosecutor(
        patrols,
        witness,
        follower,
        _surroundings(post, stream, check, clock),
        post.lamps,
        plates=desk,
        view=check.view,
    )


def _surroundings(
    post: Post, stream: EventStream, check: CameraCheck, clock: Callable[[], ClockQuality] | None
) -> Surroundings:
    """clock: None for a recording, of whose time its operator alone knows something."""
    dated = clock is not None or post.dated

    def error_s() -> float | None:
        return clock().error_s if clock is not None else TOLD_ERROR_S if dated else None

    return Surroundings(
        stream.label if dated else None,
        post.scene.timezone,
        clock_error_s=error_s,
        view_moved=check.view_moved_between,
        overrides=Overrides(post.override),
    )


def _site_clock(post: Post, across: Across, source: Source, stream: EventStream) -> SiteClock:
    """A recording of which nobody vouches when it began has no place on the site's clock."""
    error_s = across.error_s if source.live or post.dated else None
    return SiteClock(stream.label, live=source.live, error_s=error_s, began=across.book.began)


def _identity(post: Post, source: Source) -> Identity:
    """A recording's time label is what its operator said: no clock vouches for it."""
    clock = read_clock()
    quality = ClockQuality(synchronised=clock.synchronised, error_s=clock.error_s)
    return Identity(
        camera=post.camera,
        boot=post.boot,
        scene_sha256=post.scene_sha256,
        model=ModelUsed(name=post.model.card.name, sha256=post.model_sha256),
        software=f"ngatu {version('ngatu')}",
        clock=quality if source.live else ClockQuality(synchronised=None, error_s=None),
        calibration_sha256=calibration_sha256(post.scene),
        models=dict(post.senses.models) | (dict(post.told.models) if post.told is not None else {}),
        papers=papers_of(post.camera, post.folder, post.device_file),
        live=source.live,
    )


def why_no_rules(scene: Scene, lamps: Mapping[str, LampTimeline], source: Source) -> str | None:
    """A sentence for the operator when the scene has rules or stop lines that cannot be judged; None when all can."""
    if not (scene.stop_lines or scene.rules):
        return None
    if source.ring is None:
        return "this source has no encoded video to keep as proof: stop lines are counted, not judged, and so are rules"
    speeds = [name for name, rule in scene.rules.items() if isinstance(rule, SpeedRule)]
    if scene.calibration is None and (scene.stop_lines or speeds):
        return f"the scene has no calibration, so no speed is known: nobody is accused of {_by_speed(scene, speeds)}"
    if scene.calibration is not None and not scene.calibration.plane().agrees:
        return (
            "the scene's calibration points contradict each other, so no speed is known: nobody is accused of "
            f"{_by_speed(scene, speeds)} (`ngatu scene check` and `draw` show by how much)"
        )
    unknown = [name for name, line in scene.stop_lines.items() if line.signal_group not in lamps]
    if unknown:
        return (
            f"no lamp states for the stop line {', '.join(unknown)} (--lamps, --lamps-feed, --lamps-from-image): "
            "it is counted, not judged"
        )
    return None


def _by_speed(scene: Scene, speeds: Sequence[str]) -> str:
    offences = ["passing a red light"] if scene.stop_lines else []
    return " or ".join([*offences, *([f"speeding ({', '.join(speeds)})"] if speeds else [])])
