"""What `ngatu count` says at its end."""

import json
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from edge.cli.say import warn
from vision.events.bodies import Crossing, Direction
from vision.traffic.counts import tally


@dataclass(slots=True)
class Result:
    """What was counted.

    fps      the stream's own frames per second; None when it does not say
    seconds  how long this machine looked, on the monotonic clock
    damage   the source's own account; None when it was sound
    stopped  a sentence when somebody broke the count off
    """

    model: str
    fps: float | None
    frames: int = 0
    seconds: float = 0.0
    crossings: list[Crossing] = field(default_factory=list)
    damage: str | None = None
    stopped: str | None = None


def print_result(result: Result, as_json: bool) -> None:
    """The counts on stdout, doubts about them on stderr."""
    if result.damage:
        warn(f"the source is damaged: {result.damage}")
    if result.stopped:
        warn(f"the count is not whole: {result.stopped} after {result.frames} frames")
    if as_json:
        print(json.dumps(_document(result), ensure_ascii=False))
    else:
        Console().print(_table(result))


def _document(result: Result) -> dict[str, Any]:
    """Both directions always stand there; a kind that never passed does not."""
    return {
        "frames": result.frames,
        "fps": result.fps,
        "analysed_fps": round(result.frames / result.seconds, 2) if result.seconds else None,
        "model": result.model,
        "damage": result.damage,
        "stopped": result.stopped,
        "counts": tally(result.crossings),
        "crossings": [crossing.model_dump(mode="json", exclude_none=True) for crossing in result.crossings],
    }


def _table(result: Result) -> Table:
    table = Table("kind", title=f"{result.frames} frames in {result.seconds:.1f} s with {result.model}")
    for way in Direction:
        table.add_column(way.value.replace("_", " "), justify="right")
    counts = tally(result.crossings)
    for kind in sorted({kind for kinds in counts.values() for kind in kinds}):
        table.add_row(kind, *(str(counts[way].get(kind, 0)) for way in Direction))
    return table
