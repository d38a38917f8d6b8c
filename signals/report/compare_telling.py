"""What `ngatu compare` prints: tables for people, a document for programs."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from signals.report.compare import Compared, Comparison, Movement
from signals.report.geh import GOOD, GOOD_SHARE_WANTED
from vision.events.bodies import Direction

ARROWS = {"left_to_right": "l → r", "right_to_left": "r → l"}


def print_comparison(found: Comparison) -> None:
    """Movement by movement, then row by row where a movement has several. Rows not wholly watched are dim."""
    console = Console()
    movements = _table("by movement", ("line", "way", "kind"), ("hand", "engine", "error", "GEH", f"GEH < {GOOD:g}"))
    for one in found.movements:
        movements.add_row(*(Text(cell) for cell in _movement_cells(one)))
    console.print(movements)
    if len(found.rows) > len(found.movements):
        console.print(_row_table(found.rows))
    console.print(Text(verdict(found)), soft_wrap=True, highlight=False)


def _row_table(rows: Sequence[Compared]) -> Table:
    table = _table("by interval", ("since", "line", "way", "kind"), ("hand", "engine", "error", "GEH", "cover"))
    for row in rows:
        table.add_row(*(Text(cell) for cell in _row_cells(row)), style="" if row.whole else "dim")
    return table


def _table(title: str, words: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, collapse_padding=True)
    for heading in words:
        table.add_column(heading, overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def verdict(found: Comparison) -> str:
    share = found.good_share
    if share is None:
        return "no interval was wholly watched: nothing to compare"
    wanted = f"more than {GOOD_SHARE_WANTED:.0%} is the usual demand on hourly flows (TAG unit M3.1)"
    return f"{share:.0%} of {len(found.rows)} rows have GEH below {GOOD:g}; {wanted}; counts are scaled to the hour"


def doubts(found: Comparison) -> list[str]:
    """What the reader should know, one sentence each."""
    told = [f"the manual times were moved by {found.offset_s:+g} s onto the events' clock"] if found.offset_s else []
    partly = sum(not row.whole and not row.cut for row in found.rows)
    if partly:
        told.append(f"{partly} rows were not watched for all of their time; --whole leaves them out")
    cut = sum(row.cut for row in found.rows)
    if cut:
        told.append(
            f"{cut} rows begin or end inside an interval of the engine, and the events hold no crossings: not exact"
        )
    if found.left_out:
        told.append(f"{len(found.left_out)} rows were left out, because they were not watched for all of their time")
    told += [
        f"{n} × {kind} over {line} of {camera}, {way.replace('_', ' ')}, in intervals whose rows do not speak of them"
        for (camera, line, way, kind), n in sorted(found.unlisted.items())
    ]
    return told


def _movement_cells(one: Movement) -> Sequence[str]:
    percent = "" if one.percent is None else f" ({one.percent:+.1f} %)"
    numbers = (str(one.manual_n), str(one.engine_n), f"{one.difference:+d}{percent}", f"{one.geh:.1f}")
    return (one.line, _way(one.direction), one.vehicle or "all", *numbers, f"{one.good} of {one.rows}")


def _row_cells(row: Compared) -> Sequence[str]:
    coverage = "–" if row.coverage is None else f"{row.coverage:.0%}"
    numbers = (str(row.manual.n), str(row.engine_n), f"{row.difference:+d}", f"{row.geh:.1f}", coverage)
    return (
        f"{row.since:%d/%m %H:%M:%S}",
        row.manual.line,
        _way(row.manual.direction),
        row.manual.vehicle or "all",
        *numbers,
    )


def _way(direction: Direction | None) -> str:
    return ARROWS[direction] if direction else "all"


def comparison_document(found: Comparison) -> dict[str, Any]:
    return {
        "offset_s": found.offset_s,
        "rows_compared": len(found.rows),
        "share_geh_below_5": found.good_share,
        "verdict": verdict(found),
        "doubts": doubts(found),
        "movements": [_movement_document(one) for one in found.movements],
        "rows": [_row_document(row) for row in found.rows],
        "left_out": [_row_document(row) for row in found.left_out],
    }


def _movement_document(one: Movement) -> dict[str, Any]:
    return {
        "camera": one.camera,
        "line": one.line,
        "direction": one.direction,
        "vehicle": one.vehicle,
        "rows": one.rows,
        "length_s": one.length_s,
        "manual": one.manual_n,
        "engine": one.engine_n,
        "difference": one.difference,
        "percent": one.percent,
        "geh": round(one.geh, 3),
        "rows_geh_below_5": one.good,
    }


def _row_document(row: Compared) -> dict[str, Any]:
    return {
        "row": row.manual.row,
        "camera": row.camera,
        "line": row.manual.line,
        "direction": row.manual.direction,
        "vehicle": row.manual.vehicle,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "manual": row.manual.n,
        "engine": row.engine_n,
        "difference": row.difference,
        "geh": round(row.geh, 3),
        "coverage": row.coverage,
        "whole": row.whole,
        "from": row.origin,
    }
