"""Junctions over HTTP: proposed, approved by a second person, live, held, prioritised, rolled back, all audited."""

import json
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from violations.accounts.devices import Device, enrol
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE
from violations.audit.log import EntriesWanted, list_entries
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.database import writing

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
ROOT = "/api/signals/junctions"


class Centre:
    def __init__(self, folder):
        self.app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
        self.engine = self.app.state.door.engine
        with writing(self.engine) as session:
            for name, role in (("an", Role.SUPERVISOR), ("binh", Role.SUPERVISOR), ("chi", Role.VIEWER)):
                row = UserRow(name=name, password="-", roles=[role], districts=None, office=None, disabled=False)
                row.created_at = row.changed_at = NOW
                session.add(row)
            self.token = enrol(session, Device("bus", "HK", None, disabled=False, created_at=NOW))
        self.client = TestClient(self.app, raise_server_exceptions=False)

    def ask(self, who, method, path, body=None):
        headers = {"authorization": f"Bearer {self.token}"} if who == "bus" else {}
        if who != "bus":
            with writing(self.engine) as session:
                headers["cookie"] = f"{COOKIE}={begin_session(session, who, None, datetime.now(UTC))}"
        return self.client.request(method, f"{ROOT}{path}", json=body, headers=headers)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    centre = Centre(tmp_path_factory.mktemp("centre"))
    with centre.client:
        yield centre


@pytest.fixture(scope="module")
def running(centre, library):
    """Two versions of `dai_la`, the second one running, past its start-up."""
    for base, green_s in enumerate((30, 40)):
        body = {"library": library % green_s, "reason": "counts of October", "base": base}
        assert centre.ask("an", "POST", "/dai_la/plans", body).status_code == 201
        answer = centre.ask(
            "binh", "POST", f"/dai_la/plans/{base + 1}/decision", {"approve": True, "reason": "checked"}
        )
        assert answer.json()["state"] == "running"
    until_s = monotonic() + 60
    while centre.ask("chi", "GET", "/dai_la").json()["position"] is None:
        assert monotonic() < until_s
        sleep(0.2)
    return centre


def test_the_author_does_not_approve_and_a_stale_author_is_told(centre, library):
    centre.ask("an", "POST", "/xa_dan/plans", {"library": library % 30, "reason": "first", "base": 0})
    own = centre.ask("an", "POST", "/xa_dan/plans/1/decision", {"approve": True, "reason": "mine"})
    assert (own.status_code, own.json()["type"]) == (409, "urn:ngatu:problem:live-conflict")
    stale = centre.ask("binh", "POST", "/xa_dan/plans", {"library": library % 35, "reason": "other", "base": 0})
    assert stale.status_code == 409
    assert "xa_dan" in centre.ask("chi", "GET", "").json()["waiting"]


def test_an_unsafe_library_is_refused_with_the_plan_and_the_stage(centre, library):
    answer = centre.ask("an", "POST", "/dai_co/plans", {"library": library % 3, "reason": "short", "base": 0})
    assert answer.status_code == 422
    assert "Stage main is green for 3 s; the least is 7 s" in answer.json()["detail"]
    assert centre.ask("chi", "GET", "/dai_co/plans").status_code == 404


def test_the_live_state_its_spat_and_its_stream_tell_the_same_junction(running):
    state = running.ask("chi", "GET", "/dai_la").json()
    assert (state["title"], state["version"]) == ("Đại La", 2)
    assert [lamp["movement"] for lamp in state["lamps"]] == ["out", "side"]
    spat = running.ask("bus", "GET", "/dai_la/spat").json()
    assert [one["movementName"] for one in spat["states"]] == ["out", "side"]
    stream = running.ask("chi", "GET", "/dai_la/stream?seconds=2")
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line[6:]) for line in stream.text.splitlines() if line.startswith("data: ")]
    assert [event["junction"] for event in events] == ["dai_la", "dai_la"]


def test_a_stage_is_held_with_a_reason_until_it_is_given_back(running):
    held = running.ask("an", "POST", "/dai_la/hold", {"stage": "side", "seconds": 120, "reason": "accident"})
    assert held.json()["left_s"] == pytest.approx(120, abs=1)
    assert running.ask("chi", "GET", "/dai_la").json()["hold"]["person"] == "an"
    assert running.ask("an", "DELETE", "/dai_la/hold").status_code == 204
    assert running.ask("chi", "GET", "/dai_la").json()["hold"] is None
    assert running.ask("chi", "POST", "/dai_la/hold", {"stage": "side", "seconds": 9, "reason": "x"}).status_code == 403
    strange = running.ask("an", "POST", "/dai_la/hold", {"stage": "left", "seconds": 9, "reason": "x"})
    assert "no stage left (it has: main, side)" in strange.json()["detail"]


def test_a_bus_asks_for_green_under_its_token_and_says_when_it_has_passed(running):
    body = {"name": "bus-32", "kind": "bus", "movement": "out", "comes_in_s": 20, "lapses_in_s": 60}
    assert running.ask("bus", "POST", "/dai_la/priorities", body).status_code == 201
    assert [one["name"] for one in running.ask("chi", "GET", "/dai_la").json()["priorities"]] == ["bus-32"]
    assert running.ask("bus", "POST", "/dai_la/priorities", body).status_code == 422
    assert running.ask("bus", "DELETE", "/dai_la/priorities/bus-32").status_code == 204
    assert running.ask("bus", "DELETE", "/dai_la/priorities/bus-32").status_code == 404
    assert running.ask("chi", "POST", "/dai_la/priorities", body).status_code == 403


def test_the_calendar_names_the_plan_of_each_day(running):
    days = running.ask("chi", "GET", "/dai_la/calendar?since=2026-11-20").json()["days"]
    assert days["2026-11-20"] == {"00:00": "night", "06:00": "day"}
    assert len(days) == 14


def test_rolling_back_runs_what_ran_before_and_all_of_it_is_in_the_journal_and_the_audit_log(running):
    back = running.ask("an", "POST", "/dai_la/plans/roll-back", {"reason": "queues on the side street"})
    assert (back.json()["number"], back.json()["state"]) == (1, "running")
    assert running.ask("chi", "GET", "/dai_la").json()["version"] == 1
    journal = running.ask("chi", "GET", "/dai_la/journal").json()["entries"]
    assert [one["what"] for one in journal] == ["proposed", "approved", "proposed", "approved", "rolled_back"]
    told = [one.entry.action for one in list_entries(running.engine, EntriesWanted(subject="junction/dai_la"))]
    assert {"signals.propose", "signals.approve", "signals.roll_back", "signals.hold"} <= set(told)
    # The stage that is not there was never held, and the second request of a name never made.
    assert [told.count(f"signals.{deed}") for deed in ("hold", "priority", "priority_over")] == [1, 1, 1]


def test_the_text_of_a_version_is_what_was_proposed(running, library):
    assert running.ask("chi", "GET", "/dai_la/plans/1").json()["library"] == library % 30
    assert running.ask("chi", "GET", "/dai_la/plans/9").status_code == 404
    assert running.ask("chi", "GET", "/nosuch").json()["type"] == "urn:ngatu:problem:no-such-junction"
