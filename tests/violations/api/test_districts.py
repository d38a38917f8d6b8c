"""Two districts in one centre: what belongs to one is not there for the other, whichever way it is asked for."""

from hashlib import sha256

import pytest

from violations.accounts.devices import Device, enrol
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.database import writing
from violations.store.districts import assign_camera

HERE, THERE = "HK", "BD"


@pytest.fixture
def sign_in(engine, noon):
    """Headers of an account with this role in these districts (None: all), or of a device of one."""

    def person(name, role, districts):
        with writing(engine) as session:
            places = None if districts is None else list(districts)
            row = UserRow(name=name, password="-", roles=[role], districts=places, office=None, disabled=False)
            row.created_at = row.changed_at = noon
            session.add(row)
            session.flush()
            return {"cookie": f"{COOKIE}={begin_session(session, name, None, noon)}"}

    def device(name, district):
        with writing(engine) as session:
            token = enrol(session, Device(name, district, None, disabled=False, created_at=noon))
        return {"authorization": f"Bearer {token}"}

    return person, device


@pytest.fixture
def two(client, sign_in, make_finding, files):
    """A case of camera cam1 in the district HERE; the people of both districts, one of all and one of none."""
    person, device = sign_in
    box = device("box-here", HERE)
    people = {
        "here": person("anh", Role.SUPERVISOR, [HERE]),
        "there": person("binh", Role.SUPERVISOR, [THERE]),
        "everywhere": person("chi", Role.AUDITOR, None),
        "nowhere": person("dung", Role.SUPERVISOR, []),
        "box": box,
        "other box": device("box-there", THERE),
    }
    for content in files.values():
        client.put(f"/api/media/{sha256(content).hexdigest()}", content=content, headers=box).raise_for_status()
    answer = client.post("/api/events", json={"events": [make_finding(1)]}, headers=box)
    assert answer.json()["refused"] == []
    return people


@pytest.mark.parametrize(("who", "sees"), [("here", True), ("everywhere", True), ("there", False), ("nowhere", False)])
def test_cases_events_and_evidence_of_another_district_do_not_exist(client, two, files, who, sees):
    headers = two[who]
    cases = client.get("/api/cases", headers=headers).json()["cases"]
    assert len(cases) == sees
    assert len(client.get("/api/events", headers=headers).json()["events"]) == sees
    assert client.get("/api/cases/1", headers=headers).status_code == (200 if sees else 404)
    for content in files.values():
        answer = client.get(f"/api/evidence/{sha256(content).hexdigest()}", headers=headers)
        assert answer.status_code == (200 if sees else 404)


def test_what_is_hidden_is_answered_like_what_never_was(client, two):
    hidden, never = (client.get(f"/api/cases/{n}", headers=two["there"]) for n in (1, 4711))
    assert hidden.json() | {"instance": ""} == never.json() | {"instance": ""} | {
        "detail": never.json()["detail"].replace("4711", "1")
    }


def test_nobody_decides_a_case_of_another_district(client, two):
    said = {"verdict": "accept", "version": 1}
    answers = [client.post("/api/cases/1/verdict", json=said | {"reviewer": "x"}, headers=two[who]) for who in two]
    assert answers[1].status_code == 404
    assert client.get("/api/cases/1", headers=two["there"]).status_code == 404


def test_a_device_cannot_plant_cases_in_another_district(client, two, make_finding, make_health):
    answer = client.post("/api/events", json={"events": [make_health(9)]}, headers=two["other box"])
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:ngatu:problem:wrong-district")
    assert len(client.get("/api/events", headers=two["everywhere"]).json()["events"]) == 1


def test_a_camera_given_to_another_district_takes_its_cases_along(client, engine, two):
    assert assign_camera(engine, "cam1", THERE) == 1
    assert client.get("/api/cases/1", headers=two["here"]).status_code == 404
    assert client.get("/api/cases/1", headers=two["there"]).status_code == 200


def test_a_device_sees_nothing_and_a_person_sends_nothing(client, two, make_health):
    for path in ("/api/cases", "/api/cases/1", "/api/events", "/api/audit"):
        assert client.get(path, headers=two["box"]).status_code == 403
    assert client.post("/api/events", json={"events": [make_health(2)]}, headers=two["here"]).status_code == 403


def test_every_look_at_a_case_and_its_evidence_is_in_the_audit_log(client, two, files):
    clip = sha256(files["clip"]).hexdigest()
    for part in ("bytes=0-1", "bytes=2-3", "bytes=4-5"):
        client.get(f"/api/evidence/{clip}", headers=two["here"] | {"range": part})
    client.get("/api/cases/1", headers=two["here"])
    # Within a minute of the look at the case, its files are part of that look.
    client.get(f"/api/evidence/{clip}", headers=two["here"])
    client.get(f"/api/evidence/{clip}", headers=two["there"])
    entries = client.get("/api/audit?who=anh", headers=two["everywhere"]).json()["entries"]
    assert [(one["action"], one["subject"]) for one in entries] == [
        ("case.view", "case/1"),
        ("evidence.view", f"evidence/{clip}"),
    ]
    assert client.get("/api/audit?who=binh", headers=two["everywhere"]).json()["entries"] == []
    read = client.get("/api/audit?action=audit.read", headers=two["everywhere"]).json()["entries"]
    assert read[0]["who"] == "chi"
