"""`ngatu scene fetch` and `send` against a real centre on 127.0.0.1, with a device's token."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
import uvicorn

from centre.app import Settings, create_app
from violations.accounts.devices import Device, enrol
from violations.store.database import writing
from violations.store.districts import assign_camera
from violations.store.scenes import SceneVersion, add_scene_version, hash_of

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
YAML = "version: 1\ncamera: cam1\nnote: {}\ncounting_lines: {{a: {{line: [[0.1, 0.5], [0.9, 0.5]]}}}}\n"


class Centre:
    def __init__(self, folder: Path, url: str, app) -> None:
        self.engine, self.url, self.folder = app.state.door.engine, url, folder
        with writing(self.engine) as session:
            token = enrol(session, Device("box", "HK", None, disabled=False, created_at=NOW))
        self.agent = folder / "agent"
        self.agent.mkdir()
        (self.agent / "centre.token").touch(0o600)
        (self.agent / "centre.token").write_text(token)
        assign_camera(self.engine, "cam1", "HK")

    def save(self, number: int, yaml: str) -> None:
        with writing(self.engine) as session:
            add_scene_version(session, SceneVersion("cam1", number, hash_of(yaml), yaml, "lan", NOW, "vẽ"))

    def ngatu(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "edge.cli.main", "scene", *arguments]
        where = ["--centre", self.url, "--data", str(self.agent)]
        environment = os.environ | {"NO_COLOR": "1"}
        return subprocess.run([*command, *where], capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("fetched")
    app = create_app(Settings(f"sqlite:///{folder / 'ngatu.db'}", folder / "data"), now=lambda: NOW)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Centre(folder, f"http://127.0.0.1:{listener.getsockname()[1]}", app)
        server.should_exit = True
        thread.join()


def test_an_agent_fetches_the_newest_version_and_replaces_another_only_when_told(centre, tmp_path):
    out = tmp_path / "scene.yaml"
    missing = centre.ngatu("fetch", "cam1", "--out", str(out))
    assert (missing.returncode, "found none" in missing.stderr, out.exists()) == (2, True, False)
    centre.save(1, YAML.format("một"))
    first = centre.ngatu("fetch", "cam1", "--out", str(out))
    assert first.returncode == 0, first.stderr
    assert "version 1 of cam1, saved by lan" in first.stdout
    assert f"sha256: {sha256(out.read_bytes()).hexdigest()}" in first.stdout
    centre.save(2, YAML.format("hai"))
    kept = centre.ngatu("fetch", "cam1", "--out", str(out))
    assert (kept.returncode, "--force" in kept.stderr, "một" in out.read_text("utf-8")) == (2, True, True)
    forced = centre.ngatu("fetch", "cam1", "--out", str(out), "--force", "--json")
    assert json.loads(forced.stdout)["number"] == 2
    assert out.read_text("utf-8") == YAML.format("hai")


def test_an_agent_sends_a_still_of_its_camera(centre, tmp_path):
    picture = tmp_path / "frame.png"
    picture.write_bytes(cv2.imencode(".png", np.full((1200, 2400, 3), 90, np.uint8))[1].tobytes())
    sent = centre.ngatu("send", "cam1", str(picture))
    assert sent.returncode == 0, sent.stderr
    [still] = (centre.folder / "data" / "scenes").glob("*/still.json")
    assert json.loads(still.read_text()) == {"width": 1920, "height": 960}
