"""`ngatu watch --site`: the agents of all cameras of one box, beside one loop, with one outbox."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

import typer

from edge.agent.crew import Crew, Member, SharedLedger
from edge.agent.delivery import Delivery
from edge.agent.folder import claimed
from edge.agent.latecomers import Latecomers
from edge.agent.ledger import Ledger
from edge.agent.site import CameraPlan, Site, load_site
from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.cli.progress import shown
from edge.cli.runtime_choice import open_detector
from edge.cli.say import log_on_stderr, warn
from edge.cli.senses import LampPlan, check_override, open_senses, opened_lamps
from edge.cli.stopping import Stop, heeding_signals
from edge.cli.watch_site_report import SiteRun, exit_code, print_site
from edge.cli.way import Way
from edge.lamps.file import load_timelines
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.model_file import read_model_file
from vision.errors import SourceError
from vision.events.bodies import Health
from vision.events.stream import EventStream
from vision.geometry.scene import Scene, load_scene
from vision.sources.source import Source


@dataclass(frozen=True, slots=True)
class Place:
    """One camera's entry with its files read; nothing of it is opened yet."""

    name: str
    plan: CameraPlan
    scene: Scene

    def lamps(self) -> LampPlan:
        return LampPlan(self.plan.lamps, self.plan.lamps_feed, self.plan.lamps_from_image)


@dataclass(frozen=True, slots=True)
class Enlisting:
    """What all cameras of one watch share, to make each one's agent.

    folder: claimed. held: closes what is opened for a camera when the watch ends.
    """

    boot: str
    ledger: Ledger
    model: ResolvedModel
    folder: Path
    way: Way
    held: ExitStack

    def member(self, place: Place, source: Source) -> Member:
        """Raises UsageError and PcuTableError as `build_agent`, and what `opened_lamps` raises."""
        post = self._post(place, source)
        for note in _doubts(post, source):
            warn(f"{place.name}: {note}")
        agent = build_agent(post, source, self.ledger)
        return Member(place.name, source, place.scene, place.plan.settings(), agent)

    def _post(self, place: Place, source: Source) -> Post:
        dated = source.live or place.plan.started_at is not None
        check_override(place.plan.override, dated=dated)
        lamps = self.held.enter_context(opened_lamps(place.lamps(), place.scene, source.size_px))
        return Post(
            camera=place.name,
            boot=self.boot,
            scene=place.scene,
            scene_file=place.plan.scene,
            model=self.model,
            model_sha256=read_model_file(self.model.file).sha256,
            lamps=lamps.book,
            folder=self.folder,
            interval_s=self.way.interval,
            started_at=place.plan.started_at or datetime.now(UTC),
            device_file=self.way.device,
            dated=dated,
            override=place.plan.override,
            told=lamps,
            senses=open_senses(place.scene, plates=self.way.plates),
        )


def watch_site(file: Path, way: Way) -> NoReturn:
    """Watch every camera of the site until all have ended or somebody asks for an end."""
    site = load_site(file)
    places, resolved = {name: _read(site, name) for name in site.cameras}, resolve_model(way.model)
    with ExitStack() as held:
        detector = held.enter_context(closing(open_detector(resolved, way.runtime, way.threads)))
        held.enter_context(log_on_stderr())
        sources, absent = _opened(list(places.values()))
        for source in sources.values():
            held.enter_context(source)
        folder = held.enter_context(claimed(way.data))
        delivery = held.enter_context(way.delivery(folder))
        later = {name: why for name, why in absent.items() if places[name].plan.may_come_later}
        lost = {name: why for name, why in absent.items() if name not in later}
        _say_absent(lost, delivery)
        ledger = SharedLedger(delivery.ledger)
        enlisting = Enlisting(delivery.boot, ledger, resolved, folder, way, held)
        members = [enlisting.member(places[name], source) for name, source in sources.items()]
        latecomers = held.enter_context(closing(_latecomers(later, places, ledger, delivery.boot)))
        crew = Crew(members, detector, latecomers.awaited)
        latecomers.start(lambda name, source: crew.join(enlisting.member(places[name], source)), crew.fail)
        stop = _work(crew, members, latecomers)
        left, attempts = delivery.finish(), latecomers.attempts
        lost |= {name: one.problem for name, one in attempts.items() if one.problem is not None}
        run = SiteRun(delivery.boot, folder, crew.members, lost, attempts, crew.metrics(), left, stop)
    print_site(run, way.as_json)
    raise typer.Exit(exit_code(run))


def _read(site: Site, name: str) -> Place:
    """Raises SiteFileError, SceneError, LampFileError."""
    plan = site.cameras[name]
    scene = load_scene(plan.scene)
    if scene.camera != name:
        raise site.fault(name, f"wanted the scene of this camera, found that of '{scene.camera}' in {plan.scene}")
    if plan.lamps is not None:
        load_timelines(plan.lamps)  # a wrong file stops the site before any camera is opened
    return Place(name, plan, scene)


def _opened(places: Sequence[Place]) -> tuple[dict[str, Source], dict[str, str]]:
    """Every camera's source, or the sentence that says why there is none; side by side, for each may take its time.

    Raises SourceError where none can be opened and none is a camera that may come later.
    """
    sources: dict[str, Source] = {}
    absent: dict[str, str] = {}
    with ThreadPoolExecutor(len(places)) as openers:
        opening = [openers.submit(_open, place) for place in places]
    for place, opened in zip(places, opening, strict=True):
        try:
            sources[place.name] = opened.result()
        except SourceError as error:
            absent[place.name] = str(error)
    if not sources and not any(place.plan.may_come_later for place in places):
        raise SourceError("\n".join(f"camera {name}: {why}" for name, why in absent.items()))
    return sources, absent


def _open(place: Place) -> Source:
    return open_for_evidence(place.plan.source, place.scene, paced=place.plan.paced, rate_fps=place.plan.rate)


def _say_absent(absent: Mapping[str, str], delivery: Delivery) -> None:
    """A camera that could not be opened is told as an event, like one that failed on the way."""
    for name, why in absent.items():
        warn(f"camera {name} is left out: {why}")
        news = Health(state="failed", frames=0, dropped=0, note=why)
        delivery.ledger.commit([EventStream(name, delivery.boot, datetime.now(UTC)).wrap(news, 0.0)])


def _latecomers(later: Mapping[str, str], places: Mapping[str, Place], ledger: Ledger, boot: str) -> Latecomers:
    for name, why in later.items():
        warn(f"camera {name} is not there yet and will be tried again: {why}")
    return Latecomers(later, {name: partial(_open, places[name]) for name in later}, ledger, boot)


def _doubts(post: Post, source: Source) -> Iterator[str]:
    """What the operator should know before the watch begins."""
    no_rules = why_no_rules(post.scene, post.lamps, source)
    if no_rules:
        yield no_rules
    if not post.dated:
        yield "a recording without started_at: its events are labelled as if it had begun just now"


def _work(crew: Crew, members: Sequence[Member], latecomers: Latecomers) -> Stop:
    def end() -> None:
        latecomers.stop()
        crew.stop()

    expected = [member.source.frames_expected for member in members]
    known = [number for number in expected if number is not None]
    total = sum(known) if known and len(known) == len(expected) and not latecomers.awaited() else None
    with (
        heeding_signals(end) as stop,
        crew.at_work(stop.why) as seen,
        shown(seen, "watching", total) as shown_seen,
    ):
        for _ in shown_seen:
            pass
    return stop
