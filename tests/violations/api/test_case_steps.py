"""The steps of a case, the registry and what a blind second person must not see, over HTTP."""

from datetime import date

import pytest

from violations.registry.port import Vehicle
from violations.registry.table import put_vehicles
from violations.store.case_papers import notice_of

SOUND = {"plate": "29A-123.45", "gate": {"prosecutable": True, "reasons": []}}
CAR = Vehicle(plate="29A-123.45", ground="white", kind="car", owner="Ánh", registered_on=date(2020, 5, 1))


@pytest.fixture
def case(client, uploaded, make_finding):
    event = make_finding(1)
    event["data"] |= SOUND
    client.post("/api/events", json={"events": [event]})
    return client.get("/api/cases").json()["cases"][0]["id"]


@pytest.fixture
def now_is(client, case):
    return lambda: client.get(f"/api/cases/{case}").json()


@pytest.fixture
def take(client, case, now_is):
    def take(step, actor="An", **said):
        body = {"step": step, "actor": actor, "version": now_is()["version"]} | said
        return client.post(f"/api/cases/{case}/steps", json=body)

    return take


@pytest.fixture
def judge(client, case, now_is):
    def judge(verdict, reviewer, **said):
        body = {"verdict": verdict, "reviewer": reviewer, "version": now_is()["version"]} | said
        return client.post(f"/api/cases/{case}/verdict", json=body)

    return judge


def test_a_case_tells_its_clocks_its_office_and_what_may_be_done(now_is):
    whole = now_is()
    assert [(clock["clock"], clock["last_day"]) for clock in whole["clocks"]] == [
        ("notify", "2026-12-01"),
        ("limitation", "2027-11-21"),
    ]
    assert (whole["office"], whole["two_people"], whole["lock"], whole["steps"]) == (
        "station_head",
        [],
        None,
        ["take", "merge"],
    )


def test_a_case_is_taken_judged_and_goes_on_to_its_decision(take, judge, now_is):
    assert take("take").json()["lock"]["holder"] == "An"
    locked = judge("accept", "Lan")
    assert (locked.status_code, locked.json()["type"]) == (409, "urn:ngatu:problem:locked")
    assert judge("accept", "An").json()["state"] == "accepted"
    for step, state in (("identify", "identified"), ("notify", "notified"), ("minutes", "minutes"), ("pay", "paid")):
        assert take(step).json()["state"] == state
    assert [line["action"] for line in now_is()["history"]][-4:] == ["identify", "notify", "minutes", "pay"]


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"step": "notify"}, 409, "wrong-state"),
        ({"step": "take", "version": 9}, 409, "version-conflict"),
        ({"step": "expire"}, 422, "invalid-request"),
        ({"step": "accept"}, 422, "invalid-request"),
        ({"step": "merge"}, 422, "reason"),
        ({"step": "take", "note": "x" * 2001}, 422, "invalid-request"),
        ({"step": "take", "surprise": 1}, 422, "invalid-request"),
    ],
)
def test_a_step_that_cannot_be_taken_is_a_problem_with_a_name(said, status, kind, *, take, now_is):
    answer = take(**({"actor": "An"} | said))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:ngatu:problem:{kind}")
    assert now_is()["state"] == "detected"


def test_nobody_judges_twice(judge):
    assert judge("another_look", "An").json()["state"] == "needs_another_look"
    again = judge("accept", "An")
    assert (again.status_code, again.json()["type"]) == (403, "urn:ngatu:problem:own-work")


def test_a_look_into_the_registry_is_audited_first_and_its_doubts_need_a_second_person(
    *, client, engine, case, judge, take, now_is, noon
):
    put_vehicles(engine, [CAR.model_copy(update={"kind": "truck"})], noon, replace=False)
    assert judge("accept", "An").json()["state"] == "accepted"
    look = client.post(f"/api/cases/{case}/registry", json={"ground": "white"}).json()
    assert (look["vehicle"]["owner"], look["suspicions"]) == ("Ánh", ["registry_type_differs"])
    assert now_is()["state"] == "needs_another_look"
    assert now_is()["two_people"] == ["doubt_overruled"]
    assert judge("accept", "Lan").json()["state"] == "accepted"
    assert take("identify").status_code == 200
    entries = client.get("/api/audit", params={"subject": f"case/{case}"}).json()["entries"]
    looked = [entry for entry in entries if entry["action"] == "registry.look"]
    assert looked[0]["details"] == {"plate": "29A-123.45", "ground": "white", "source": "table"}


def test_cases_are_found_by_plate_however_it_is_written(client, case):
    for plate in ("29A-123.45", "29a 12345"):
        assert [one["id"] for one in client.get("/api/cases", params={"plate": plate}).json()["cases"]] == [case]
    assert client.get("/api/cases", params={"plate": "29A-123.46"}).json()["cases"] == []


def test_a_notice_is_read_with_its_code_and_plate_and_by_nothing_less(client, engine, case, judge, take):
    judge("accept", "An")
    take("identify")
    take("notify")
    code = notice_of(engine, case).code
    answer = client.post("/api/notices/check", json={"code": code.lower(), "plate": "29a 12345"}).json()
    assert (answer["state"], answer["codes"], answer["may_appeal"]) == ("notified", ["16824.6.9.b"], True)
    assert (answer["reply_by"], answer["limitation"]) == ("2026-12-11", "2027-11-21")
    for wrong in ({"code": code, "plate": "29A-123.46"}, {"code": "K7QX-9M2-P4C", "plate": "29A-123.45"}):
        refused = client.post("/api/notices/check", json=wrong)
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:ngatu:problem:no-such-notice")
