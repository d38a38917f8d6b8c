"""`ngatu count`: a video goes in, vehicles over one line come out."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from edge.agent.draw import overlay
from edge.cli.count_report import Result, print_result
from edge.cli.options import JsonOption, ModelOption, RuntimeOption, ThreadsOption
from edge.cli.progress import shown
from edge.cli.runtime_choice import RuntimeChoice, open_detector
from edge.cli.say import log_on_stderr
from edge.cli.stopping import stopped_by_signals
from edge.errors import UsageError
from edge.loop.look import look
from edge.loop.seen import Seen
from models.registry.resolve import resolve_model
from vision.events.bodies import Direction
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.sources.source import Source
from vision.sources.writer import VideoWriter
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter
from vision.vehicles import KindName


def count(
    video: Annotated[
        str, typer.Argument(help="Video file, folder of pictures, rtsp:// or http:// address, webcam number.")
    ],
    *,
    line: Annotated[str, typer.Option("--line", help="X1,Y1,X2,Y2 in pixels of the source frame.")],
    model: ModelOption = None,
    runtime: RuntimeOption = RuntimeChoice.AUTO,
    threads: ThreadsOption = 2,
    as_json: JsonOption = False,
    render: Annotated[Path | None, typer.Option("--render", help="Write an MP4 with boxes, line and counts.")] = None,
) -> None:
    """Count the vehicles that pass a line, by kind and direction.

    Left and right are the two hands of someone who walks the line from its first point to its second in the
    picture as you see it. Ctrl-C ends the count: what was counted until then is printed, with exit code 130.
    """
    check_render(render, video)
    resolved = resolve_model(model)
    with log_on_stderr(), open_source(video) as source:
        wanted = parse_line(line, source.size_px)
        counter = LineCounter((wanted,), source.size_px, None)
        result = Result(resolved.card.name, source.fps)
        with (
            closing(open_detector(resolved, runtime, threads)) as detector,
            stopped_by_signals(source) as stop,
            drawing(render, wanted, source) as draw,
        ):
            watched = look(source, detector, Tracker(), counter)
            with shown(stop.heed(watched), "counting", source.frames_expected) as seen:
                _gather(seen, draw, result)
        account = source.report()
    result.damage = account.sentence() if account.damaged else None
    result.stopped = stop.why()
    print_result(result, as_json)
    raise typer.Exit(stop.exit_code)


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


def check_render(render: Path | None, video: str) -> None:
    """Raise UsageError now rather than after an hour of counting; and never write over the video itself."""
    if render is None:
        return
    if not render.parent.is_dir():
        raise UsageError(f"--render {render}: wanted a folder to write into, found no {render.parent}")
    if render.exists() and not render.is_file():
        raise UsageError(f"--render {render}: wanted a file, found a folder or device")
    if render.exists() and Path(video).exists() and render.samefile(video):
        raise UsageError(f"--render {render}: wanted another file than the video that is read, found the same")


@contextmanager
def drawing(file: Path | None, line: Line, source: Source) -> Iterator[Callable[[Seen], None]]:
    """Draws each frame given to it into `file`, a video that appears when the block ends well; None draws nothing."""
    if file is None:
        yield lambda _seen: None
        return
    ends_px = np.array(line.ends_px, np.float32)
    passed: Counter[tuple[Direction, KindName]] = Counter()
    with VideoWriter(file, source.size_px, source.fps) as video:

        def draw(seen: Seen) -> None:
            passed.update((each.direction, each.vehicle) for each in seen.crossings)
            captions = [f"{way}: {_words(way, passed)}" for way in Direction]
            video.write(overlay(seen.frame.image, seen.tracks, [ends_px], captions), seen.frame.media_s)

        yield draw


def _words(way: Direction, passed: Counter[tuple[Direction, KindName]]) -> str:
    return ", ".join(f"{kind} {number}" for (to, kind), number in sorted(passed.items()) if to is way) or "0"


def _gather(watched: Iterable[Seen], draw: Callable[[Seen], None], result: Result) -> None:
    """Watch to the end, and write down in `result` what passed."""
    began_s = time.monotonic()
    for seen in watched:
        result.frames += 1
        result.crossings += seen.crossings
        draw(seen)
        result.seconds = time.monotonic() - began_s
