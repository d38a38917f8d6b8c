"""The public ledger: for everybody, in JSON and CSV, counted at most every ten minutes."""

from datetime import UTC, datetime

from violations.api.error_ledger import FRESH_S, ErrorLedger
from violations.cases.moves import Event, Step
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, Role, Verdict
from violations.store.case_steps import give_verdict, take_steps
from violations.store.ingest import ingest

LAN, HEAD = Actor("Lan", Role.REVIEWER), Actor("Hùng", Role.SUPERVISOR)
LAST_MONTH_S = -30 * 86_400.0


def decide(engine, shelf, make_finding, noon, n):
    """n cases of last month: the first is withdrawn and closed, the second rejected, the others accepted."""
    ingest(engine, shelf, [make_finding(number, at_s=LAST_MONTH_S + number) for number in range(n)], noon)
    for case in range(1, n + 1):
        ruling = Ruling(Verdict.REJECT, "no_offence") if case == 2 else Ruling(Verdict.ACCEPT)
        give_verdict(engine, case, ruling, actor=LAN, version=1, now=noon)
    steps = [Event(Step.WITHDRAW, "plate_unclear"), Event(Step.CLOSE)]
    take_steps(engine, 1, steps, actor=HEAD, version=None, now=noon)


def test_the_ledger_tells_how_last_months_findings_came_out(client, engine, shelf, uploaded, make_finding, noon):
    decide(engine, shelf, make_finding, noon, 6)
    ingest(engine, shelf, [make_finding(90)], noon)
    answer = client.get("/api/error-ledger")
    (row,) = answer.json()["rows"]
    assert row == {
        "month": "2026-10",
        "camera": "cam1",
        "offence": "red_light",
        "accepted": 4,
        "rejected": 1,
        "overturned": 1,
    }
    assert answer.headers["cache-control"] == "public, max-age=600"
    again = client.get("/api/error-ledger", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/error-ledger", params={"month": "2026-09"}).json()["rows"] == []
    lines = client.get("/api/error-ledger", params={"format": "csv"}).text.splitlines()
    assert lines == ["month,camera,offence,accepted,rejected,overturned", "2026-10,cam1,red_light,4,1,1"]


def test_a_few_cases_are_withheld(client, engine, shelf, uploaded, make_finding, noon):
    decide(engine, shelf, make_finding, noon, 3)
    (row,) = client.get("/api/error-ledger").json()["rows"]
    assert (row["camera"], row["accepted"]) == ("*", None)


def test_it_is_counted_again_only_when_it_is_old(engine, shelf, uploaded, make_finding, noon):
    seconds = [0.0]
    ledger = ErrorLedger(engine, lambda: noon, lambda: seconds[0])
    assert ledger.read().rows == ()
    decide(engine, shelf, make_finding, noon, 6)
    assert ledger.read().rows == ()
    seconds[0] = FRESH_S
    assert len(ledger.read().rows) == 1


def test_january_looks_back_over_whole_months_of_two_years(engine):
    ledger = ErrorLedger(engine, lambda: datetime(2027, 1, 1, tzinfo=UTC))
    assert ledger.read().made_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_it_is_rate_limited_for_strangers(engine, shelf, noon):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from violations.api.access import open_door
    from violations.api.problems import install_problem_handlers
    from violations.api.routes import build_router

    app = FastAPI()
    app.state.door = open_door(engine, lambda: noon, local=False)
    app.include_router(build_router(engine, shelf, lambda: noon))
    install_problem_handlers(app)
    with TestClient(app) as stranger:
        statuses = [stranger.get("/api/error-ledger").status_code for _ in range(40)]
    assert statuses[0] == 200
    assert 429 in statuses
