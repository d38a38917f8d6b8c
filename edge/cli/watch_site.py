"""`ngatu watch --site`: the agents of all cameras of one box, beside one loop, with one outbox."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import typer

from edge.agent.crew import Crew, Member, SharedLedger
from edge.agent.delivery import Delivery
from edge.agent.folder import claimed
from edge.agent.ledger import Ledger
from edge.agent.site import CameraPlan, Site, load_site
from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.cli.progress import shown
from edge.cli.runtime_choice import open_detector
from edge.cli.say import log_on_stderr, warn
from edge.cli.stopping import Stop, heeding_signals
from edge.cli.watch_site_report import SiteRun, exit_code, print_site
from edge.cli.way import Way
from edge.lamps import load_timelines
from models.registry.resolve import ResolvedModel, resolve_model
from vision.detect.model_file import read_model_file
from vision.errors import SourceError
from vision.events.bodies import Health
from vision.events.lamps import LampTimeline
from vision.events.stream import EventStream
from vision.geometry.scene import Scene, load_scene
from vision.sources.source import Source


@dataclass(frozen=True, slots=True)
class Place:
    """One camera's entry with its files read; nothing of it is opened yet."""

    name: str
    plan: CameraPlan
    scene: Scene
    lamps: dict[str, LampTimeline]


def watch_site(file: Path, way: Way) -> NoReturn:
    """Watch every camera of the site until all have ended or somebody asks for an end."""
    site = load_site(file)
    places, resolved = [_read(site, name) for name in site.cameras], resolve_model(way.model)
    with ExitStack() as held:
        detector = held.enter_context(closing(open_detector(resolved, way.runtime, way.threads)))
        held.enter_context(log_on_stderr())
        sources, absent = _opened(places)
        for source in sources.values():
            held.enter_context(source)
        folder = held.enter_context(claimed(way.data))
        delivery = held.enter_context(way.delivery(folder))
        _say_absent(absent, delivery)
        posts = [_post(place, delivery, resolved, folder, way.interval) for place in places if place.name in sources]
        ledger = SharedLedger(delivery.ledger)
        members = [_member(post, place, sources[place.name], ledger) for post, place in posts]
        crew = Crew(members, detector)
        stop = _work(crew, members)
        run = SiteRun(delivery.boot, folder, members, absent, crew.metrics(), delivery.finish(), stop)
    print_site(run, way.as_json)
    raise typer.Exit(exit_code(run))


def _read(site: Site, name: str) -> Place:
    """Raises SiteFileError, SceneError, LampFileError."""
    plan = site.cameras[name]
    scene = load_scene(plan.scene)
    if scene.camera != name:
        raise site.fault(name, f"wanted the scene of this camera, found that of '{scene.camera}' in {plan.scene}")
    return Place(name, plan, scene, load_timelines(plan.lamps) if plan.lamps else {})


def _opened(places: Sequence[Place]) -> tuple[dict[str, Source], dict[str, str]]:
    """Every camera's source, or the sentence that says why there is none; side by side, for each may take its time.

    Raises SourceError where none can be opened.
    """
    sources: dict[str, Source] = {}
    absent: dict[str, str] = {}
    with ThreadPoolExecutor(len(places)) as openers:
        opening = [
            openers.submit(open_for_evidence, one.plan.source, one.scene, paced=one.plan.paced) for one in places
        ]
    for place, opened in zip(places, opening, strict=True):
        try:
            sources[place.name] = opened.result()
        except SourceError as error:
            absent[place.name] = str(error)
    if not sources:
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


def _post(
    place: Place, delivery: Delivery, model: ResolvedModel, folder: Path, interval_s: float
) -> tuple[Post, Place]:
    return Post(
        camera=place.name,
        boot=delivery.boot,
        scene=place.scene,
        scene_file=place.plan.scene,
        model=model,
        model_sha256=read_model_file(model.file).sha256,
        lamps=place.lamps,
        folder=folder,
        interval_s=interval_s,
        started_at=place.plan.started_at or datetime.now(UTC),
    ), place


def _member(post: Post, place: Place, source: Source, ledger: Ledger) -> Member:
    for note in _doubts(place, source):
        warn(f"{place.name}: {note}")
    return Member(place.name, source, place.scene, place.plan.settings(), build_agent(post, source, ledger))


def _doubts(place: Place, source: Source) -> Iterator[str]:
    """What the operator should know before the watch begins."""
    no_rules = why_no_rules(place.scene, place.lamps, source)
    if no_rules:
        yield no_rules
    if not (source.live or place.plan.started_at):
        yield "a recording without started_at: its events are labelled as if it had begun just now"


def _work(crew: Crew, members: Sequence[Member]) -> Stop:
    expected = [member.source.frames_expected for member in members]
    known = [number for number in expected if number is not None]
    total = sum(known) if len(known) == len(expected) else None
    with (
        heeding_signals(crew.stop) as stop,
        crew.at_work(stop.why) as seen,
        shown(seen, "watching", total) as shown_seen,
    ):
        for _ in shown_seen:
            pass
    return stop
