"""Evidence in pieces over a line that breaks."""

from hashlib import sha256

import pytest

from violations.store.parts import FORGOTTEN_AFTER_S, forget_old_parts

CLIP = bytes(range(256)) * 30
LENGTH = len(CLIP)
NAME = sha256(CLIP).hexdigest()


def piece(client, since, until, *, length=LENGTH, content=CLIP, name=NAME):
    headers = {"upload-offset": str(since), "upload-length": str(length), "content-type": "video/mp4"}
    return client.patch(f"/api/media/{name}", content=content[since:until], headers=headers)


def test_a_file_arrives_in_pieces_and_is_then_like_any_other(client):
    assert client.get(f"/api/media/{NAME}").json() == {"sha256": NAME, "received_bytes": 0, "whole": False}
    assert piece(client, 0, 3000).json() == {"sha256": NAME, "received_bytes": 3000, "whole": False}
    assert client.get(f"/api/media/{NAME}").json()["received_bytes"] == 3000
    assert client.get(f"/api/evidence/{NAME}").status_code == 404
    assert piece(client, 3000, None).json() == {"sha256": NAME, "received_bytes": len(CLIP), "whole": True}
    answer = client.get(f"/api/evidence/{NAME}")
    assert (answer.content, answer.headers["content-type"]) == (CLIP, "video/mp4")
    assert client.get(f"/api/media/{NAME}").json()["whole"] is True


@pytest.mark.parametrize("since", [0, 2999, 3001])
def test_a_piece_that_does_not_follow_is_told_where_to_begin(client, since):
    piece(client, 0, 3000)
    answer = piece(client, since, None)
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "3000")
    assert client.get(f"/api/media/{NAME}").json()["received_bytes"] == 3000


def test_bytes_that_are_not_what_their_name_says_are_dropped_whole(client):
    assert piece(client, 0, None, content=CLIP[::-1]).status_code == 422
    assert client.get(f"/api/media/{NAME}").json() == {"sha256": NAME, "received_bytes": 0, "whole": False}


def test_neither_the_cap_nor_the_promised_length_is_passed(client, shelf):
    assert piece(client, 0, 10, length=shelf.max_file_bytes + 1).status_code == 413
    assert piece(client, 0, 500, length=400).status_code == 413
    assert client.get(f"/api/media/{NAME}").json()["received_bytes"] == 0


@pytest.mark.parametrize("headers", [{}, {"upload-offset": "0"}, {"upload-offset": "-1", "upload-length": "5"}])
def test_a_piece_must_say_where_it_belongs(client, headers):
    assert client.patch(f"/api/media/{NAME}", content=b"x", headers=headers).status_code == 422


def test_a_part_that_nobody_goes_on_with_is_forgotten(client, shelf, monkeypatch):
    piece(client, 0, 3000)
    forget_old_parts(shelf)
    assert client.get(f"/api/media/{NAME}").json()["received_bytes"] == 3000
    later = 2e9 + FORGOTTEN_AFTER_S
    monkeypatch.setattr("violations.store.parts.time.time", lambda: later)
    forget_old_parts(shelf)
    assert client.get(f"/api/media/{NAME}").json()["received_bytes"] == 0
