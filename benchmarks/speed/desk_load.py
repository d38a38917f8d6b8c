"""Reviewers and devices at a running centre, all in one process: who asks for what, and how long it took."""

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from random import Random
from typing import Any

import httpx

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk_cases import CAMERAS, DISTRICTS, camera_name, district_name, drawn_plate

CYCLE_S = 4.0
BATCH_S = 1.0
PATIENCE_S = 30.0
FINDING_SHARE = 0.01
COUNTS_UNTIL = 0.5
CLIP_RANGE = "bytes=0-262143"
# As the page's own script sends a verdict: the answer says what was recorded, and where to go on.
STAYS, ONWARD = {"x-ngatu-stays": "1"}, "x-ngatu-onward"
CASE = re.compile(r"/cases/(\d+)")
VERSION = re.compile(r'name="version" value="(\d+)"')
MEDIA = re.compile(r'(?:src|poster)="(/api/evidence/[0-9a-f]{64})"')
CLIP = re.compile(r'<video src="(/api/evidence/[0-9a-f]{64})"')


@dataclass(slots=True)
class Tally:
    """took_s: seconds from sending to the last byte, by route; refused: answers without success, by route and status.

    sent, acknowledged: events; verdicts: recorded; conflicts: cases that somebody else had decided.
    """

    took_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    acknowledged: set[str] = field(default_factory=set)
    verdicts: list[int] = field(default_factory=list)
    conflicts: int = 0

    async def ask(self, route: str, asking: Any) -> httpx.Response | None:
        """The answer; None where there was none in time, which counts as refused."""
        began_s = time.monotonic()
        try:
            answer: httpx.Response = await asking
        except httpx.HTTPError as error:
            self.refused[f"{route} {type(error).__name__}"] += 1
            return None
        self.took_s[route].append(time.monotonic() - began_s)
        if answer.status_code >= HTTPStatus.BAD_REQUEST and answer.status_code != HTTPStatus.CONFLICT:
            self.refused[f"{route} {answer.status_code}"] += 1
        return answer


@dataclass(frozen=True, slots=True)
class Load:
    """How many people and events, for how long; what people wait for in the first `warm_s` is not counted."""

    reviewers: int
    events_per_s: int
    seconds: float
    warm_s: float


async def work(
    url: str, load: Load, sessions: Mapping[str, str], tokens: Mapping[str, str], finding: dict[str, Any]
) -> Tally:
    """Everybody at once until the time is over. finding: the body that findings are sent with."""
    tally = Tally()
    warm = Tally()
    began_s = time.monotonic()

    def now_tally() -> Tally:
        return warm if time.monotonic() - began_s < load.warm_s else tally

    ends_s = began_s + load.warm_s + load.seconds
    people = [
        _review(_browser(url, secret), place, now_tally, began_s + CYCLE_S * place / load.reviewers, ends_s)
        for place, secret in enumerate(list(sessions.values())[: load.reviewers])
    ]
    per_batch = round(load.events_per_s * BATCH_S / len(tokens))
    boxes = [
        _send(_box(url, token), Batches(place, per_batch, finding), tally, ends_s)
        for place, token in enumerate(tokens.values())
    ]
    await asyncio.gather(*people, *boxes)
    tally.verdicts += warm.verdicts
    return tally


def _browser(url: str, secret: str) -> httpx.AsyncClient:
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    return httpx.AsyncClient(base_url=url, cookies={"ngatu_session": secret}, headers=headers, timeout=PATIENCE_S)


def _box(url: str, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE_S)


async def _review(
    browser: httpx.AsyncClient, place: int, tally: Callable[[], Tally], starts_s: float, ends_s: float
) -> None:
    """One person: the queue, the case they are led to with its pictures, the verdict; one case every CYCLE_S.

    More than the page's script asks for: it goes from case to case and comes back to the queue now and then."""
    led: str | None = None
    async with browser:
        while starts_s < ends_s:
            await asyncio.sleep(max(0.0, starts_s - time.monotonic()))
            starts_s += CYCLE_S
            queue = await tally().ask("GET /queue", browser.get("/queue"))
            led = led or _nth_case(queue, place)
            led = await _decide(tally(), browser, led) if led else None


async def _decide(tally: Tally, browser: httpx.AsyncClient, case: str) -> str | None:
    """Look at the case and accept it; the address of the one that the desk leads on to."""
    page = await tally.ask("GET /cases/{id}", browser.get(case))
    version = VERSION.search(page.text) if page else None
    if page is None or version is None:
        return None
    await asyncio.gather(*_media(tally, browser, page.text))
    token = sha256(f"form {browser.cookies['ngatu_session']}".encode()).hexdigest()
    form = {"token": token, "verdict": "accept", "note": "", "version": version[1], "reviewer": ""}
    answer = await tally.ask("POST /cases/{id}", browser.post(case, data=form, headers=STAYS))
    return _after(tally, case, answer)


def _nth_case(queue: httpx.Response | None, place: int) -> str | None:
    found = list(dict.fromkeys(CASE.findall(queue.text))) if queue else []
    return f"/cases/{found[place % len(found)]}" if found else None


def _media(tally: Tally, browser: httpx.AsyncClient, page: str) -> list[Any]:
    """As a browser asks: every picture, and the beginning of the clip."""
    clip = CLIP.search(page)
    names = set(MEDIA.findall(page)) - ({clip[1]} if clip else set())
    asked = [tally.ask("GET /api/evidence (picture)", browser.get(name)) for name in names]
    if clip:
        asked.append(tally.ask("GET /api/evidence (clip)", browser.get(clip[1], headers={"range": CLIP_RANGE})))
    return asked


def _after(tally: Tally, case: str, answer: httpx.Response | None) -> str | None:
    if answer is None:
        return None
    if answer.status_code == HTTPStatus.CONFLICT:
        tally.conflicts += 1
    if ONWARD not in answer.headers:
        return None
    tally.verdicts.append(int(case.rpartition("/")[2]))
    onward = CASE.match(answer.headers[ONWARD])
    return onward[0] if onward else None


class Batches:
    """What the cameras of one district see, batch by batch."""

    def __init__(self, place: int, size: int, finding: dict[str, Any]) -> None:
        self._chance = Random(place)  # noqa: S311  the same events every time
        self._cameras = [camera_name(n) for n in range(CAMERAS) if district_name(n) == district_name(place)]
        self._finding = finding
        self._size = size
        self._number = 0
        self.first_s = BATCH_S * place / DISTRICTS

    def next(self) -> list[dict[str, Any]]:
        numbers = range(self._number, self._number + self._size)
        self._number += self._size
        return [self._event(number) for number in numbers]

    def _event(self, number: int) -> dict[str, Any]:
        camera, drawn = self._cameras[number % len(self._cameras)], self._chance.random()
        if drawn < FINDING_SHARE:
            said = {"plate": drawn_plate(self._chance), "track": number + 1}
            return _envelope(camera, number, "finding", self._finding | said)
        if drawn < COUNTS_UNTIL:
            counts = {"left_to_right": {"motorbike": self._chance.randrange(40), "car": self._chance.randrange(9)}}
            body = {"line": "north", "since_s": number * 15.0, "until_s": number * 15.0 + 15, "coverage": 1.0}
            return _envelope(camera, number, "counts", body | {"counts": counts})
        body = {"line": "north", "role": "counting", "track": number + 1, "vehicle": "motorbike", "frame": number}
        at = {"direction": "left_to_right", "at_s": number / 10, "at_error_s": 0.04, "x": 0.5, "y": 0.6}
        return _envelope(camera, number, "crossing", body | at)


async def _send(box: httpx.AsyncClient, batches: Batches, tally: Tally, ends_s: float) -> None:
    """One box: a batch every BATCH_S; one that is not acknowledged was sent in vain."""
    starts_s = time.monotonic() + batches.first_s
    async with box:
        while starts_s < ends_s:
            await asyncio.sleep(max(0.0, starts_s - time.monotonic()))
            starts_s += BATCH_S
            batch = batches.next()
            tally.sent += len(batch)
            answer = await tally.ask("POST /api/events", box.post("/api/events", json={"events": batch}))
            if answer is not None and answer.is_success:
                tally.acknowledged.update(answer.json()["acknowledged"])


def _envelope(camera: str, number: int, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{camera}/b1/{number}",
        "source": f"/cameras/{camera}",
        "type": f"vn.ngatu.{kind}.v1",
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "camera": camera,
        "boot": "b1",
        "sequence": number,
        "data": data,
    }


def check_load(load: Load) -> None:
    """Raises BenchmarkError for what the material cannot carry."""
    if load.events_per_s < DISTRICTS or load.reviewers < 1 or load.seconds <= 0:
        raise BenchmarkError(
            f"load: wanted at least 1 reviewer, {DISTRICTS} events/s and some seconds, found {load.reviewers}, "
            f"{load.events_per_s} and {load.seconds:g}"
        )
