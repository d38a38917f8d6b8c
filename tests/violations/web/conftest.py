"""A review desk on a real database and a real shelf, with findings that carry whatever words a test wants."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from violations.api.access import open_door
from violations.cases.states import CaseState
from violations.errors import EvidenceError
from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf
from violations.store.ingest import ingest
from violations.store.records import CaseRecord
from violations.web.copies import Copies, Export
from violations.web.frame import Frame
from violations.web.pages import build_router

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PAGE = {"accept": "text/html"}


@dataclass
class Desk:
    """`client` is a browser on the desk's pages; `add` sends a finding and gives the new case's id."""

    engine: Engine
    shelf: EvidenceShelf
    client: TestClient
    add: Callable[..., int]

    def token(self, case_id: int) -> str:
        self.client.get(f"/cases/{case_id}")
        return self.client.cookies["ngatu_token"]

    def decide(self, case_id: int, headers: dict[str, str] | None = None, **fields: str) -> Any:
        sent = {"token": self.token(case_id), "version": "1", "reviewer": "Lan", "note": ""} | fields
        origin = {"sec-fetch-site": "same-origin"} if headers is None else headers
        return self.client.post(f"/cases/{case_id}", data=sent, headers=origin, follow_redirects=False)


def put(shelf: EvidenceShelf, content: bytes, media_type: str) -> str:
    name = sha256(content).hexdigest()
    if shelf.path_of(name).exists():
        return name
    with shelf.receive(name) as upload:
        upload.write(content)
        upload.finish(media_type, NOW)
    return name


def media(shelf: EvidenceShelf, shows: str, name: str, content: bytes, media_type: str) -> dict[str, Any]:
    sha = put(shelf, content, media_type)
    return {"name": name, "shows": shows, "sha256": sha, "size_bytes": len(content), "media_type": media_type}


@pytest.fixture(scope="session")
def frame() -> Frame:
    return Frame(now=lambda: NOW)


def copy_of(folder: Path) -> Export:
    """A zip that stands for the masked one; who makes that is the centre's business (tests/centre/test_masked.py)."""

    def export(case: CaseRecord) -> Path:
        if case.state is CaseState.DETECTED:
            raise EvidenceError("nobody has looked yet")
        file = folder / "masked.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("masked.txt", case.finding.package)
        return file

    return export


@pytest.fixture
def desk(tmp_path: Path, migrated: Path, frame: Frame) -> Iterator[Desk]:
    engine = open_database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'desk.db')}")
    shelf = EvidenceShelf(engine, tmp_path / "evidence")
    app = FastAPI()
    app.state.door = open_door(engine, lambda: NOW, local=True)
    app.include_router(build_router(engine, shelf, frame, Copies(lambda _: (), copy_of(tmp_path))))
    numbers = count()

    def add(age: timedelta = timedelta(hours=1), camera: str = "cam.north", **changes: Any) -> int:
        n = next(numbers)
        files = [
            media(shelf, shows, f"{shows}.jpg", shows.encode(), "image/jpeg")
            for shows in ("still_before", "still_at", "still_after", "overlay")
        ]
        files.append(media(shelf, "clip", "clip.mp4", b"clip", "video/mp4"))
        finding = {
            "offence": "red_light",
            "vehicle": "car",
            "track": 7,
            "line": "stop_1",
            "at_s": 103.2,
            "measures": [{"name": "into_red", "value": 3.2, "error": 0.15, "unit": "s"}],
            "lamp": {"state": "red", "since_s": 100.0, "until_s": 130.0, "error_s": 0.1, "origin": "file"},
            "package": put(shelf, b"no manifest", "application/json"),
            "media": files,
        }
        envelope = {
            "id": f"{camera}/boot/{n}",
            "source": f"/cameras/{camera}",
            "time": (NOW - age).isoformat(),
            "camera": camera,
            "boot": "boot",
            "sequence": n,
            "type": "vn.ngatu.finding.v1",
            "data": finding | changes,
        }
        receipt = ingest(engine, shelf, [envelope], NOW)
        assert receipt.refused == ()
        return n + 1

    with TestClient(app, headers=PAGE) as client:
        yield Desk(engine, shelf, client, add)
    engine.dispose()
