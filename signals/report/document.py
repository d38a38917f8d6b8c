"""The report as one document for programs: every interval of every line and lane, and what happened."""

from dataclasses import asdict
from typing import Any

from signals.report.assemble import Report
from signals.report.greens import Discharge
from signals.report.happened import Happening
from signals.report.junction import Books
from signals.report.junction_section import verdict_sentences
from signals.report.number import Number
from signals.report.sections import sentence
from signals.report.sheets import LaneSheet, LineSheet
from signals.report.turning import ApproachRow, Turning
from signals.report.words import Language, Words, words

APPROACH = ("vehicles", "control_delay_s", "arrivals_on_green", "split_failures", "saturation_pcu_h")


def report_document(report: Report) -> dict[str, Any]:
    """`notes` as sentences in English, with their key. A value of null is not known."""
    own = words(Language.EN)
    return {
        "reading": report.reading.account(),
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "interval_s": report.interval_s,
        "pcu_table": report.pcu.name,
        "cameras": list(report.cameras),
        "junction": _books(report.books, own) if report.books else None,
        "notes": [{"key": note.key, "sentence": sentence(note, own)} for note in report.notes],
        "lines": [_line(sheet) for sheet in report.lines],
        "lanes": [_lane(sheet) for sheet in report.lanes],
        "turnings": [_turning(one) for one in report.turnings],
        "approaches": [_approach(row) for row in report.approaches],
        "discharges": [_discharge(one) for one in report.discharges],
        "incidents": [_happening(one) for one in report.happened.incidents],
        "troubles": [_happening(one) for one in report.happened.troubles],
        "findings": [
            {"camera": camera, "offence": offence, "vehicle": kind, "n": n}
            for (camera, offence, kind), n in sorted(report.happened.findings.items())
        ],
    }


def _line(sheet: LineSheet) -> dict[str, Any]:
    totals = [
        {"direction": way, "vehicle": kind, **_number(sheet.total((way, kind)))} for way, kind in sheet.passings()
    ]
    cells = [
        {
            "since": cell.since.isoformat(),
            "until": cell.until.isoformat(),
            "coverage": cell.coverage,
            "view_moved": cell.view_moved,
            "volume": [{"direction": w, "vehicle": k, **_number(number)} for (w, k), number in cell.volume.items()],
            "speed_mps": {way: _number(number) for way, number in cell.speed_mps.items()},
        }
        for cell in sheet.cells
    ]
    return {
        "camera": sheet.camera,
        "line": sheet.line,
        "origin": sheet.origin,
        "coverage": round(sheet.coverage, 4),
        "watched_s": round(sheet.watched_s, 3),
        "totals": totals,
        "cells": cells,
    }


def _lane(sheet: LaneSheet) -> dict[str, Any]:
    cells = [
        {
            "since": cell.since.isoformat(),
            "until": cell.until.isoformat(),
            "coverage": cell.coverage,
            "queue_beyond_view": cell.beyond_view,
            **{name: _number(number) for name, number in cell.figures.items()},
        }
        for cell in sheet.cells
    ]
    return {"camera": sheet.camera, "lane": sheet.lane, "cells": cells}


def _turning(one: Turning) -> dict[str, Any]:
    flows = [
        {
            "entry": flow.entry,
            "exit": flow.exit,
            "movement": flow.movement,
            "vehicles": _number(flow.number),
            "volume": {kind: _number(number) for kind, number in kinds.items()},
        }
        for flow, kinds in zip(one.flows, one.by_kind, strict=True)
    ]
    lost = {name: _number(getattr(one, name)) for name in ("vanished", "appeared", "trembled", "imbalance")}
    return {"camera": one.camera, "balanced": one.balanced, **lost, "flows": flows}


def _approach(row: ApproachRow) -> dict[str, Any]:
    level = row.level_of_service
    return {
        "camera": row.camera,
        "stop_line": row.stop_line,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "coverage": row.coverage,
        "greens": row.greens,
        "level_of_service": None if level is None else level.model_dump(mode="json"),
        **{name: _number(getattr(row, name)) for name in APPROACH},
    }


def _discharge(one: Discharge) -> dict[str, Any]:
    slices = [
        {
            "since_s": part.since_s,
            "until_s": part.until_s,
            "greens": part.greens,
            "vehicles": _number(part.vehicles),
            "vehicles_pcu": _number(part.vehicles_pcu),
            "per_green": _number(part.per_green),
            "flow_pcu_h": _number(part.flow_pcu_h),
        }
        for part in one.slices
    ]
    return {
        "camera": one.camera,
        "stop_line": one.stop_line,
        "signal_group": one.signal_group,
        "greens": one.greens,
        "whole": one.whole,
        "pcu_table": one.pcu_table,
        "queue_veh": _number(one.queue_veh),
        "saturation_pcu_h": _number(one.saturation_pcu_h),
        "slices": slices,
    }


def _books(books: Books, own: Words) -> dict[str, Any]:
    verdict = books.verdict
    return {
        "junction": books.junction.junction,
        "storage": books.junction.storage,
        "window_s": books.window_s,
        "windows_left_out": books.left_out,
        "balanced": verdict.balanced if books.windows else None,
        "lying_arm": verdict.line,
        "lying_camera": verdict.camera,
        "sentences": verdict_sentences(books, own),
        "suspects": [_finite(asdict(one)) for one in verdict.suspects],
        "imbalances": [
            {**_labels(books, one.since_s, one.until_s), "in": one.counted_in, "out": one.counted_out,
             "in_less_out_low": one.low, "in_less_out_high": one.high}
            for one in verdict.imbalances
        ],
        "windows": [
            {**_labels(books, one.since_s, one.until_s), "counts": [asdict(count) for count in one.counts]}
            for one in books.windows
        ],
    }  # fmt: skip


def _labels(books: Books, since_s: float, until_s: float) -> dict[str, str]:
    return {"since": books.moment(since_s).isoformat(), "until": books.moment(until_s).isoformat()}


def _finite(suspect: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: a factor without an upper end is null there."""
    return {key: None if value == float("inf") else value for key, value in suspect.items()}


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "camera": one.camera,
        "what": one.what,
        "where": one.where,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
    }


def _number(number: Number) -> dict[str, Any]:
    return {"value": number.value, "error": number.error, "n": number.n}
