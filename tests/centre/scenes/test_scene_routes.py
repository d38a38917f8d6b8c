import json
import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
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
from violations.store.districts import assign_camera

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def save(client: TestClient, scene: dict, based_on: int = 0, reason: str = "vẽ", **more):
    body = {"scene": scene, "based_on": based_on, "reason": reason}
    return client.post(f"/api/scenes/{scene['camera']}", json=body, **more)


def jpeg(width: int = 320, height: int = 180) -> bytes:
    done, content = cv2.imencode(".jpg", np.full((height, width, 3), 90, np.uint8))
    assert done
    return content.tobytes()


def test_a_saved_version_is_what_is_fetched_and_its_hash_is_of_its_file(centre, make_scene):
    saved = save(centre, make_scene())
    assert (saved.status_code, saved.json()["number"], saved.json()["author"]) == (201, 1, "local")
    fetched = centre.get("/api/scenes/cam1").json()
    assert fetched == saved.json()
    assert fetched["scene"] == make_scene()
    assert sha256(fetched["yaml"].encode()).hexdigest() == fetched["sha256"]
    assert fetched["at"] == "2026-11-21T05:00:00Z"


def test_who_saves_on_an_old_version_is_refused_and_nothing_changes(centre, make_scene):
    save(centre, make_scene())
    late = save(centre, make_scene(note="late"))
    assert (late.status_code, late.json()["type"]) == (409, "urn:ngatu:problem:scene-conflict")
    early = save(centre, make_scene(note="early"), based_on=7)
    assert early.status_code == 409
    assert [one["number"] for one in centre.get("/api/scenes/cam1/versions").json()["versions"]] == [1]


def test_a_restored_version_is_a_new_one_with_the_same_file(centre, make_scene):
    first = save(centre, make_scene()).json()
    save(centre, make_scene(note="wrong"), based_on=1)
    back = centre.post("/api/scenes/cam1/versions/1/restore", json={"based_on": 2, "reason": "back"})
    assert (back.json()["number"], back.json()["sha256"], back.json()["reason"]) == (3, first["sha256"], "back")
    assert centre.post("/api/scenes/cam1/versions/9/restore", json={"based_on": 3, "reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "change", [{"lane": {}}, {"camera": "other"}, {"version": 3}, {"note": "\ud800"}, {"note": float("nan")}]
)
def test_a_scene_with_problems_is_not_saved(centre, make_scene, change):
    body = {"scene": make_scene() | change, "based_on": 0, "reason": "x"}
    content = json.dumps(body)
    answer = centre.post("/api/scenes/cam1", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert centre.get("/api/scenes/cam1").status_code == 404


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_no_version_without_a_reason(centre, make_scene, reason):
    assert save(centre, make_scene(), reason=reason).status_code == 422


def test_pages_show_hostile_words_as_words(centre, make_scene):
    evil = "<script>alert(1)</script>"
    save(centre, make_scene(note=evil), reason=evil).raise_for_status()
    for path in ("/cameras/cam1", "/cameras/cam1/versions/1", "/cameras"):
        page = centre.get(path)
        assert page.status_code == 200
        assert evil not in page.text


def test_a_version_page_shows_who_when_why_and_what_changed(centre, make_scene):
    save(centre, make_scene(note="một"))
    save(centre, make_scene(note="hai"), based_on=1, reason="đổi ghi chú")
    page = centre.get("/cameras/cam1/versions/2").text
    assert "đổi ghi chú" in page
    assert '<span class="taken">- note: một' in page
    assert '<span class="added">+ note: hai' in page
    assert centre.get("/cameras/cam1/versions/3").status_code == 404
    file = centre.get("/cameras/cam1/versions/1/scene.yaml")
    assert "note: một" in file.text
    assert file.headers["content-disposition"].startswith("attachment")


def test_a_still_is_decoded_and_kept_anew_and_seen_only_by_who_asks_for_it(centre, tmp_path):
    assert centre.get("/api/stills/cam1").status_code == 404
    sent = jpeg() + b"<script>hidden behind the picture</script>"
    put = centre.put("/api/stills/cam1", content=sent)
    assert put.json() == {"camera": "cam1", "width": 320, "height": 180, "url": put.json()["url"]}
    got = centre.get(put.json()["url"])
    assert got.headers["content-type"] == "image/jpeg"
    assert b"hidden" not in got.content
    assert not list((tmp_path / "data" / "scenes").glob(".unfinished-*"))


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 30,000 × 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("content", [b"", b"no picture", jpeg()[:100], bomb()])
def test_what_is_no_picture_is_refused_with_a_sentence(centre, content):
    answer = centre.put("/api/stills/cam1", content=content)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:ngatu:problem:no-picture")
    assert centre.get("/api/stills/cam1").status_code == 404


@pytest.mark.parametrize(
    "content", [b"#EXTM3U\nhttp://127.0.0.1/secret\n", b"ffconcat version 1.0\nfile /etc/passwd\n"]
)
def test_a_playlist_that_names_other_files_is_no_clip(centre, content):
    assert centre.put("/api/clips/cam1", content=content).status_code == 422


def test_there_is_no_dry_run_without_a_clip_and_none_of_a_wrong_scene(centre, make_scene):
    without = centre.post("/api/scenes/cam1/dry-runs", json={"scene": make_scene()})
    assert (without.status_code, "upload one" in without.json()["detail"]) == (404, True)
    wrong = centre.post("/api/scenes/cam1/dry-runs", json={"scene": make_scene(lane={})})
    assert wrong.json()["type"] == "urn:ngatu:problem:scene-problems"
    assert centre.get("/api/scenes/cam1/dry-runs/0123456789abcdef").status_code == 404


class Secured:
    def __init__(self, folder: Path) -> None:
        settings = Settings(f"sqlite:///{folder / 'ngatu.db'}", folder)
        self.app = create_app(settings, now=lambda: NOW)
        self.engine = self.app.state.door.engine
        self.client = TestClient(self.app, raise_server_exceptions=False)
        with writing(self.engine) as session:
            for name, role, districts in (("lan", Role.SUPERVISOR, ["HK"]), ("ba", Role.SUPERVISOR, ["BD"])):
                row = UserRow(name=name, password="-", roles=[role], districts=districts, office=None, disabled=False)
                row.created_at = row.changed_at = NOW
                session.add(row)
            self.token = enrol(session, Device("box", "HK", None, disabled=False, created_at=NOW))
        assign_camera(self.engine, "cam1", "HK")

    def as_(self, who: str) -> dict[str, str]:
        if who == "box":
            return {"authorization": f"Bearer {self.token}"}
        with writing(self.engine) as session:
            return {"cookie": f"{COOKIE}={begin_session(session, who, None, NOW)}"}


@pytest.fixture
def secured(tmp_path):
    return Secured(tmp_path)


def test_a_camera_of_another_district_does_not_exist(secured, make_scene):
    assert save(secured.client, make_scene(), headers=secured.as_("lan")).status_code == 201
    other = secured.as_("ba")
    for path in ("/api/scenes/cam1", "/api/scenes/cam1/versions", "/api/scenes/cam1/versions/1", "/cameras/cam1",
                 "/cameras/cam1/versions/1", "/cameras/cam1/versions/1/scene.yaml", "/api/stills/cam1"):  # fmt: skip
        assert secured.client.get(path, headers=other).status_code == 404, path
    assert save(secured.client, make_scene(), based_on=1, headers=other).status_code == 404
    assert secured.client.put("/api/stills/cam1", content=jpeg(), headers=other).status_code == 404
    assert secured.client.get("/api/scenes/cam1", headers=secured.as_("lan")).json()["number"] == 1


def test_a_device_fetches_and_sends_for_its_district_alone_and_all_of_it_is_in_the_audit_log(secured, make_scene):
    save(secured.client, make_scene(), headers=secured.as_("lan")).raise_for_status()
    box = secured.as_("box")
    assert secured.client.get("/api/scenes/cam1", headers=box).json()["number"] == 1
    assert save(secured.client, make_scene(), based_on=1, headers=box).status_code == 403
    assign_camera(secured.engine, "cam2", "BD")
    assert secured.client.get("/api/scenes/cam2", headers=box).status_code == 404
    assert secured.client.put("/api/stills/cam2", content=jpeg(), headers=box).status_code == 403
    assert secured.client.put("/api/stills/cam3", content=jpeg(), headers=box).status_code == 200
    assert secured.client.get("/api/stills/cam3", headers=secured.as_("lan")).status_code == 200
    soon = secured.client.put("/api/stills/cam3", content=jpeg(), headers=box)
    assert (soon.status_code, 500 < int(soon.headers["retry-after"]) <= 600) == (429, True)
    entries = [stored.entry for stored in list_entries(secured.engine, EntriesWanted())]
    noted = {(entry.who, entry.action, entry.subject) for entry in entries}
    assert {
        ("lan", "scene.save", "camera/cam1"),
        ("device:box", "scene.fetch", "camera/cam1"),
        ("device:box", "still.put", "camera/cam3"),
        ("lan", "still.view", "camera/cam3"),
    } <= noted
