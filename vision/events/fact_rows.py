"""Traffic facts as long rows, one number each: what tables, CSV files and plots are made from."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import BaseModel

from vision.events.facts import (
    ApproachFacts,
    FactsBody,
    Figure,
    GreenFacts,
    GreenSlice,
    LaneFacts,
    LineFacts,
    Turn,
    TurningFacts,
)
from vision.vehicles import KindName


class FactRow(NamedTuple):
    """One number. place: the line, lane or stop line, or `entry>exit`; kind: None for all vehicles together.

    value, error None: not known, `why` says why. The unit is the end of `measure` (`headway_s`); without one it is a
    number of vehicles or a share of 1.
    """

    place: str
    lane: str | None
    direction: str | None
    movement: str | None
    kind: KindName | None
    measure: str
    value: float | None
    error: float | None
    n: int | None
    why: str | None


class _Where(NamedTuple):
    place: str
    lane: str | None = None
    direction: str | None = None
    movement: str | None = None


def place_of(body: FactsBody) -> str:
    """The name under which the facts of one body are kept."""
    match body:
        case LineFacts():
            return body.line
        case LaneFacts():
            return body.lane
        case ApproachFacts() | GreenFacts():
            return body.stop_line
    return "junction"


def rows_of(body: FactsBody) -> Iterator[FactRow]:
    """Every number of the body, in the order of its fields."""
    if isinstance(body, LineFacts):
        yield from _rows(body, _Where(body.line, body.lane, body.direction.value))
    elif isinstance(body, LaneFacts):
        yield from _rows(body, _Where(body.lane, body.lane))
    else:
        yield from _rows(body, _Where(place_of(body)))
    if isinstance(body, TurningFacts):
        for turn in body.turns:
            yield from _turn_rows(turn)
    if isinstance(body, GreenFacts):
        for part in body.slices:
            yield from _slice_rows(part, body.stop_line)


def _turn_rows(turn: Turn) -> Iterator[FactRow]:
    return _rows(turn, _Where(f"{turn.entry}>{turn.exit}", movement=turn.movement))


def _slice_rows(part: GreenSlice, stop_line: str) -> Iterator[FactRow]:
    return _rows(part, _Where(stop_line), f"green_{part.since_s:g}_to_{part.until_s:g}_s_")


def _rows(model: BaseModel, where: _Where, prefix: str = "") -> Iterator[FactRow]:
    for name, value in model:
        if isinstance(value, Figure):
            yield _row(where, None, prefix + name, value)
        elif isinstance(value, dict):
            for kind, figure in value.items():
                yield _row(where, kind, prefix + name, figure)


def _row(where: _Where, kind: KindName | None, measure: str, one: Figure) -> FactRow:
    return FactRow(*where, kind, measure, one.value, one.error, one.n, one.why)
