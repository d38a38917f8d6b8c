"""The whole centre on a real SQLite file, asked over HTTP."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from violations.accounts import passwords

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """Noon in Hanoi."""
    return NOON


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory: what it costs is not what these tests are about."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture(scope="module", autouse=True)
def _tables(quick_tables: None) -> None:
    """The migrations run once."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("data")
    return Settings(
        f"sqlite:///{data / 'ngatu.db'}", data, hosts=frozenset({"testserver"}), place="Ngã tư thử", local=True
    )


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    """One centre for the tests of one file: each uses cameras of its own."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make_counts() -> Callable[..., dict[str, Any]]:
    """A counts event over [at_s, at_s + 15) of one camera's line."""

    def make(camera: str, sequence: int, counts: dict[str, Any], line: str = "north") -> dict[str, Any]:
        at_s = 15.0 * sequence
        return {
            "id": f"{camera}/b1/{sequence}",
            "source": f"/cameras/{camera}",
            "type": "vn.ngatu.counts.v1",
            "time": (NOON + timedelta(seconds=at_s)).isoformat(),
            "camera": camera,
            "boot": "b1",
            "sequence": sequence,
            "data": {"line": line, "since_s": at_s, "until_s": at_s + 15, "coverage": 1.0, "counts": counts},
        }

    return make


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "ngatu-data"
