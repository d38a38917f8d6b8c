"""A manual count from a CSV file: who counted what, over which line or on which way, from when to when."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from signals.report.clock import VIETNAM
from signals.report.errors import ManualError
from vision.events.bodies import Direction
from vision.vehicles import KIND_NAMES, KindName

NEEDED = ("since", "until", "vehicle", "n")
OF_LINES = ("line", "direction")
OF_TURNS = ("entry", "exit")
COLUMNS = (*NEEDED, *OF_LINES, *OF_TURNS, "camera")
EVERY = ("", "all")

TEMPLATE = """\
since,until,line,direction,entry,exit,vehicle,n,camera
2026-11-20 07:00:00,2026-11-20 07:15:00,north_stop,right_to_left,,,motorbike,212,
2026-11-20 07:00:00,2026-11-20 07:15:00,north_stop,right_to_left,,,car,38,
2026-11-20 07:15:00,2026-11-20 07:30:00,north_stop,right_to_left,,,all,261,
2026-11-20 07:00:00,2026-11-20 07:15:00,,,north_stop,east_exit,motorbike,41,
2026-11-20 07:00:00,2026-11-20 07:15:00,,,north_stop,east_exit,car,7,
"""
EXPLAINED = """\
One row for each interval, kind, and line or turning movement that somebody counted; the order of the columns is free.
since, until  clock times (2026-11-20 07:00:00, Vietnam's time unless an offset such as +00:00 stands behind), or
              seconds from the first frame of one recording (0, 90.5); the end is not part of the interval
line          name of the line in the scene, for a count over one line
direction     left_to_right or right_to_left; empty or all: both together
entry, exit   for a turning movement: names of the lines over which it enters and leaves; then line stays empty
vehicle       motorbike, bicycle, car, bus, truck, pedestrian; empty or all: every kind but pedestrians
n             vehicles, 0 or more: a row with 0 says that somebody looked and saw none; a missing row says nothing
camera        only where events of several cameras are compared
"""

Moment = datetime | float
"""Clock time, aware; or media seconds of one recording."""


@dataclass(frozen=True, slots=True)
class OverLine:
    """direction None: both together."""

    line: str
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class Way:
    """From one line to another through the junction; both ends of the same name: turned around."""

    entry: str
    exit: str


@dataclass(frozen=True, slots=True)
class ManualCount:
    """`n` vehicles at `place` in [since, until). vehicle, camera None: all of them; `row` in the file."""

    row: int
    since: Moment
    until: Moment
    place: OverLine | Way
    vehicle: KindName | None
    n: int
    camera: str | None

    @property
    def length_s(self) -> float:
        if isinstance(self.since, datetime) and isinstance(self.until, datetime):
            return (self.until - self.since).total_seconds()
        assert isinstance(self.since, float) and isinstance(self.until, float)
        return self.until - self.since


def read_manual(file: Path) -> list[ManualCount]:
    """Raises ManualError with file and line for anything that is not exactly what `EXPLAINED` says."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ManualError(file, 0, f"wanted a CSV file in UTF-8 ({error})") from error
    reader = csv.DictReader(io.StringIO(text), restkey="", strict=True)
    try:
        _check_heading(file, reader.fieldnames or [])
        counts = [_count(file, reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ManualError(file, reader.line_num, f"wanted CSV: {error}") from error
    if not counts:
        raise ManualError(
            file, 0, "wanted counts, found a heading alone (`ngatu compare --template` prints an example)"
        )
    _check_agree(file, counts)
    return counts


def _check_heading(file: Path, names: object) -> None:
    found = [str(name).strip() for name in cast(list[str], names)]
    absent = [name for name in NEEDED if name not in found]
    placed = "line" in found or set(OF_TURNS) <= set(found)
    strange = [name for name in found if name not in COLUMNS]
    if absent or not placed or strange or len(set(found)) != len(found):
        shown = ", ".join(found) or "nothing"
        raise ManualError(
            file,
            1,
            f"wanted the heading {','.join(COLUMNS)} (needed: {', '.join(NEEDED)}, and line or entry and exit); "
            f"found {shown}",
        )


def _count(file: Path, line: int, row: Mapping[str, str | None]) -> ManualCount:
    cells = {str(name).strip(): (value or "").strip() for name, value in row.items() if isinstance(value, str | None)}
    if "" in row or None in row.values():
        found = "more" if "" in row else "fewer"
        raise ManualError(file, line, f"wanted as many values as the heading has names, found {found}")
    since, until = (_moment(file, line, name, cells[name]) for name in ("since", "until"))
    if isinstance(since, datetime) != isinstance(until, datetime):
        raise ManualError(file, line, f"since, until: wanted two clock times or two seconds; found {since} and {until}")
    count = ManualCount(
        line, since, until, _place(file, line, cells), _vehicle(file, line, cells["vehicle"]),
        _whole(file, line, cells["n"]), cells.get("camera") or None,
    )  # fmt: skip
    if not count.length_s > 0:
        raise ManualError(file, line, f"until: wanted a time after since {cells['since']}, found {cells['until']}")
    return count


def _moment(file: Path, line: int, name: str, text: str) -> Moment:
    try:
        seconds = float(text)
    except ValueError:
        pass
    else:
        if 0 <= seconds < 1e9:
            return seconds
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        wanted = "a clock time such as 2026-11-20 07:00:00, or seconds of the recording such as 90.5"
        raise ManualError(file, line, f"{name}: wanted {wanted}; found {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _place(file: Path, line: int, cells: Mapping[str, str]) -> OverLine | Way:
    said = {name: cells.get(name, "") for name in (*OF_LINES, *OF_TURNS)}
    found = ", ".join(f"{name} {value}" for name, value in said.items() if value) or "nothing"
    if said["entry"] and said["exit"] and not (said["line"] or said["direction"]):
        return Way(said["entry"], said["exit"])
    if said["line"] and not (said["entry"] or said["exit"]):
        return OverLine(said["line"], _direction(file, line, said["direction"]))
    raise ManualError(
        file, line, f"line: wanted the name of a line, or of two lines as entry and exit without line; found {found}"
    )


def _direction(file: Path, line: int, text: str) -> Direction | None:
    if text in EVERY:
        return None
    if text not in list(Direction):
        raise ManualError(file, line, f"direction: wanted {', '.join(Direction)} or all; found {text!r}")
    return Direction(text)


def _vehicle(file: Path, line: int, text: str) -> KindName | None:
    if text in EVERY:
        return None
    if text not in KIND_NAMES:
        raise ManualError(file, line, f"vehicle: wanted {', '.join(KIND_NAMES)} or all; found {text!r}")
    return text


def _whole(file: Path, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ManualError(file, line, f"n: wanted a whole number of vehicles, 0 or more; found {text!r}")
    return int(text)


def _check_agree(file: Path, counts: list[ManualCount]) -> None:
    """One file has one kind of time, and says each thing once."""
    first = counts[0]
    seen: dict[tuple[object, ...], int] = {}
    for one in counts:
        if isinstance(one.since, datetime) != isinstance(first.since, datetime):
            raise ManualError(file, one.row, f"since: wanted the same kind of time as in line {first.row}")
        key = (one.since, one.until, one.place, one.vehicle, one.camera)
        if key in seen:
            raise ManualError(file, one.row, f"the same interval, place and kind as in line {seen[key]}")
        seen[key] = one.row
