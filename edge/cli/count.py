"""`ngatu count`: a video goes in, vehicles over one line come out."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from edge.agent.draw import overlay
from edge.agent.eyes import Seen, look
from edge.cli.options import JsonOption, ModelOption, RuntimeOption, ThreadsOption
from edge.cli.progress import track
from edge.errors import UsageError
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.events.bodies import Crossing, Direction
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter
from vision.track.tracker import Tracker
from vision.traffic.counts import Tally, tally
from vision.traffic.crossings import LineCounter
from vision.vehicles import KindName

DEFAULT_FPS = 25.0


def parse_line(text: str, size_px: tuple[int, int]) -> Line:
    """X1,Y1,X2,Y2 in pixels of the source frame; raises UsageError unless both ends lie inside the frame."""
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--line: wanted four numbers X1,Y1,X2,Y2, found '{text}'") from None
    width, height = size_px
    for x, y in ((x1, y1), (x2, y2)):
        if not (0 <= x <= width and 0 <= y <= height):
            raise UsageError(f"--line: the point {x:g},{y:g} lies outside the frame of {width} × {height} pixels")
    if (x1, y1) == (x2, y2):
        raise UsageError(f"--line: both ends are {x1:g},{y1:g}; wanted two different points")
    return Line("line", "counting", ((x1, y1), (x2, y2)))


@dataclass(slots=True)
class Result:
    frames: int
    seconds: float
    crossings: list[Crossing]

    def counts(self) -> Tally:
        """Both directions always stand there; a kind that never passed does not."""
        return tally(self.crossings)


def count(
    video: Annotated[
        str, typer.Argument(help="Video file, folder of pictures, rtsp:// or http:// address, webcam number.")
    ],
    *,
    line: Annotated[str, typer.Option("--line", help="X1,Y1,X2,Y2 in pixels of the source frame.")],
    model: ModelOption = None,
    runtime: RuntimeOption = None,
    threads: ThreadsOption = 2,
    as_json: JsonOption = False,
    render: Annotated[Path | None, typer.Option("--render", help="Write an MP4 with boxes, line and counts.")] = None,
) -> None:
    """Count the vehicles that pass a line, by kind and direction.

    Left and right are the two hands of someone who walks the line from its first point to its second in the
    picture as you see it.
    """
    resolved = resolve_model(model)
    with open_source(video) as source:
        wanted = parse_line(line, source.size_px)
        detector = Detector.open(resolved.file, resolved.card, runtime, threads)
        counter = LineCounter((wanted,), source.size_px, None)
        seen = look(source, detector, Tracker(), counter)
        watched = track(seen, "counting", source.frames_expected, quiet=as_json)
        if render is not None:
            watched = _rendered(watched, render, wanted, source.size_px, source.fps or DEFAULT_FPS)
        result = _gather(watched)
        report = source.report()
        _print(result, source.fps, "" if report.clean else report.sentence(), resolved.card.name, as_json)


def _gather(watched: Iterable[Seen]) -> Result:
    result = Result(0, 0.0, [])
    began = time.monotonic()
    for seen in watched:
        result.frames += 1
        result.crossings += seen.crossings
    result.seconds = time.monotonic() - began
    return result


def _rendered(watched: Iterable[Seen], file: Path, line: Line, size_px: tuple[int, int], fps: float) -> Iterator[Seen]:
    """Pass frames through, drawing each into the video; the file appears only when all of it is written."""
    crossings: list[Crossing] = []
    ends = np.array(line.ends_px, np.float32)
    with VideoWriter(file, size_px, fps) as video:
        for seen in watched:
            crossings += seen.crossings
            captions = [f"{direction}: {_words(kinds)}" for direction, kinds in tally(crossings).items()]
            video.write(overlay(seen.frame.image, seen.tracks, [ends], captions), seen.frame.media_s)
            yield seen


def _words(kinds: dict[KindName, int]) -> str:
    return ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())) or "0"


def _print(result: Result, fps: float | None, damage: str, model: str, as_json: bool) -> None:
    if damage:
        Console(stderr=True).print(f"[yellow]the source is damaged:[/] {damage}", highlight=False)
    if as_json:
        print(json.dumps(_document(result, fps, damage, model), ensure_ascii=False))
        return
    table = Table(title=f"{result.frames} frames in {result.seconds:.1f} s with {model}")
    table.add_column("kind")
    counts = result.counts()
    for direction in Direction:
        table.add_column(direction.value.replace("_", " "), justify="right")
    for kind in sorted({kind for kinds in counts.values() for kind in kinds}):
        table.add_row(kind, *(str(counts[direction].get(kind, 0)) for direction in Direction))
    Console().print(table)


def _document(result: Result, fps: float | None, damage: str, model: str) -> dict[str, Any]:
    """`fps` is the stream's own; `analysed_fps` is how fast this machine went through it."""
    return {
        "frames": result.frames,
        "fps": fps,
        "analysed_fps": round(result.frames / result.seconds, 2) if result.seconds else None,
        "model": model,
        "damage": damage or None,
        "counts": result.counts(),
        "crossings": [crossing.model_dump(mode="json", exclude_none=True) for crossing in result.crossings],
    }
