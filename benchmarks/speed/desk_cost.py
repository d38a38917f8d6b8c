"""`python -m benchmarks.speed.desk_cost --json`: processor time of one request of each kind, on both databases.

A busy machine makes answers late, but the processor time that an answer takes stays nearly the same: so this figure can
be compared from one day to the next where the times of `benchmarks.speed.desk` cannot. One person and one box ask, one
request after the other, each kind a fixed number of times; the server's and the database's own time is read from /proc.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk import DATABASES, a_finding
from benchmarks.speed.desk_cases import Filling
from benchmarks.speed.desk_load import CASE, CLIP, CLIP_RANGE, MEDIA, ONWARD, STAYS, Batches
from benchmarks.speed.desk_postgres import postgres
from benchmarks.speed.desk_server import Centre, furnish, serve, use_of
from benchmarks.speed.spread import give_out

WARM = 10
BATCH = 50
Ask = Callable[[], httpx.Response]


def trial(name: str, filling: Filling, times: int) -> dict[str, Any]:
    """Milliseconds of processor time a request, of the server and of the database, by kind."""
    with tempfile.TemporaryDirectory(prefix="ngatu-cost-") as folder, ExitStack() as stack:
        data = Path(folder, "data")
        data.mkdir()
        database, database_pid = f"sqlite:///{data / 'ngatu.db'}", None
        if name == "postgresql":
            database, database_pid = stack.enter_context(postgres())
        people, devices = furnish(database, data, filling, reviewers=1)
        centre = stack.enter_context(serve(database, data, people, devices, workers=1))
        cookies = {"ngatu_session": next(iter(people.values()))}
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        browser = stack.enter_context(httpx.Client(base_url=centre.url, cookies=cookies, headers=headers, timeout=60))
        token = {"authorization": f"Bearer {next(iter(devices.values()))}"}
        box = stack.enter_context(httpx.Client(base_url=centre.url, headers=token, timeout=60))
        kinds = _kinds(browser, box, centre)
        return {kind: _cost(ask, times, centre.pid, database_pid) for kind, ask in kinds.items()}


def _kinds(browser: httpx.Client, box: httpx.Client, centre: Centre) -> dict[str, Ask]:
    """What the load asks for, one after the other; cases are looked at and judged as the desk leads on."""
    desk = _Desk(browser)
    page = desk.look().text
    clip = CLIP.search(page)
    pictures = [name for name in MEDIA.findall(page) if clip is None or name != clip[1]]
    if clip is None or not pictures:
        raise BenchmarkError("case: wanted one with pictures and a clip, found none")
    batches = Batches(0, BATCH, a_finding(centre))
    return {
        "GET /queue": lambda: browser.get("/queue"),
        "GET /cases/{id}": desk.look,
        "POST /cases/{id}": desk.judge,
        "GET /api/evidence (picture)": lambda: browser.get(pictures[0]),
        "GET /api/evidence (clip)": lambda: browser.get(clip[1], headers={"range": CLIP_RANGE}),
        f"POST /api/events ({BATCH})": lambda: box.post("/api/events", json={"events": batches.next()}),
    }


class _Desk:
    """One reviewer's way from case to case."""

    def __init__(self, browser: httpx.Client) -> None:
        self._browser = browser
        found = CASE.search(browser.get("/queue").text)
        if found is None:
            raise BenchmarkError("queue: wanted cases that wait, found none")
        self._here = found[0]
        self._token = sha256(f"form {browser.cookies['ngatu_session']}".encode()).hexdigest()

    def look(self) -> httpx.Response:
        return self._browser.get(self._here)

    def judge(self) -> httpx.Response:
        """A verdict on a case nobody has judged: the versions of such cases are all 1."""
        form = {"token": self._token, "verdict": "accept", "note": "", "version": "1", "reviewer": ""}
        answer = self._browser.post(self._here, data=form, headers=STAYS)
        onward = CASE.match(answer.headers.get(ONWARD, ""))
        if onward is None:
            raise BenchmarkError(f"{self._here}: wanted a verdict that leads on, found status {answer.status_code}")
        self._here = onward[0]
        return answer


def _cost(ask: Ask, times: int, server: int, database: int | None) -> dict[str, float]:
    for _ in range(WARM):
        _asked(ask)
    before = use_of(server).cpu_s, use_of(database).cpu_s if database else 0.0
    for _ in range(times):
        _asked(ask)
    after = use_of(server).cpu_s, use_of(database).cpu_s if database else 0.0
    server_ms, database_ms = (1000 * (later - earlier) / times for earlier, later in zip(before, after, strict=True))
    return {"server_ms": round(server_ms, 2), "database_ms": round(database_ms, 2)}


def _asked(ask: Ask) -> None:
    answer = ask()
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        raise BenchmarkError(f"{answer.request.url}: wanted an answer, found status {answer.status_code}")


def _cores(kinds: dict[str, dict[str, float]]) -> float:
    """What 50 people at a case every 4 s and 500 events/s need: each case is one of every kind, but five pictures."""
    ms = {kind: one["server_ms"] + one["database_ms"] for kind, one in kinds.items()}
    events = next(kind for kind in ms if "events" in kind)
    picture = next(kind for kind in ms if "picture" in kind)
    case = sum(one for kind, one in ms.items() if kind != events) + 4 * ms[picture]
    return round((50 / 4 * case + 500 / BATCH * ms[events]) / 1000, 2)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=150, help="requests of each kind")
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    names = given.database or DATABASES
    filling = Filling(given.cases, given.cases, packages=20)
    found = {name: trial(name, filling, given.times) for name in names}
    cores = {name: _cores(kinds) for name, kinds in found.items()}
    first = next(iter(found.values()))
    rows = [[k, *(f"{one[k]['server_ms']} + {one[k]['database_ms']}" for one in found.values())] for k in first]
    rows.append(["cores at full load", *map(str, cores.values())])
    figures = {"times": given.times, "cores_at_full_load": cores, "databases": found}
    give_out(figures, rows, ["server + database, ms of processor", *names], as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
