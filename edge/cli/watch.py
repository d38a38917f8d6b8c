"""`ngatu watch`: one camera's agent, from pictures to events that arrive."""

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.logging import RichHandler

from edge.agent.agent import Summary
from edge.agent.eyes import look
from edge.agent.ledger import JsonLines, Ledger
from edge.agent.start import Post, build_agent, open_for_evidence, why_no_rules
from edge.cli.options import InsecureOption, JsonOption, ModelOption, RuntimeOption, ThreadsOption
from edge.cli.progress import track
from edge.errors import UsageError
from edge.lamps import load_timelines
from edge.outbox.outbox import Outbox
from edge.transport.https import Uplink
from edge.transport.worker import UplinkWorker
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.geometry.scene import load_scene
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

UNSENT = 3
DRAIN_S = 20.0


def watch(
    source: Annotated[str, typer.Argument(help="Video file, folder of pictures, rtsp:// or http:// address, webcam.")],
    *,
    scene: Annotated[Path, typer.Option(help="Scene file (`ngatu scene new` writes one to start from).")],
    model: ModelOption = None,
    out: Annotated[Path | None, typer.Option(help="Write events to this file, one JSON line each.")] = None,
    centre: Annotated[str | None, typer.Option(help="Send events to the centre at this address.")] = None,
    lamps: Annotated[Path | None, typer.Option(help="What the signal lamps showed (YAML or JSON).")] = None,
    data: Annotated[Path, typer.Option(help="The agent's folder: outbox and evidence.")] = Path("ngatu-agent"),
    interval: Annotated[float, typer.Option(min=1, help="Seconds that one count adds up.")] = 15.0,
    started_at: Annotated[datetime | None, typer.Option(help="UTC time of the first frame of a recording.")] = None,
    runtime: RuntimeOption = None,
    threads: ThreadsOption = 2,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Watch one camera: count, spot offences, keep proof, and hand every fact to a file or a centre.

    Exit code 3 means that all is kept but something still waits for the centre: `ngatu send` delivers it.
    """
    _log_to_stderr()
    if (out is None) == (centre is None):
        raise UsageError("--out, --centre: wanted one of the two places for the events, found both or neither")
    place, resolved = load_scene(scene), resolve_model(model)
    timelines = load_timelines(lamps) if lamps else {}
    with open_for_evidence(source, place) as camera, _ledger(out, centre, data, insecure) as (ledger, boot, worker):
        post = Post(
            camera=place.camera,
            boot=boot,
            scene=place,
            scene_file=scene,
            model=resolved,
            model_sha256=read_model_file(resolved.file).sha256,
            lamps=timelines,
            evidence=data / "evidence",
            interval_s=interval,
            started_at=_utc(started_at),
        )
        note = why_no_rules(place, timelines, camera)
        if note:
            Console(stderr=True).print(f"[yellow]{note}[/]", highlight=False)
        detector = Detector.open(resolved.file, resolved.card, runtime, threads)
        counter = LineCounter(place.lines(camera.size_px), camera.size_px, place.ground_plane(camera.size_px))
        seen = track(look(camera, detector, Tracker(), counter), "watching", camera.frames_expected, quiet=as_json)
        summary = build_agent(post, camera, ledger).run(seen, camera.report)
        waiting = _drain(worker, ledger)
    _print(summary, post, waiting, as_json)
    if waiting:
        raise typer.Exit(UNSENT)


@contextmanager
def _ledger(
    out: Path | None, centre: str | None, data: Path, insecure: bool
) -> Iterator[tuple[Ledger, str, UplinkWorker | None]]:
    """The ledger, this run's boot name, and the worker that empties it towards a centre, if there is one."""
    if out is not None:
        lines = JsonLines(out)
        try:
            yield lines, f"b{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}", None
        finally:
            lines.close()
        return
    assert centre is not None
    with (
        Outbox.open(data / "outbox.db") as outbox,
        Uplink(centre, outbox, allow_insecure=insecure) as uplink,
        UplinkWorker(uplink) as worker,
    ):
        yield outbox, outbox.next_boot(), worker


def _drain(worker: UplinkWorker | None, ledger: Ledger) -> int:
    """Give the centre a last chance; how many events still wait."""
    if worker is None or not isinstance(ledger, Outbox):
        return 0
    worker.drain(DRAIN_S)
    worker.check()
    waiting = ledger.depth()
    if waiting:
        problem = worker.status().problem or "the centre has not answered yet"
        Console(stderr=True).print(
            f"[yellow]{waiting} events wait in {ledger.path}:[/] {problem}. `ngatu send` delivers them.",
            highlight=False,
            soft_wrap=True,
        )
    return waiting


def _utc(started_at: datetime | None) -> datetime:
    if started_at is None:
        return datetime.now(UTC)
    return started_at.replace(tzinfo=UTC) if started_at.tzinfo is None else started_at.astimezone(UTC)


def _print(summary: Summary, post: Post, waiting: int, as_json: bool) -> None:
    document: dict[str, Any] = {
        "camera": post.camera,
        "boot": post.boot,
        "frames": summary.frames,
        "events": summary.events,
        "findings": summary.findings,
        "unproven": summary.unproven,
        "waiting": waiting,
        "source": summary.source,
        "counts": summary.counts(),
    }
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
        return
    console = Console()
    console.print(f"{post.camera}: {summary.source}; {summary.events} events, {summary.findings} findings")
    for line, directions in summary.counts().items():
        for direction, kinds in directions.items():
            if kinds:
                console.print(f"  {line}, {direction.value.replace('_', ' ')}: {_words(kinds)}")


def _words(kinds: Any) -> str:
    return ", ".join(f"{kind} {number}" for kind, number in kinds.items())


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.WARNING,
        format="%(message)s",
        handlers=[RichHandler(console=Console(stderr=True), show_path=False)],
    )
