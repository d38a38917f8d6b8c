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
from edge.patrol.across import Across, Between
from edge.patrol.sighting_book import SightingBook
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.model_file import read_model_file
from vision.errors import SourceError
from vision.events.bodies import Health
from vision.events.stream import EventStream
from vision.geometry.scene import Scene, read_scene
from vision.sources.source import Source


@dataclass(frozen=True, slots=True)
class Place:
    """One camera's entry with its files read; nothing of it is opened yet. linked: whether something is watched between
    it and another."""

    name: str
    plan: CameraPlan
    scene: Scene
    scene_sha256: str
    linked: bool = False

    def lamps(self) -> LampPlan:
        return LampPlan(self.plan.lamps, self.plan.lamps_feed, self.plan.lamps_from_image)


@dataclass(frozen=True, slots=True)
class Enlisting:
    """What all cameras of one watch share, to make each one's agent.

    folder: claimed. held: closes what is opened for a camera when the watch ends. between, book: what is watched
    between the cameras, and who was seen lately; None where nothing is.
    """

    boot: str
    ledger: Ledger
    model: ResolvedModel
    folder: Path
    way: Way
    held: ExitStack
    between: Between | None = None
    book: SightingBook | None = None

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
            scene_sha256=place.scene_sha256,
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
            senses=open_senses(place.scene, plates=self.way.plates, linked=place.linked),
            across=self._across(place),
        )

    def _across(self, place: Place) -> Across | None:
        if self.between is None or self.book is None or not place.linked:
            return None
        return Across(place.name, self.between, self.book, place.plan.clock_error_s)


def watch_site(file: Path, way: Way) -> NoReturn:
    """Watch every camera of the site until all have ended or somebody asks for an end."""
    site = load_site(file)
    between = site.between()
    book = SightingBook(between.keep_s) if between is not None else None
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
        enlisting = Enlisting(delivery.boot, ledger, resolved, folder, way, held, between, book)
        members = [enlisting.member(places[name], source) for name, source in sources.items()]
        latecomers = held.enter_context(closing(_latecomers(later, places, ledger, delivery.boot)))
        crew = Crew(members, detector, latecomers.awaited)
        latecomers.start(lambda name, source: crew.join(enlisting.member(places[name], source)), crew.fail)
        stop = _work(crew, members, latecomers)
        left, attempts = delivery.finish(), latecomers.attempts
        lost |= {name: one.problem for name, one in attempts.items() if one.problem is not None}
        if book is not None:
            book.close()
        tally = book.tally() if book is not None else None
        run = SiteRun(delivery.boot, folder, crew.members, lost, attempts, crew.metrics(), left, stop, tally)
    print_site(run, way.as_json)
    raise typer.Exit(exit_code(run))


def _read(site: Site, name: str) -> Place:
    """Raises SiteFileError, SceneError, LampFileError."""
    plan = site.cameras[name]
    scene, sha256 = read_scene(plan.scene)
    if scene.camera != name:
        raise site.fault(name, f"wanted the scene of this camera, found that of '{scene.camera}' in {plan.scene}")
    if plan.lamps is not None:
        load_timelines(plan.lamps)  # a wrong file stops the site before any camera is opened
    linked = [(stretch, end) for stretch, ends in site.stretches().items() for end in ends if end.camera == name]
    known = sorted({*scene.stop_lines, *scene.counting_lines})
    for stretch, end in linked:
        if end.line not in known:
            has = ", ".join(known) or "none"
            raise site.stretch_fault(stretch, f"no line of camera {name} is called '{end.line}'; in its scene: {has}")
    return Place(name, plan, scene, sha256, bool(linked))


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
    plan = place.plan
    return open_for_evidence(plan.source, place.scene, paced=plan.paced, rate_fps=plan.rate, linked=place.linked)


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
    yield from _link_doubts(post, source)
    if not post.dated:
        yield "a recording without started_at: its events are labelled as if it had begun just now"


def _link_doubts(post: Post, source: Source) -> Iterator[str]:
    """Why nobody can be linked with another camera here."""
    if post.across is None:
        return
    if post.senses.eyes is None or source.ring is None:
        what = "plates are not read (--no-plates)" if post.senses.eyes is None else "the source is no encoded video"
        yield f"{what}: nothing is watched between this camera and others"
    elif post.across.error_s is None or not post.dated:
        wanted = "clock_error_s" if post.dated else "started_at"
        yield f"no {wanted} in the site file: nobody is accused of anything between this camera and others"


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
