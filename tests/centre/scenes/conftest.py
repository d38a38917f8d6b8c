"""A centre whose clock stands still, and scenes to save in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(f"sqlite:///{tmp_path / 'ngatu.db'}", tmp_path / "data", local=True)
    with TestClient(create_app(settings, now=lambda: NOW), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make_scene() -> Callable[..., dict[str, Any]]:
    """A sound scene of a camera, with changes."""

    def make(camera: str = "cam1", **changes: Any) -> dict[str, Any]:
        ring = [[0.3, 0.9], [0.4, 0.4], [0.5, 0.4], [0.5, 0.9]]
        lane = {"polygon": ring, "direction": [[0.4, 0.85], [0.45, 0.45]]}
        return {"version": 1, "camera": camera, "lanes": {"north": lane}, **changes}

    return make
