"""What an agent meets: files first, then events; every refusal is a problem it can act on."""

import json
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from violations.store.database import reading
from violations.store.tables import EventRow

NAME = sha256(b"x").hexdigest()


def problem(response, status):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= said.keys()
    assert said["status"] == status
    return said


def test_a_file_is_new_once_and_known_afterwards(client):
    assert client.put(f"/api/media/{NAME}", content=b"x").status_code == 201
    again = client.put(f"/api/media/{NAME}", content=b"x")
    assert (again.status_code, again.json()) == (200, {"sha256": NAME, "new": False})


def test_bytes_with_another_hash_are_refused_with_both_hashes(client):
    said = problem(client.put(f"/api/media/{NAME}", content=b"y"), 422)
    assert said["type"] == "urn:ngatu:problem:wrong-hash"
    assert NAME in said["detail"]
    assert sha256(b"y").hexdigest() in said["detail"]


@pytest.mark.parametrize("content", [b"x" * 10_001, [b"x" * 6000, b"x" * 6000]], ids=["announced", "chunked"])
def test_a_file_above_the_cap_is_413_whether_announced_or_not(client, shelf, content):
    body = iter(content) if isinstance(content, list) else content
    problem(client.put(f"/api/media/{NAME}", content=body), 413)
    assert not [path for path in shelf.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["abc", "A" * 64, "0" * 63, "..%2F..%2Fetc"])
def test_a_name_that_is_no_sha256_reaches_no_disk(client, name):
    assert client.put(f"/api/media/{name}", content=b"x").status_code in {404, 422}


def test_a_disk_that_cannot_take_a_file_is_507_and_the_centre_goes_on(client, shelf):
    shelf.incoming.rmdir()
    assert "send it again later" in problem(client.put(f"/api/media/{NAME}", content=b"x"), 507)["detail"]
    shelf.incoming.mkdir()
    assert client.put(f"/api/media/{NAME}", content=b"x").status_code == 201


def test_good_events_are_acknowledged_and_wrong_ones_named(client, make_health):
    strange = make_health(2) | {"type": "vn.ngatu.gossip.v1"}
    answer = client.post("/api/events", json={"events": [make_health(1), strange]})
    assert answer.status_code == 200
    assert answer.json()["acknowledged"] == ["cam1/b1/1"]
    (refused,) = answer.json()["refused"]
    assert refused.keys() == {"id", "reason"}
    assert refused["id"] == "cam1/b1/2"


def test_a_finding_before_its_files_is_409_and_after_them_one_case(client, make_finding, make_health, files):
    batch = {"events": [make_health(1), make_finding(2)]}
    said = problem(client.post("/api/events", json=batch), 409)
    assert set(said["missing"]) == {sha256(content).hexdigest() for content in files.values()}
    assert client.get("/api/events").json()["events"] == []
    for content in files.values():
        client.put(f"/api/media/{sha256(content).hexdigest()}", content=content)
    for _ in range(2):
        assert len(client.post("/api/events", json=batch).json()["acknowledged"]) == 2
    assert len(client.get("/api/cases").json()["cases"]) == 1


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"events": 3}', "application/json", 422),
        (b'{"events": [], "more": 1}', "application/json", 422),
        (b'{"events": []}', "text/plain", 422),
        (b"\xff\xff\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (json.dumps({"events": [{}] * 501}).encode(), "application/json", 422),
    ],
)
def test_a_body_that_is_no_batch_is_a_problem_and_stores_nothing(client, engine, content, kind, status):
    problem(client.post("/api/events", content=content, headers={"content-type": kind}), status)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 0


def test_a_full_batch_of_500_is_taken(client, make_health):
    events = [make_health(number) for number in range(500)]
    assert len(client.post("/api/events", json={"events": events}).json()["acknowledged"]) == 500


def test_half_a_character_in_an_event_does_not_hold_up_its_batch(client, make_health):
    text = json.dumps({"events": [make_health(1) | {"id": "\ud800"}, make_health(2)]})
    answer = client.post("/api/events", content=text, headers={"content-type": "application/json"})
    assert answer.json()["acknowledged"] == ["cam1/b1/2"]
    assert len(answer.json()["refused"]) == 1


def test_events_are_listed_as_they_were_sent_page_by_page(client, make_health):
    sent = [make_health(number, at_s=float(number)) for number in range(5)]
    client.post("/api/events", json={"events": sent})
    seen, cursor = [], {}
    while True:
        page = client.get("/api/events", params={"limit": 2, "camera": "cam1", **cursor}).json()
        seen += [one["event"]["id"] for one in page["events"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [event["id"] for event in sent]
    assert client.get("/api/events", params={"camera": "other"}).json()["events"] == []
    since = client.get("/api/events", params={"since": "2026-11-21T12:00:03+07:00"}).json()["events"]
    assert [one["event"]["sequence"] for one in since] == [3, 4]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"since": "yesterday"},
        {"since": "2026-11-21T05:00:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"camera": "a\x00"},
        {"cursor": "not ours"},
        {"cursor": "é"},
        {"cursor": "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiYSJd"},
    ],
)
def test_a_query_that_makes_no_sense_is_422_with_the_field(client, query):
    said = problem(client.get("/api/events", params=query), 422)
    assert next(iter(query)) in said["detail"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/nothing", 404), ("DELETE", "/api/cases", 405)])
def test_an_address_that_leads_nowhere_is_a_problem(client, method, path, status):
    assert problem(client.request(method, path), status)["instance"] == path


def test_a_crash_is_a_problem_that_tells_nothing_of_the_inside(client, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE case_history RENAME TO gone")
    assert "case_history" not in str(problem(client.get("/api/cases/1"), 404))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO lost")
    assert "lost" not in str(problem(client.get("/api/cases"), 500))
