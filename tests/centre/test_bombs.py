"""What is too large, packed, or nested beyond sense is refused at the centre's doors: a sentence, and nothing kept."""

import gzip
from hashlib import sha256

import pytest

from violations.store.evidence_files import MAX_FILE_BYTES

PIECE = b"\0" * (1 << 20)
VIETNAMESE = {"accept-language": "vi-VN,vi;q=0.9"}


def names(settings):
    """Whatever lies on the shelf and in its intake."""
    return [path for path in (settings.data / "evidence").rglob("*") if path.is_file()]


def streamed(mebibytes):
    """A body whose length nobody announced."""
    for _ in range(mebibytes):
        yield PIECE


def refused(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def test_an_upload_announced_above_the_cap_is_refused_unread(client, settings):
    head = {"content-length": str(MAX_FILE_BYTES + 1)}
    said = refused(client.put(f"/api/media/{'a' * 64}", content=streamed(1), headers=head), 413)
    assert said["detail"].endswith(
        f"wanted at most {MAX_FILE_BYTES} bytes, found {MAX_FILE_BYTES + 1}; nothing was stored"
    )
    assert names(settings) == []


def test_an_upload_that_grows_above_the_cap_is_cut_off_and_nothing_of_it_stays(client, settings):
    said = refused(client.put(f"/api/media/{'b' * 64}", content=streamed(65), headers=VIETNAMESE), 413)
    assert said["title"] == "Tệp quá lớn"
    assert (
        said["detail"] == f"Tệp bằng chứng: cần nhiều nhất {MAX_FILE_BYTES} byte, thấy nhiều hơn; không có gì được lưu."
    )
    assert names(settings) == []


@pytest.mark.parametrize("length", [MAX_FILE_BYTES + 1, 2**40])
def test_a_file_in_pieces_may_not_promise_more_than_the_cap(client, settings, length):
    head = {"upload-offset": "0", "upload-length": str(length)}
    said = refused(client.patch(f"/api/media/{'c' * 64}", content=b"x", headers=head), 413)
    assert f"found {length}" in said["detail"]
    assert names(settings) == []


def test_a_piece_may_not_grow_beyond_what_was_promised(client, settings):
    head = {"upload-offset": "0", "upload-length": "10"}
    refused(client.patch(f"/api/media/{'d' * 64}", content=streamed(1), headers=head), 413)
    assert [path.stat().st_size for path in names(settings)] in ([], [0])
    for path in names(settings):
        path.unlink()


def test_a_picture_that_claims_milliards_of_pixels_is_kept_as_bytes_and_never_opened(client, settings):
    """The shelf decodes nothing; whoever opens pictures looks at their headers first (vision.masking)."""
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0" + b"\0" * 100
    name = sha256(bomb).hexdigest()
    assert client.put(f"/api/media/{name}", content=bomb, headers={"content-type": "image/png"}).status_code == 201
    assert client.get(f"/api/evidence/{name}").content == bomb
    for path in names(settings):
        path.unlink()


@pytest.mark.parametrize("path", ["/api/events", "/api/signals/plan", "/api/media/" + "e" * 64, "/notice"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_packed_body_is_refused_and_not_unpacked(client, path, encoding):
    packed = gzip.compress(PIECE * 16)
    send = client.put if "media" in path else client.post
    answer = send(path, content=packed, headers={"content-encoding": encoding, "content-type": "application/json"})
    assert refused(answer, 415)["detail"].startswith(f"body: wanted it as it is, found content-encoding {encoding}")


def test_a_packed_body_is_refused_in_the_language_of_whoever_sent_it(client):
    answer = client.post("/api/events", content=b"x", headers={"content-encoding": "gzip", **VIETNAMESE})
    assert refused(answer, 415)["detail"].startswith("Nội dung gửi: cần không nén, thấy content-encoding gzip")


@pytest.mark.parametrize(
    ("headers", "words"), [({}, "body: wanted at most"), (VIETNAMESE, "Nội dung gửi: cần nhiều nhất 16777216 byte")]
)
def test_a_body_above_the_limit_is_refused_announced_or_not(client, headers, words):
    head = {"content-type": "application/json", **headers}
    for content in (PIECE * 17, streamed(17)):
        assert refused(client.post("/api/events", content=content, headers=head), 413)["detail"].startswith(words)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b'{"events":' * 200_000,
        b'{"events": [' + b"[" * 500_000 + b"]" * 500_000 + b"]}",
        b'{"events": [' + b"1" * 5_000_000 + b"]}",
    ],
    ids=["brackets", "objects", "closed", "a number"],
)
@pytest.mark.parametrize("path", ["/api/events", "/api/signals/plan", "/api/packages/open", "/api/notices"])
def test_deep_json_is_refused_with_a_sentence(client, path, content):
    answer = client.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 404, 405, 422}, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 20_000


def test_json_that_cannot_be_read_is_said_in_vietnamese(client):
    head = {"content-type": "application/json", **VIETNAMESE}
    said = client.post("/api/events", content=b"[" * 1_000_000, headers=head).json()
    assert said["detail"] == "Nội dung gửi: cần JSON đọc được, thấy nội dung khác; không có gì được lưu."


@pytest.mark.parametrize(
    "event",
    [
        {"id": "x" * 3_000_000},
        {"id": "a/b/1", "type": "vn.ngatu.finding.v1", "data": {"plate": "x" * 3_000_000}},
        {"x" * 1_000_000: 1},
    ],
    ids=["id", "plate", "key"],
)
def test_a_long_string_in_an_event_is_refused_and_not_sent_back(client, event):
    answer = client.post("/api/events", json={"events": [event]})
    assert answer.status_code == 200
    assert answer.json()["acknowledged"] == []
    assert len(answer.content) < 20_000


def test_a_long_address_and_a_long_query_are_refused(client):
    for path in ("/api/cases/" + "9" * 5_000, "/api/events?camera=" + "x" * 50_000, "/api/media/" + "f" * 50_000):
        answer = client.get(path)
        assert 400 <= answer.status_code < 500
        assert len(answer.content) < 20_000
