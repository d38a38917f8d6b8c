"""`python -m benchmarks.speed.desk --json`: the desk under its load, on PostgreSQL and on SQLite, side by side.

A real `ngatu serve` on a real database with 20,000 cases: 50 reviewers at one case every 4 s (queue, case with its
pictures and clip, verdict) while devices send 500 events/s in batches. Whoever asks runs on the same cores as the
server; what they use of them is told apart. Afterwards the database is asked for every acknowledged event and verdict.
`--workers N` serves with so many processes.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk_cases import Filling
from benchmarks.speed.desk_load import Load, Tally, check_load, work
from benchmarks.speed.desk_postgres import postgres
from benchmarks.speed.desk_server import Centre, Use, furnish, serve, use_of
from benchmarks.speed.spread import give_out
from violations.store.database import open_database, reading
from violations.store.tables import CaseHistoryRow, CaseRow, EventIdRow, EventRow

DATABASES = ("postgresql", "sqlite")
AT_ONCE = 500
GOAL_MS = 300


@dataclass(frozen=True, slots=True)
class Asked:
    load: Load
    filling: Filling
    workers: int


def trial(name: str, asked: Asked) -> dict[str, Any]:
    """One database, furnished, served, loaded and checked."""
    with tempfile.TemporaryDirectory(prefix="ngatu-desk-") as folder, ExitStack() as stack:
        data = Path(folder, "data")
        data.mkdir()
        database, database_pid = f"sqlite:///{data / 'ngatu.db'}", None
        if name == "postgresql":
            database, database_pid = stack.enter_context(postgres())
        people, devices = furnish(database, data, asked.filling, asked.load.reviewers)
        with serve(database, data, people, devices, asked.workers) as centre:
            before = (use_of(centre.pid), use_of(database_pid) if database_pid else Use(0, 0), os.getloadavg()[0])
            began_s = time.monotonic()
            tally, generator_cpu_s = _in_its_own_process(centre, asked.load)
            took_s = time.monotonic() - began_s
            after = (use_of(centre.pid), use_of(database_pid) if database_pid else Use(0, 0), os.getloadavg()[0])
        figures = _figures(tally) | _kept(database, tally)
    for who, one, other in (("server", before[0], after[0]), ("database", before[1], after[1])):
        figures[f"{who}_cores"] = round((other.cpu_s - one.cpu_s) / took_s, 3)
        figures[f"{who}_memory_mb"] = round(other.memory_mb)
    return figures | {
        "generator_cores": round(generator_cpu_s / took_s, 3),
        "load_before": round(before[2], 1),
        "load_after": round(after[2], 1),
    }


def _in_its_own_process(centre: Centre, load: Load) -> tuple[Tally, float]:
    """So that the client's and the server's figures never share an interpreter. The tally, and its CPU seconds."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_generate, (centre.url, load, centre.sessions, centre.tokens, a_finding(centre)))


def _generate(url: str, load: Load, sessions: Any, tokens: Any, finding: dict[str, Any]) -> tuple[Tally, float]:
    tally = asyncio.run(work(url, load, sessions, tokens, finding))
    tally.took_s = dict(tally.took_s)
    return tally, time.process_time()


def a_finding(centre: Centre) -> dict[str, Any]:
    """The body of a case that is there, whose files the shelf has."""
    engine = open_database(centre.database)
    with reading(engine) as session:
        finding = session.scalars(select(CaseRow.finding).limit(1)).one()
    engine.dispose()
    return dict(finding)


def _figures(tally: Tally) -> dict[str, Any]:
    routes = {}
    for route, took_s in sorted(tally.took_s.items()):
        p50, p95, p99 = np.percentile(np.asarray(took_s) * 1000, [50, 95, 99]).tolist()
        routes[route] = {"n": len(took_s), "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "p99_ms": round(p99, 1)}
    worst = max((one["p95_ms"] for one in routes.values()), default=None)
    return {
        "routes": routes,
        "worst_p95_ms": worst,
        "refused": dict(tally.refused),
        "verdicts": len(tally.verdicts),
        "conflicts": tally.conflicts,
    }


def _kept(database: str, tally: Tally) -> dict[str, Any]:
    """What the database holds of all that was acknowledged."""
    engine = open_database(database)
    names, stored, known = sorted(tally.acknowledged), 0, 0
    with reading(engine) as session:
        for first in range(0, len(names), AT_ONCE):
            some = names[first : first + AT_ONCE]
            stored += session.scalar(select(func.count()).select_from(EventRow).where(EventRow.id.in_(some))) or 0
            known += session.scalar(select(func.count()).select_from(EventIdRow).where(EventIdRow.id.in_(some))) or 0
        accepted = select(CaseHistoryRow.case_id).where(CaseHistoryRow.action == "accept")
        decided = set(session.scalars(accepted))
    engine.dispose()
    return {
        "events_sent": tally.sent,
        "events_acknowledged": len(names),
        "events_lost": len(names) - min(stored, known),
        "verdicts_lost": len(set(tally.verdicts) - decided),
    }


def _rows(figures: dict[str, Any]) -> list[list[object]]:
    found = figures["databases"]
    routes = sorted({route for one in found.values() for route in one["routes"]})
    rows: list[list[object]] = []
    for route in routes:
        ms = [one["routes"].get(route) for one in found.values()]
        rows.append([route, *(f"{m['p50_ms']} / {m['p95_ms']} / {m['p99_ms']} ({m['n']})" if m else "–" for m in ms)])
    for name in ("events_acknowledged", "events_lost", "verdicts", "verdicts_lost", "conflicts", "server_cores"):
        rows.append([name, *(one[name] for one in found.values())])
    for name in ("server_memory_mb", "database_cores", "database_memory_mb", "generator_cores", "load_before"):
        rows.append([name, *(one[name] for one in found.values())])
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0, help="of load, for both databases together")
    parser.add_argument("--warm", type=float, default=5.0, help="seconds before the clock counts")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--events", type=int, default=500, help="a second")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--packages", type=int, default=50, help="different evidence packages that the cases share")
    parser.add_argument("--workers", type=int, default=2, help="server processes")
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    names = given.database or DATABASES
    load = Load(given.reviewers, given.events, given.seconds / len(names), given.warm)
    check_load(load)
    asked = Asked(load, Filling(given.cases, given.cases * 4 // 5, given.packages), given.workers)
    figures = {
        "goal_p95_ms": GOAL_MS,
        "cores": os.cpu_count(),
        "workers": given.workers,
        "databases": {name: trial(name, asked) for name in names},
    }
    give_out(figures, _rows(figures), ["p50 / p95 / p99 ms (n)", *names], as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
