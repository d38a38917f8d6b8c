"""Appeals by program: a citizen sends one with code and plate alone, the office's people see and decide it."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest

from violations.accounts.rates import Buckets
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE
from violations.cases.moves import Event, Step
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.papers.short_code import new_code
from violations.store.account_tables import UserRow
from violations.store.case_papers import put_notice
from violations.store.case_steps import give_verdict, take_steps
from violations.store.cases import get_case
from violations.store.database import writing
from violations.store.ingest import ingest

PLATE = "29A-123.45"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def code(engine, shelf, client, stored_files, make_finding, noon):
    """Of the notice of case 1, whose camera belongs to the district HK."""
    finding = make_finding(1)
    finding["time"] = (noon - timedelta(days=1)).isoformat()
    finding["data"] |= {"plate": PLATE, "gate": {"prosecutable": True, "reasons": []}}
    assert ingest(engine, shelf, [finding], noon, "HK").refused == ()
    an, head = Actor("An", Role.REVIEWER), Actor("Hùng", Role.SUPERVISOR, "director")
    give_verdict(engine, 1, Ruling(Verdict.ACCEPT), actor=an, version=1, now=noon)
    take_steps(engine, 1, [Event(Step.IDENTIFY)], actor=an, version=None, now=noon)
    codes = []
    notify = [Event(Step.NOTIFY)]
    take_steps(
        engine,
        1,
        notify,
        actor=head,
        version=None,
        now=noon,
        record=lambda session, case: codes.append(put_notice(session, case, new_code, noon)),
    )
    return codes[0]


@pytest.fixture
def people(engine, noon):
    """Headers of a supervisor of either district, and of a reviewer of HK."""

    def person(name, role, districts):
        with writing(engine) as session:
            row = UserRow(name=name, password="-", roles=[role], districts=districts, office=None, disabled=False)
            row.created_at = row.changed_at = noon
            session.add(row)
            session.flush()
            return {"cookie": f"{COOKIE}={begin_session(session, name, None, noon)}"}

    return {
        "here": person("anh", Role.SUPERVISOR, ["HK"]),
        "there": person("binh", Role.SUPERVISOR, ["BD"]),
        "reviewer": person("chi", Role.REVIEWER, ["HK"]),
    }


def send(client, code, plate=PLATE, **more):
    client.app.state.door._buckets = Buckets()
    return client.post("/api/notices/appeals", json={"code": code, "plate": plate, "words": "Không phải xe tôi"} | more)


def test_an_appeal_is_taken_with_its_files_seen_by_its_district_and_decided(client, engine, code, people):
    sent = send(client, code, contact="0900", files=[b64encode(PNG).decode()])
    assert sent.status_code == 201
    (appeal,) = client.get("/api/appeals", headers=people["reviewer"]).json()["appeals"]
    assert (appeal["receipt"], appeal["words"], appeal["contact"]) == (
        sent.json()["receipt"],
        "Không phải xe tôi",
        "0900",
    )
    assert appeal["files"] == [sha256(PNG).hexdigest()]
    assert client.get(f"/api/evidence/{appeal['files'][0]}", headers=people["reviewer"]).content == PNG
    assert (appeal["state"], appeal["decisions"]) == ("appealed", [])
    one = client.get(f"/api/appeals/{appeal['id']}", headers=people["here"]).json()
    assert one["decisions"] == ["uphold", "withdraw"]
    path, body = f"/api/appeals/{appeal['id']}/decision", {"decision": "withdraw", "version": one["version"]}
    assert client.post(path, json=body, headers=people["reviewer"]).status_code == 403
    assert client.post(path, json=body, headers=people["here"]).json()["type"] == "urn:ngatu:problem:reason"
    stale = body | {"reason": "gave_way", "version": one["version"] - 1}
    assert client.post(path, json=stale, headers=people["here"]).status_code == 409
    decided = client.post(path, json=body | {"reason": "gave_way"}, headers=people["here"])
    assert (decided.status_code, decided.json()["state"]) == (200, "withdrawn")
    assert get_case(engine, 1).state is CaseState.WITHDRAWN
    assert client.get("/api/appeals?undecided=true", headers=people["here"]).json()["appeals"] == []
    assert (
        client.post(path, json=body | {"reason": "gave_way", "version": 99}, headers=people["here"]).status_code == 409
    )


def test_an_appeal_of_another_district_is_not_there(client, code, people):
    send(client, code)
    assert client.get("/api/appeals", headers=people["there"]).json()["appeals"] == []
    never = client.get("/api/appeals/77", headers=people["there"])
    hidden = client.get("/api/appeals/1", headers=people["there"])
    assert (hidden.status_code, hidden.json()["detail"]) == (404, never.json()["detail"].replace("77", "1"))
    body = {"decision": "uphold", "note": "x", "version": 4}
    assert client.post("/api/appeals/1/decision", json=body, headers=people["there"]).status_code == 404


@pytest.mark.parametrize(("which", "plate"), [(None, "29A-123.46"), ("K7QX-9M2-P4C", PLATE), ("", PLATE), ("%", "%")])
def test_whichever_is_wrong_the_answer_is_the_same(client, code, which, plate):
    answers = {(one.status_code, one.text) for one in (send(client, which or "x", plate), send(client, "K7QX-9M2-P4C"))}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"words": "  "}, "appeal-missing-words"),
        ({"words": "x" * 2001}, "appeal-too-long"),
        ({"files": [b64encode(b"#!/bin/sh").decode()]}, "appeal-wrong-type"),
        ({"files": [b64encode(PNG + b"0" * 4_000_000).decode()]}, "appeal-too-large"),
        ({"files": [b64encode(PNG).decode()] * 4}, "invalid-request"),
        ({"files": ["not base64!"]}, "invalid-request"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_recorded(client, engine, code, more, kind):
    answer = send(client, code, **more)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:ngatu:problem:{kind}")
    assert get_case(engine, 1).state is CaseState.NOTIFIED


def test_a_second_appeal_is_refused(client, code):
    assert send(client, code).status_code == 201
    assert send(client, code).status_code == 409


def test_nothing_can_be_listed_without_an_account_and_tries_are_limited(client, code, people):
    for path in ("/api/appeals", "/api/appeals/1"):
        assert client.get(path).status_code == 401
    assert client.get("/api/notices").status_code == 404
    assert client.get("/api/notices/appeals").status_code == 405
    body = {"code": "K7QX-9M2-P4C", "plate": PLATE, "words": "x"}
    statuses = [client.post("/api/notices/appeals", json=body).status_code for _ in range(7)]
    assert (statuses[0], statuses[-1]) == (404, 429)
