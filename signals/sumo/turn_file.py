"""Turning counts of junctions as a table: how many vehicles went from which road to which, in which time.

A CSV with the columns `from`, `to` (roads of the net), `begin_s`, `end_s`, `vehicles`, and `pcu` if it is known: mean
passenger-car units of one of those vehicles. Who goes on to the next signal is nobody's count: there vehicles divide as
all vehicles of that road do.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from pathlib import Path

from signals.errors import DemandError, Fault
from signals.sentences import said
from signals.sumo.counts import Counted, Turn
from signals.sumo.net import Net

COLUMNS = ("from", "to", "begin_s", "end_s", "vehicles")
UNITS = "pcu"
MOST_VEHICLES = 1_000_000
LARGEST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line. units: of one vehicle on the mean."""

    line: int
    road: str
    to: str
    begin_s: float
    end_s: float
    vehicles: int
    units: float


def read_turns(file: Path) -> tuple[TurnRow, ...]:
    """Raises DemandError with every line that is wrong."""
    rows: list[TurnRow] = []
    faults: list[Fault] = []
    for line, told in _lines(file):
        row = _row(line, told)
        if isinstance(row, str):
            faults.append(Fault(f"{file}:{line}", said("{file}, line {at}: {text}.", file=file, at=line, text=row)))
        else:
            rows.append(row)
    if faults:
        raise DemandError(*faults[:20])
    if not rows or not any(row.vehicles for row in rows):
        raise DemandError(Fault(str(file), said("{file}: wanted vehicles that turn, found none.", file=file)))
    return tuple(rows)


def counted_turns(rows: Sequence[TurnRow], net: Net, file: Path) -> Counted:
    """As `signals.sumo.counts` has them. Raises DemandError for a turn that no signal of the net serves."""
    signal_of = {
        (_edge(link.from_lane), _edge(link.to_lane)): name
        for name, links in net.links.items()
        for link in links
        if not link.crossing
    }
    strangers = [row for row in rows if (row.road, row.to) not in signal_of]
    if strangers:
        raise DemandError(*_strange(strangers, signal_of, file))
    turns: dict[Turn, list[float]] = defaultdict(list)
    units: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        turn = (signal_of[row.road, row.to], row.road, row.to)
        step_s = (row.end_s - row.begin_s) / max(row.vehicles, 1)
        turns[turn] += [row.begin_s + (n + 0.5) * step_s for n in range(row.vehicles)]
        units[turn[0]] += [row.units] * row.vehicles
    roads = Counter[str]()
    for (_, road, to), times in turns.items():
        roads[road] += len(times)
        roads[to] += len(times)
    means = {signal: sum(each) / len(each) for signal, each in units.items() if each}
    return Counted(dict(turns), _onward(turns, net), roads, 1, means)


def span_of(rows: Sequence[TurnRow]) -> tuple[float, float]:
    """From the first begin to the last end."""
    return min(row.begin_s for row in rows), max(row.end_s for row in rows)


def _lines(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise DemandError(
                Fault(
                    str(file),
                    said(
                        "{file}: wanted a table of turning counts, found a file of {size} bytes.",
                        file=file,
                        size=file.stat().st_size,
                    ),
                )
            )
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DemandError(
            Fault(str(file), said("{file} cannot be read: {why}.", file=file, why=error.strerror))
        ) from error
    except UnicodeDecodeError as error:
        raise DemandError(
            Fault(str(file), said("{file}: wanted a table in UTF-8, found other bytes.", file=file))
        ) from error
    table = csv.DictReader(StringIO(text))
    lacking = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if lacking:
        found = ", ".join(table.fieldnames or ())[:80] or said("nothing")
        raise DemandError(
            Fault(
                f"{file}:1",
                said(
                    "{file}: wanted the columns {wanted}, found {found}.",
                    file=file,
                    wanted=", ".join(COLUMNS),
                    found=found,
                ),
            )
        )
    for row in table:
        yield table.line_num, {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}


def _row(line: int, told: Mapping[str, str]) -> TurnRow | str:
    """The row, or what is wrong with it."""
    numbers: dict[str, float] = {}
    for name in ("begin_s", "end_s", "vehicles", UNITS):
        text = told.get(name, "") or ("1" if name == UNITS else "")
        try:
            numbers[name] = float(text)
        except ValueError:
            return said("{name}: wanted a number, found '{found}'", name=name, found=text)
        if not (isfinite(numbers[name]) and numbers[name] >= 0):
            return said("{name}: wanted a number of 0 or more, found {found}", name=name, found=text)
    begin_s, end_s, vehicles = numbers["begin_s"], numbers["end_s"], numbers["vehicles"]
    if end_s <= begin_s:
        return said("wanted an end after the begin, found {begin_s:g} to {end_s:g} s", begin_s=begin_s, end_s=end_s)
    if vehicles != int(vehicles) or vehicles > MOST_VEHICLES:
        return said("vehicles: wanted a whole number up to {most}, found {found:g}", most=MOST_VEHICLES, found=vehicles)
    if not numbers[UNITS]:
        return said("{name}: wanted a number above 0, found {found}", name=UNITS, found=told[UNITS])
    return TurnRow(line, told["from"], told["to"], begin_s, end_s, int(vehicles), numbers[UNITS])


def _strange(rows: Sequence[TurnRow], signal_of: Mapping[tuple[str, str], str], file: Path) -> Iterator[Fault]:
    for row in rows[:20]:
        known = sorted(to for road, to in signal_of if road == row.road)
        where = f"{file}:{row.line}"
        if known:
            sentence = said(
                "no signal of the net lets anybody turn from {road} to {to} (from there one goes to: {known})",
                road=row.road,
                to=row.to,
                known=", ".join(known[:10]),
            )
        else:
            sentence = said("the net has no road {road} that leads to a signal", road=row.road)
        yield Fault(where, said("{file}, line {at}: {text}.", file=file, at=row.line, text=sentence))


def _onward(turns: Mapping[Turn, Sequence[float]], net: Net) -> dict[tuple[Turn, Turn], tuple[int, float]]:
    """How many went on, and how long they drive; only over roads on which nobody can turn away before the next
    signal."""
    seconds = {lane.edge: lane.length_m / max(lane.speed_mps, 0.1) for lane in net.lanes.values()}
    after: dict[str, set[str]] = defaultdict(set)
    for lane, others in net.after.items():
        after[_edge(lane)] |= {_edge(other) for other in others}
    by_road: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        by_road[turn[1]].append(turn)
    found: dict[tuple[Turn, Turn], tuple[int, float]] = {}
    for turn, times in turns.items():
        road, drive_s, seen = turn[2], 0.0, set[str]()
        while road not in by_road and road not in seen and len(after[road]) == 1:
            seen.add(road)
            drive_s += seconds.get(road, 0.0)
            (road,) = after[road]
        total = sum(len(turns[other]) for other in by_road.get(road, ()))
        for other in by_road.get(road, ()) if total else ():
            count = round(len(times) * len(turns[other]) / total)
            if count:
                found[turn, other] = count, drive_s + seconds.get(road, 0.0)
    return found


def _edge(lane: str) -> str:
    return lane.rpartition("_")[0]
