"""The JSON routes on a real database, asked over HTTP."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from violations.api.access import open_door
from violations.api.problems import install_problem_handlers
from violations.api.routes import build_router
from violations.store.evidence_files import EvidenceShelf


@pytest.fixture
def client(engine: Engine, shelf: EvidenceShelf, noon: datetime) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.door = open_door(engine, lambda: noon, local=True)
    app.include_router(build_router(engine, shelf, lambda: noon))
    install_problem_handlers(app)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def uploaded(client: TestClient, files: dict[str, bytes]) -> dict[str, str]:
    """The files of one finding, uploaded: SHA-256 by what they show."""
    names = {shows: sha256(content).hexdigest() for shows, content in files.items()}
    for shows, content in files.items():
        kind = {"content-type": "video/mp4" if shows == "clip" else "image/jpeg"}
        assert client.put(f"/api/media/{names[shows]}", content=content, headers=kind).status_code == 201
    return names
