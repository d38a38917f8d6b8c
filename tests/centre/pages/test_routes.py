from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from centre.pages.routes import build_frame, build_router
from violations.api.access import open_door
from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf
from violations.store.ingest import ingest

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
XSS = "<img src=x onerror=alert(1)>"


class Centre:
    def __init__(self, folder: Path) -> None:
        self.engine = open_database(f"sqlite:///{folder / 'centre.db'}")
        self.shelf = EvidenceShelf(self.engine, folder / "evidence")
        app = FastAPI()
        app.state.door = open_door(self.engine, lambda: NOW, local=True)
        app.include_router(build_router(self.engine, build_frame(now=lambda: NOW)))
        self.client = TestClient(app)
        self.sent = 0

    def send(self, kind: str, data: dict, camera: str = "cam.north", ago: timedelta = timedelta(0)) -> None:
        self.sent += 1
        envelope = {
            "id": f"{camera}/boot/{self.sent}",
            "source": f"/cameras/{camera}",
            "time": (NOW - ago).isoformat(),
            "camera": camera,
            "boot": "boot",
            "sequence": self.sent,
            "type": f"vn.ngatu.{kind}.v1",
            "data": data,
        }
        assert ingest(self.engine, self.shelf, [envelope], NOW).refused == ()

    def count(self, minute: int, n: int, coverage: float = 1.0, line: str = "line_1") -> None:
        data = {
            "line": line,
            "since_s": minute * 60.0,
            "until_s": minute * 60.0 + 60,
            "coverage": coverage,
            "counts": {"left_to_right": {"motorbike": n}} if n else {},
        }
        self.send("counts", data, ago=timedelta(minutes=30 - minute))


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    yield centre
    centre.engine.dispose()


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/cameras", "vi", "Chưa có camera nào"),
        ("/cameras", "en", "No camera has sent anything"),
        ("/counts", "vi", "Chưa có số đếm"),
        ("/counts", "en", "No counts yet"),
    ],
)
def test_rooms_without_data_say_what_will_fill_them(centre, path, language, words):
    response = centre.client.get(f"{path}?lang={language}")
    assert response.status_code == 200
    assert words in response.text


@pytest.mark.parametrize(("language", "state"), [("vi", "Mất nguồn hình"), ("en", "Source lost")])
def test_a_camera_shows_its_latest_health_in_words(centre, language, state):
    centre.send("health", {"state": "running", "frames": 10}, ago=timedelta(hours=1))
    centre.send("health", {"state": "source_lost", "frames": 4321, "dropped": 17, "note": XSS})
    page = centre.client.get(f"/cameras?lang={language}").text
    for words in (state, "cam.north", "17", "4.321" if language == "vi" else "4,321"):
        assert words in page
    assert XSS not in page


def test_a_camera_that_never_reported_its_health_is_still_listed(centre):
    centre.count(1, 5)
    assert "chưa báo tình trạng" in centre.client.get("/cameras").text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_counts_show_a_chart_with_units_a_table_and_the_way_to_the_csv(centre, language):
    centre.count(1, 12)
    centre.count(2, 7, coverage=0.5)
    page = centre.client.get(f"/counts?lang={language}").text
    for words in ("<svg", "50 %", "/api/counts?camera=cam.north&amp;line=line_1&amp;format=csv", "60 s", "21/11/2026"):
        assert words in page
    assert 'class="bar-first"' in page


def test_time_without_coverage_is_said_to_have_no_data(centre):
    centre.count(1, 12)
    centre.count(2, 0, coverage=0.0)
    page = centre.client.get("/counts").text
    assert "không có dữ liệu</td>" in page


@pytest.mark.parametrize("hours", ["1", "6", "24", "x", "-1"])
def test_any_span_that_is_asked_for_gives_a_page(centre, hours):
    for minute in range(10):
        centre.count(minute, minute)
    assert centre.client.get("/counts", params={"hours": hours}).status_code == 200


def test_one_of_several_lines_can_be_chosen_and_an_unknown_one_is_the_first(centre):
    centre.count(1, 1, line="a")
    centre.count(1, 1, line="b")
    chosen = centre.client.get("/counts?camera=cam.north&line=b").text
    assert "cam.north · b" in chosen
    assert "line=b&amp;format=csv" in chosen
    assert "line=a&amp;format=csv" in centre.client.get("/counts", params={"camera": XSS, "line": XSS}).text
