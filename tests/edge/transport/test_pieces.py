"""A large file over a bad line: it goes on where it broke off, and an older centre gets it whole."""

from hashlib import sha256

import httpx
import pytest

from edge.transport.pieces import PIECE_BYTES, send_pieces

CLIP = bytes(range(256)) * (PIECE_BYTES // 256 * 5 // 2)
NAME = sha256(CLIP).hexdigest()


class Centre:
    """Keeps the contract of pieces; `breaks` counts the pieces whose answer is lost after they were kept."""

    def __init__(self, breaks: int = 0) -> None:
        self.kept = b""
        self.pieces: list[int] = []
        self.breaks = breaks
        self.told_offset = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            offset = int(request.headers["upload-offset"])
            if offset != len(self.kept):
                return httpx.Response(409, json={"title": "elsewhere"})
            self.pieces.append(offset)
            self.kept += request.content
            if self.breaks:
                self.breaks -= 1
                raise httpx.ReadError("the line broke", request=request)
        known = len(self.kept) + self.told_offset
        return httpx.Response(200, json={"received_bytes": known, "whole": self.kept == CLIP, "newer": "word"})


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(CLIP)
    return path


def send(centre, clip):
    with httpx.Client(transport=httpx.MockTransport(centre), base_url="http://centre") as client:
        return send_pieces(client, clip, NAME, "video/mp4")


def test_a_file_arrives_whole_in_pieces(clip):
    centre = Centre()
    assert send(centre, clip).status_code == 200
    assert centre.kept == CLIP
    assert centre.pieces == [0, PIECE_BYTES, 2 * PIECE_BYTES]


def test_after_a_broken_line_it_goes_on_and_sends_no_byte_twice(clip):
    centre = Centre(breaks=2)
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            send(centre, clip)
    assert send(centre, clip).status_code == 200
    assert centre.kept == CLIP
    assert len(centre.pieces) == 3


def test_a_file_that_is_there_is_not_sent(clip):
    centre = Centre()
    centre.kept = CLIP
    assert send(centre, clip).status_code == 200
    assert centre.pieces == []


@pytest.mark.parametrize("status", [404, 405])
def test_a_centre_that_takes_no_pieces_is_told_apart(clip, status):
    assert send(lambda _request: httpx.Response(status), clip) is None


@pytest.mark.parametrize("status", [401, 413, 429, 500, 507])
def test_a_refusal_is_handed_on(clip, status):
    assert send(lambda _request: httpx.Response(status), clip).status_code == status


def test_a_proxys_welcome_page_is_no_answer(clip):
    with pytest.raises(httpx.RemoteProtocolError):
        send(lambda _request: httpx.Response(200, text="<html>welcome"), clip)


def test_a_centre_that_contradicts_itself_is_given_up(clip):
    centre = Centre()
    centre.told_offset = 7
    with pytest.raises(httpx.RemoteProtocolError):
        send(centre, clip)
    assert centre.pieces == []
