"""Evidence in a browser: whole or in parts, cached for ever, never run."""

from hashlib import sha256

import pytest

from violations.api import evidence


def test_a_file_comes_with_its_type_and_is_asked_for_again_by_whoever_keeps_it(client, uploaded, files):
    answer = client.get(f"/api/evidence/{uploaded['clip']}")
    assert answer.content == files["clip"]
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["etag"] == f'"{uploaded["clip"]}"'
    assert "sandbox" in answer.headers["content-security-policy"]


def test_who_has_it_already_gets_no_bytes(client, uploaded):
    path = f"/api/evidence/{uploaded['clip']}"
    answer = client.get(path, headers={"if-none-match": client.get(path).headers["etag"]})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-5", slice(0, 6)),
        ("bytes=590-", slice(590, None)),
        ("bytes=-4", slice(-4, None)),
        ("bytes=5-9999", slice(5, None)),
    ],
)
def test_a_clip_can_be_played_from_anywhere(client, uploaded, files, wanted, part):
    answer = client.get(f"/api/evidence/{uploaded['clip']}", headers={"range": wanted})
    assert (answer.status_code, answer.content) == (206, files["clip"][part])
    assert answer.headers["content-range"].endswith("/600")


@pytest.mark.parametrize("wanted", ["bytes=600-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_outside_the_file_is_416_with_its_size(client, uploaded, wanted):
    answer = client.get(f"/api/evidence/{uploaded['clip']}", headers={"range": wanted})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */600")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("wanted", ["bytes=5-2", "lines=1-2", "bytes=", "bytes=0-1,4-5", "x" * 500])
def test_a_range_we_do_not_serve_is_answered_with_the_whole_file(client, uploaded, files, wanted):
    answer = client.get(f"/api/evidence/{uploaded['clip']}", headers={"range": wanted})
    assert (answer.status_code, answer.content) == (200, files["clip"])


def test_bytes_of_an_unknown_type_are_saved_and_not_shown(client):
    page = b"<script>alert(1)</script>"
    name = sha256(page).hexdigest()
    client.put(f"/api/media/{name}", content=page, headers={"content-type": "text/html"})
    answer = client.get(f"/api/evidence/{name}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(("name", "status"), [("0" * 64, 404), ("../x", 404), ("xyz", 422)])
def test_a_file_that_is_not_there_is_a_problem(client, name, status):
    answer = client.get(f"/api/evidence/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(("wanted", "part"), [(None, slice(None)), ("bytes=590-", slice(590, None))])
def test_a_large_part_is_sent_bit_by_bit_with_the_same_answer(client, uploaded, files, monkeypatch, wanted, part):
    headers = {"range": wanted} if wanted else {}
    at_once = client.get(f"/api/evidence/{uploaded['clip']}", headers=headers)
    monkeypatch.setattr(evidence, "AT_ONCE_BYTES", 5)
    streamed = client.get(f"/api/evidence/{uploaded['clip']}", headers=headers)
    assert streamed.content == at_once.content == files["clip"][part]
    same = ("etag", "cache-control", "content-type", "content-range", "content-length", "accept-ranges")
    assert [streamed.headers.get(name) for name in same] == [at_once.headers.get(name) for name in same]


def test_a_part_of_another_version_is_answered_with_the_whole_file(client, uploaded, files):
    path, name = f"/api/evidence/{uploaded['clip']}", uploaded["clip"]
    of_this = client.get(path, headers={"range": "bytes=0-5", "if-range": f'"{name}"'})
    of_another = client.get(path, headers={"range": "bytes=0-5", "if-range": '"another"'})
    assert (of_this.status_code, of_another.status_code) == (206, 200)
    assert of_another.content == files["clip"]
