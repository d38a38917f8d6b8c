"""`python -m benchmarks.speed.desk_queue --json`: the queue with 100,000 waiting cases, on PostgreSQL and on SQLite.

A real `ngatu serve` on a filled database, asked by one signed-in reviewer, one request after the other: the page and
its JSON, plain, with each filter, searched by plate, and far down; beside them the lists of all cases.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk import DATABASES
from benchmarks.speed.desk_cases import Filling, camera_name
from benchmarks.speed.desk_postgres import postgres
from benchmarks.speed.desk_server import furnish, serve
from benchmarks.speed.spread import give_out

GOAL_MS = 200
NEXT = re.compile(r'href="(/queue\?[^"]*after=[^"]*)"')
PAGES_DOWN = 20


def trial(name: str, filling: Filling, rounds: int) -> dict[str, Any]:
    """Milliseconds of each question to one database, over `rounds` askings."""
    with tempfile.TemporaryDirectory(prefix="ngatu-queue-") as folder, ExitStack() as stack:
        data = Path(folder, "data")
        data.mkdir()
        database = f"sqlite:///{data / 'ngatu.db'}"
        if name == "postgresql":
            database, _ = stack.enter_context(postgres())
        people, devices = furnish(database, data, filling, reviewers=1)
        centre = stack.enter_context(serve(database, data, people, devices, workers=1))
        cookies = {"ngatu_session": next(iter(people.values()))}
        with httpx.Client(base_url=centre.url, cookies=cookies, timeout=60) as browser:
            questions = _questions(browser)
            return {asked: _asked(browser, address, rounds) for asked, address in questions.items()}


def _questions(browser: httpx.Client) -> dict[str, str]:
    far, cursor = "/queue", None
    for _ in range(PAGES_DOWN):
        link = NEXT.search(browser.get(far).text)
        far = link[1].replace("&amp;", "&") if link else far
        cursor = browser.get("/api/queue", params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()[
            "next"
        ]
    plates = [case["plate"] for case in browser.get("/api/queue").json()["cases"] if case["plate"]]
    plate = quote(plates[0].lower().replace("-", " "))
    return {
        "page": "/queue",
        "page by plate": f"/queue?plate={plate}",
        "page by offence": "/queue?offence=wrong_way",
        "page by camera": f"/queue?camera={camera_name(7)}",
        "page, overdue": "/queue?due=past",
        "page, all filters": f"/queue?due=soon&offence=red_light&camera={camera_name(7)}",
        f"page {PAGES_DOWN + 1}": far,
        "JSON": "/api/queue",
        "JSON by plate": f"/api/queue?plate={plate}",
        "JSON by offence and camera": f"/api/queue?offence=wrong_way&camera={camera_name(7)}",
        "JSON, overdue": "/api/queue?due_within=-1",
        "JSON, far down": f"/api/queue?cursor={cursor}" if cursor else "/api/queue",
        "all cases, page": "/cases",
        "all cases, accepted": "/cases?state=accepted",
        "all cases, JSON": "/api/cases",
    }


def _asked(browser: httpx.Client, address: str, rounds: int) -> dict[str, float]:
    headers = {"accept": "application/json" if address.startswith("/api/") else "text/html"}
    took_ms = []
    for _ in range(rounds):
        began_s = time.monotonic()
        answer = browser.get(address, headers=headers)
        took_ms.append(1000 * (time.monotonic() - began_s))
        if not answer.is_success:
            raise BenchmarkError(f"{address}: wanted an answer, found {answer.status_code}")
    p50, p95 = np.percentile(took_ms, [50, 95]).tolist()
    return {"n": rounds, "p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="that wait; a quarter as many are decided")
    parser.add_argument("--rounds", type=int, default=40, help="askings of each question")
    parser.add_argument("--packages", type=int, default=20, help="different evidence packages that the cases share")
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    names = given.database or DATABASES
    filling = Filling(given.cases + given.cases // 4, given.cases, given.packages)
    found = {name: trial(name, filling, given.rounds) for name in names}
    worst = {name: max(one["p95_ms"] for one in asked.values()) for name, asked in found.items()}
    figures = {"goal_p95_ms": GOAL_MS, "cases": given.cases, "worst_p95_ms": worst, "databases": found}
    first = next(iter(found.values()))
    rows = [[asked, *(f"{one[asked]['p50_ms']} / {one[asked]['p95_ms']}" for one in found.values())] for asked in first]
    give_out(figures, rows, ["p50 / p95 ms", *names], as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
