"""What `ngatu compare` prints: tables for people, a document for programs."""

from typing import Any

from rich.console import Console
from rich.text import Text

from signals.report.compare_sections import compare_sections, doubts, verdict
from signals.report.comparison import Compared, Comparison, Movement
from signals.report.manual import OverLine, Way
from signals.report.telling import print_sections, say
from signals.report.words import Language, words


def print_comparison(found: Comparison) -> None:
    own = words(Language.EN)
    sections = compare_sections(found, own)
    for doubt in doubts(found, own):
        say(doubt)
    print_sections(sections)
    console = Console()
    for section in sections:
        for sentence in section.sentences:
            console.print(Text(sentence), soft_wrap=True, highlight=False)
    console.print(Text(verdict(found, own)), soft_wrap=True, highlight=False)


def comparison_document(found: Comparison) -> dict[str, Any]:
    own = words(Language.EN)
    return {
        "offset_s": found.offset_s,
        "rows_compared": len(found.rows),
        "share_geh_below_5": found.good_share,
        "verdict": verdict(found, own),
        "doubts": doubts(found, own),
        "movements": [_movement_document(one) for one in found.movements],
        "rows": [_row_document(row) for row in found.rows],
        "left_out": [_row_document(row) for row in found.left_out],
    }


def _place_document(place: OverLine | Way) -> dict[str, Any]:
    """Of a line entry and exit are null, of a turning movement line and direction."""
    none = dict.fromkeys(("line", "direction", "entry", "exit"))
    if isinstance(place, OverLine):
        return {**none, "line": place.line, "direction": place.direction}
    return {**none, "entry": place.entry, "exit": place.exit}


def _movement_document(one: Movement) -> dict[str, Any]:
    return {
        "camera": one.camera,
        **_place_document(one.place),
        "movement": one.movement,
        "vehicle": one.vehicle,
        "rows": one.rows,
        "length_s": one.length_s,
        "manual": one.manual_n,
        "engine": one.engine_n,
        "engine_error": one.engine.error,
        "within_error": one.within_error,
        "difference": one.difference,
        "percent": one.percent,
        "geh": round(one.geh, 3),
        "rows_geh_below_5": one.good,
    }


def _row_document(row: Compared) -> dict[str, Any]:
    return {
        "row": row.manual.row,
        "camera": row.camera,
        **_place_document(row.manual.place),
        "movement": row.movement,
        "vehicle": row.manual.vehicle,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "manual": row.manual.n,
        "engine": row.engine_n,
        "engine_error": row.engine.error,
        "difference": row.difference,
        "geh": round(row.geh, 3),
        "coverage": row.coverage,
        "whole": row.whole,
        "from": row.origin,
    }
