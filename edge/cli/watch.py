"""`ngatu watch`: the agents of one camera or of a whole site, from pictures to events that arrive."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from edge.agent.agent import Summary
from edge.agent.folder import claimed
from edge.agent.ledger import Ledger
from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.cli.options import (
    AGENT_FOLDER,
    DataOption,
    DeviceOption,
    InsecureOption,
    JsonOption,
    ModelOption,
    PlatesOption,
    RuntimeOption,
    ThreadsOption,
)
from edge.cli.progress import shown
from edge.cli.runtime_choice import RuntimeChoice, open_detector
from edge.cli.say import log_on_stderr, warn
from edge.cli.senses import LampPlan, check_override, open_senses, opened_lamps
from edge.cli.stopping import Stop, stopped_by_signals
from edge.cli.watch_report import Run, exit_code, print_run
from edge.cli.watch_site import watch_site
from edge.cli.way import Way, check_places, delivery_to
from edge.errors import UsageError
from edge.loop.follow import follow
from edge.loop.look import look
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.geometry.scene import read_scene
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

TIME_FORMATS = [f"%Y-%m-%d{between}%H:%M:%S{end}" for between in ("T", " ") for end in ("", "%z", ".%f", ".%f%z")]


def watch(
    source: Annotated[
        str | None, typer.Argument(help="Video file, folder of pictures, rtsp:// or http:// address, webcam.")
    ] = None,
    *,
    scene: Annotated[Path | None, typer.Option(help="Scene file (`ngatu scene new` writes one to start from).")] = None,
    site: Annotated[Path | None, typer.Option(help="Site file (YAML): several cameras instead of one.")] = None,
    model: ModelOption = None,
    out: Annotated[Path | None, typer.Option(help="Write events to this file, one JSON line each.")] = None,
    centre: Annotated[str | None, typer.Option(help="Send events to the centre at this address.")] = None,
    lamps: Annotated[Path | None, typer.Option(help="What the signal lamps showed (YAML or JSON).")] = None,
    lamps_feed: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help="The controller's own word on its lamps: JSON lines from a file that grows, "
            "a pipe, an http(s) address or mqtt://broker/topic. It counts before the others.",
        ),
    ] = None,
    lamps_from_image: Annotated[
        bool, typer.Option("--lamps-from-image", help="Read the lamps in the picture, at the scene's signal_heads.")
    ] = False,
    override: Annotated[
        Path | None, typer.Option(help="Windows in which an officer or a priority vehicle has the say (YAML).")
    ] = None,
    device: DeviceOption = None,
    plates: PlatesOption = True,
    data: DataOption = AGENT_FOLDER,
    interval: Annotated[int, typer.Option(min=1, help="Seconds that one count adds up.")] = 15,
    started_at: Annotated[
        datetime | None,
        typer.Option(
            formats=TIME_FORMATS, metavar="TIME", help="Time of a recording's first frame; UTC unless it says."
        ),
    ] = None,
    runtime: RuntimeOption = RuntimeChoice.AUTO,
    threads: ThreadsOption = 2,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Watch one camera or a site of several: count, spot offences, keep proof, and hand every fact to a file or a
    centre."""
    check_places(out, centre, insecure)
    delivery = partial(delivery_to, out, centre, insecure=insecure)
    way = Way(model, runtime, threads, delivery, data, interval, as_json, device, plates)
    told = LampPlan(lamps, lamps_feed, lamps_from_image)
    if site is not None:
        if told != LampPlan() or any(each is not None for each in (source, scene, started_at, override)):
            raise UsageError(
                "--site: the site file names sources, scenes, lamps, overrides and times; give none of them beside it"
            )
        watch_site(site, way)
    if source is None or scene is None:
        raise UsageError("watch: wanted a source and its --scene, or a --site file")
    _watch_one(One(source, scene, told, override, started_at), way)


@dataclass(frozen=True, slots=True)
class One:
    """What a watch of one camera was given."""

    source: str
    scene: Path
    lamps: LampPlan
    override: Path | None
    started_at: datetime | None


def _watch_one(one: One, way: Way) -> NoReturn:
    (place, sha256), resolved = read_scene(one.scene), resolve_model(way.model)
    senses = open_senses(place, plates=way.plates)
    with (
        closing(open_detector(resolved, way.runtime, way.threads)) as detector,
        log_on_stderr(),
        open_for_evidence(one.source, place) as camera,
        opened_lamps(one.lamps, place, camera.size_px) as lamps,
        claimed(way.data) as folder,
        way.delivery(folder) as delivery,
    ):
        dated = camera.live or one.started_at is not None
        check_override(one.override, dated=dated)
        post = Post(
            camera=place.camera,
            boot=delivery.boot,
            scene=place,
            scene_file=one.scene,
            scene_sha256=sha256,
            model=resolved,
            model_sha256=read_model_file(resolved.file).sha256,
            lamps=lamps.book,
            folder=folder,
            interval_s=way.interval,
            started_at=_utc(one.started_at or datetime.now(UTC)),
            device_file=way.device,
            dated=dated,
            override=one.override,
            told=lamps,
            senses=senses,
        )
        for note in _doubts(post, camera, dated=dated):
            warn(note)
        summary, stop = _look(post, camera, delivery.ledger, detector)
        run = Run(post.camera, post.boot, folder, summary, delivery.finish(), stop)
    print_run(run, way.as_json)
    raise typer.Exit(exit_code(run))


def _look(post: Post, camera: Source, ledger: Ledger, detector: Detector) -> tuple[Summary, Stop]:
    """Until the source ends or somebody asks for an end."""
    counter = LineCounter(post.scene.lines(camera.size_px), camera.size_px, post.scene.ground_plane(camera.size_px))
    agent = build_agent(post, camera, ledger)
    with stopped_by_signals(camera) as stop:
        watched = (follow if camera.live else look)(camera, detector, Tracker(), counter)
        with shown(stop.heed(watched), "watching", camera.frames_expected) as seen:
            return agent.run(seen, camera.report, stop.why), stop


def _doubts(post: Post, camera: Source, *, dated: bool) -> Iterator[str]:
    """What the operator should know before the watch begins."""
    no_rules = why_no_rules(post.scene, post.lamps, camera)
    if no_rules:
        yield no_rules
    if not dated:
        yield "a recording without --started-at: its events are labelled as if it had begun just now"


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
