"""`ngatu watch`: one camera's agent, from pictures to events that arrive."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from edge.agent.agent import Summary
from edge.agent.delivery import Delivery, to_centre, to_file
from edge.agent.eyes import look
from edge.agent.folder import claimed
from edge.agent.ledger import Ledger
from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.cli.options import (
    AGENT_FOLDER,
    DataOption,
    InsecureOption,
    JsonOption,
    ModelOption,
    RuntimeOption,
    ThreadsOption,
)
from edge.cli.progress import shown
from edge.cli.say import log_on_stderr, warn
from edge.cli.stopping import Stop, stopped_by_signals
from edge.cli.watch_report import Run, exit_code, print_run
from edge.errors import UsageError
from edge.lamps import load_timelines
from edge.transport.address import check_address
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.geometry.scene import load_scene
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

TIME_FORMATS = [f"%Y-%m-%d{between}%H:%M:%S{end}" for between in ("T", " ") for end in ("", "%z", ".%f", ".%f%z")]


def watch(
    source: Annotated[str, typer.Argument(help="Video file, folder of pictures, rtsp:// or http:// address, webcam.")],
    *,
    scene: Annotated[Path, typer.Option(help="Scene file (`ngatu scene new` writes one to start from).")],
    model: ModelOption = None,
    out: Annotated[Path | None, typer.Option(help="Write events to this file, one JSON line each.")] = None,
    centre: Annotated[str | None, typer.Option(help="Send events to the centre at this address.")] = None,
    lamps: Annotated[Path | None, typer.Option(help="What the signal lamps showed (YAML or JSON).")] = None,
    data: DataOption = AGENT_FOLDER,
    interval: Annotated[int, typer.Option(min=1, help="Seconds that one count adds up.")] = 15,
    started_at: Annotated[
        datetime | None,
        typer.Option(
            formats=TIME_FORMATS, metavar="TIME", help="Time of a recording's first frame; UTC unless it says."
        ),
    ] = None,
    runtime: RuntimeOption = None,
    threads: ThreadsOption = 2,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Watch one camera: count, spot offences, keep proof, and hand every fact to a file or a centre."""
    _check_places(out, centre, insecure)
    place, resolved, timelines = load_scene(scene), resolve_model(model), load_timelines(lamps) if lamps else {}
    detector = Detector.open(resolved.file, resolved.card, runtime, threads)
    with (
        log_on_stderr(),
        open_for_evidence(source, place) as camera,
        claimed(data) as folder,
        _delivery(out, centre, folder, insecure) as delivery,
    ):
        post = Post(
            camera=place.camera,
            boot=delivery.boot,
            scene=place,
            scene_file=scene,
            model=resolved,
            model_sha256=read_model_file(resolved.file).sha256,
            lamps=timelines,
            folder=folder,
            interval_s=interval,
            started_at=_utc(started_at or datetime.now(UTC)),
        )
        for note in _doubts(post, camera, dated=started_at is not None):
            warn(note)
        summary, stop = _look(post, camera, delivery.ledger, detector)
        run = Run(post.camera, post.boot, folder, summary, delivery.finish(), stop)
    print_run(run, as_json)
    raise typer.Exit(exit_code(run))


def _check_places(out: Path | None, centre: str | None, insecure: bool) -> None:
    """Before anything is opened or written. Raises UsageError, UplinkError."""
    if (out is None) == (centre is None):
        raise UsageError("--out, --centre: wanted one of the two places for the events, found both or neither")
    if centre is not None:
        check_address(centre, allow_insecure=insecure)


def _delivery(out: Path | None, centre: str | None, folder: Path, insecure: bool) -> AbstractContextManager[Delivery]:
    if out is not None:
        return to_file(out)
    assert centre is not None
    return to_centre(centre, folder, allow_insecure=insecure)


def _look(post: Post, camera: Source, ledger: Ledger, detector: Detector) -> tuple[Summary, Stop]:
    """Until the source ends or somebody asks for an end."""
    counter = LineCounter(post.scene.lines(camera.size_px), camera.size_px, post.scene.ground_plane(camera.size_px))
    agent = build_agent(post, camera, ledger)
    with stopped_by_signals(camera) as stop:
        watched = look(stop.heed(camera), detector, Tracker(), counter)
        with shown(watched, "watching", camera.frames_expected) as seen:
            return agent.run(seen, camera.report, stop.why), stop


def _doubts(post: Post, camera: Source, *, dated: bool) -> Iterator[str]:
    """What the operator should know before the watch begins."""
    no_rules = why_no_rules(post.scene, post.lamps, camera)
    if no_rules:
        yield no_rules
    if not (camera.live or dated):
        yield "a recording without --started-at: its events are labelled as if it had begun just now"


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
