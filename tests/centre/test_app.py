"""The composed centre: complete documentation, closed doors, errors in the reader's form."""

import json
import sqlite3
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from centre.app import create_app
from centre.guards import MAX_BODY_BYTES
from violations.store.errors import DatabaseError


@pytest.fixture(scope="module")
def document(client):
    return client.get("/api/openapi.json").json()


def operations(document):
    return [
        (f"{method.upper()} {path}", what) for path, ways in document["paths"].items() for method, what in ways.items()
    ]


def test_every_route_of_the_document_is_fully_described(document):
    for name, what in operations(document):
        assert what.get("summary"), name
        assert what.get("tags"), name
        good = [answer for status, answer in what["responses"].items() if status in {"200", "201", "202"}]
        assert good or "204" in what["responses"], name
        assert all(answer.get("content") for answer in good), name
        for kind, content in ((k, c) for answer in good for k, c in answer["content"].items()):
            assert content.get("schema"), f"{name} {kind}"


def test_every_parameter_of_the_document_says_what_it_means(document):
    given = [(name, each) for name, what in operations(document) for each in what.get("parameters", [])]
    assert given
    assert [f"{name} {each['name']}" for name, each in given if not each.get("description")] == []


def test_every_error_of_the_document_is_a_problem(document):
    for name, what in operations(document):
        errors = {status: answer for status, answer in what["responses"].items() if status >= "400"}
        assert "500" in errors, name
        if what.get("parameters") or what.get("requestBody"):
            assert "422" in errors, name
        for status, answer in errors.items():
            assert set(answer["content"]) == {"application/problem+json"}, f"{name} {status}"


def test_the_document_has_the_routes_the_rooms_promise_and_no_dangling_reference(document):
    assert {
        "PUT /api/media/{sha256}",
        "POST /api/events",
        "GET /api/events",
        "GET /api/cases",
        "GET /api/cases/{case_id}",
        "POST /api/cases/{case_id}/verdict",
        "GET /api/evidence/{sha256}",
        "GET /api/counts",
        "GET /api/cameras",
        "POST /api/signals/plan",
        "GET /healthz",
    } <= {name for name, _ in operations(document)}
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert references <= document["components"]["schemas"].keys()


@pytest.mark.parametrize(
    "path", ["/healthz", "/queue", "/counts", "/cameras", "/api/cases", "/api/nothing", "/nothing"]
)
def test_every_answer_carries_the_headers_that_keep_foreign_code_out(client, path):
    headers = client.get(path).headers
    assert "default-src" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_no_documentation_page_loads_scripts_from_elsewhere(client):
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_a_person_gets_a_page_and_a_program_a_problem(client):
    person = client.get("/nothing", headers={"accept": "text/html"})
    assert (person.status_code, person.headers["content-type"]) == (404, "text/html; charset=utf-8")
    for path, accept in (("/nothing", "*/*"), ("/api/nothing", "text/html")):
        answer = client.get(path, headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "[broken"}, 421),
    ],
)
def test_another_web_site_cannot_change_anything_through_a_visitors_browser(client, headers, status):
    answer = client.post("/api/events", json={"events": []}, headers=headers)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_pointed_at_us_from_outside_cannot_even_read(client):
    assert client.get("/api/cases", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_the_limit_is_refused_whether_announced_or_not(client, announced):
    content = b" " * (MAX_BODY_BYTES + 1)
    body = content if announced else iter([content[:-1], b" "])
    answer = client.post("/api/events", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_the_centre_says_that_it_can_work(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_folder_or_database_that_cannot_be_used_stops_the_start(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        create_app(type(settings)(f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "file"))
    with pytest.raises(DatabaseError):
        create_app(type(settings)(f"sqlite:///{tmp_path / 'no' / 'x.db'}", tmp_path))


def test_a_crash_is_a_problem_with_all_its_headers_and_tells_nothing_of_the_inside(settings, tmp_path):
    own = type(settings)(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, local=True)
    with TestClient(create_app(own), raise_server_exceptions=False) as client:
        with closing(sqlite3.connect(tmp_path / "x.db")) as database:
            database.execute("ALTER TABLE cases RENAME TO gone")
        program = client.get("/api/cases")
        person = client.get("/cases", headers={"accept": "text/html"})
    assert (program.status_code, program.headers["content-type"]) == (500, "application/problem+json")
    assert (person.status_code, person.headers["content-type"]) == (500, "text/html; charset=utf-8")
    for answer in (program, person):
        assert "no such table" not in answer.text
        assert "default-src" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
