"""A real SQLite file, a real evidence shelf, and events as agents send them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine

from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
Raw = dict[str, Any]


@pytest.fixture
def noon() -> datetime:
    """Noon in Hanoi."""
    return NOON


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every migration run, once per session: a test starts from a copy of it."""
    file = tmp_path_factory.mktemp("migrated") / "centre.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    return f"sqlite:///{copyfile(migrated, tmp_path / 'centre.db')}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> EvidenceShelf:
    return EvidenceShelf(engine, tmp_path / "evidence", max_file_bytes=10_000)


@pytest.fixture
def make_event() -> Callable[..., Raw]:
    """An envelope around a body, as JSON: `make_event("health", 7, {...}, camera=…, at_s=…)`."""

    def make(kind: str, sequence: int, data: Raw, *, camera: str = "cam1", at_s: float = 0.0) -> Raw:
        return {
            "specversion": "1.0",
            "id": f"{camera}/b1/{sequence}",
            "source": f"/cameras/{camera}",
            "type": f"vn.ngatu.{kind}.v1",
            "time": (NOON + timedelta(seconds=at_s)).isoformat(),
            "datacontenttype": "application/json",
            "camera": camera,
            "boot": "b1",
            "sequence": sequence,
            "data": data,
        }

    return make


@pytest.fixture
def make_health(make_event: Callable[..., Raw]) -> Callable[..., Raw]:
    def make(sequence: int, state: str = "running", **place: Any) -> Raw:
        return make_event("health", sequence, {"state": state, "frames": 100 + sequence}, **place)

    return make


@pytest.fixture
def make_counts(make_event: Callable[..., Raw]) -> Callable[..., Raw]:
    """Counts over [at_s, at_s + length_s) of one line."""

    def make(
        sequence: int,
        counts: Raw,
        *,
        at_s: float = 0.0,
        length_s: float = 15.0,
        line: str = "north",
        coverage: float = 1.0,
        camera: str = "cam1",
    ) -> Raw:
        data = {"line": line, "since_s": at_s, "until_s": at_s + length_s, "coverage": coverage, "counts": counts}
        return make_event("counts", sequence, data, camera=camera, at_s=at_s)

    return make


@pytest.fixture
def files() -> dict[str, bytes]:
    """The files of one finding by what they show."""
    return {"still_at": b"\xff\xd8 a picture", "clip": b"a clip" * 100, "manifest": b'{"files": []}'}


@pytest.fixture
def make_finding(make_event: Callable[..., Raw], files: dict[str, bytes]) -> Callable[..., Raw]:
    def make(sequence: int, at_s: float = 1.5) -> Raw:
        names = {shows: sha256(content).hexdigest() for shows, content in files.items()}
        media = [
            {
                "name": shows,
                "shows": shows,
                "sha256": names[shows],
                "size_bytes": len(content),
                "media_type": "image/jpeg",
            }
            for shows, content in files.items()
        ]
        data = {
            "offence": "red_light",
            "vehicle": "car",
            "track": 4,
            "line": "stop-n",
            "at_s": at_s,
            "measures": [{"name": "into_red", "value": 2.5, "error": 0.1, "unit": "s"}],
            "lamp": {"state": "red", "since_s": 0.0, "until_s": 30.0},
            "package": names["manifest"],
            "media": media,
        }
        return make_event("finding", sequence, data, at_s=at_s)

    return make


@pytest.fixture
def stored_files(shelf: EvidenceShelf, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of one finding, already on the shelf."""
    for content in files.values():
        with shelf.receive(sha256(content).hexdigest()) as upload:
            upload.write(content)
            upload.finish("image/jpeg", NOON)
    return files
