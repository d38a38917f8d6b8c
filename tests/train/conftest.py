"""The way every trainer is tested: as the command its user types, on a few tiny pictures, killed half way.

These tests need the packages of scripts/train-packages.sh and are run by `make test-train`; where torch is absent they
are not collected, so that `make test` needs none of it. One file per trainer, test_<trainer>.py, on the same lines:

    def test_a_killed_run_goes_on(trainer, folder):
        trainer.killed("plate_reader", "--data", folder, "--out", out, "--steps", 40, checkpoint=out / "last.pt")
        trainer("plate_reader", …)      # the same command again: it must end, and say from where it went on
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from vision.vehicles import KIND_NAMES, VehicleKind

collect_ignore_glob = [] if find_spec("torch") and find_spec("ultralytics") else ["test_*.py"]

ROOT = Path(__file__).parents[2]
FRUGAL = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
"""Waiting threads that spin would take the other core from whoever works on it."""
LONGEST_S = 240
LONGEST_TEST_S = 300
WIDTH_PX, HEIGHT_PX = 160, 96


os.environ.update(FRUGAL)  # before torch is imported here too


def pytest_collection_modifyitems(items):
    """Each starts several processes that import torch: on a busy machine that takes its time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(LONGEST_TEST_S))


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def start(*command: object) -> subprocess.Popen[str]:
    """A process group of its own, so that a kill takes the loader's workers too."""
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> Answer:
    try:
        out, err = process.communicate(timeout=LONGEST_S)
    finally:
        kill(process)
    return Answer(process.returncode, out, err)


def kill(process: subprocess.Popen[str]) -> None:
    """At once, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True)
class Finished:
    """A run that was killed on the way: its folder, what the second start said, and the step the kill left it at."""

    folder: Path
    said: str
    cut_at: int


class Trainer:
    """Runs `python -m models.train.NAME ARGUMENTS`."""

    def __call__(self, name: str, *arguments: object, code: int = 0) -> Answer:
        """To its end, which must be `code`."""
        answer = finish(start(f"models.train.{name}", *arguments))
        assert answer.code == code, answer.err
        return answer

    def killed(self, name: str, *arguments: object, checkpoint: Path) -> None:
        """Until `checkpoint` has been there for a moment, then SIGKILL. The command must be long enough not to have
        ended by then: give it more steps than a second takes, and save often."""
        process = start(f"models.train.{name}", *arguments)
        began = time.monotonic()
        while not checkpoint.is_file() and process.poll() is None and time.monotonic() - began < LONGEST_S:
            time.sleep(0.02)
        ended = process.poll() is not None
        kill(process)
        out, err = process.communicate()
        assert not ended, f"it ended before it could be killed: {out}{err}"
        assert checkpoint.is_file(), err

    def cut_and_finished(self, out: Path, name: str, *arguments: object) -> Finished:
        """Killed after its first checkpoint, then run to the end."""
        import torch

        command = (name, *arguments, "--out", out)
        self.killed(*command, checkpoint=out / "last.pt")
        step = torch.load(out / "last.pt", weights_only=True)["step"]
        return Finished(out, self(*command).out, step)


@pytest.fixture(scope="session", autouse=True)
def _ultralytics_keeps_its_settings_here(tmp_path_factory):
    """Not in the home of whoever runs the tests."""
    os.environ["YOLO_CONFIG_DIR"] = str(tmp_path_factory.mktemp("ultralytics"))


@pytest.fixture(scope="session")
def trainer() -> Trainer:
    return Trainer()


@pytest.fixture(scope="session")
def ngatu() -> Callable[..., Answer]:
    """Run `ngatu models ARGUMENTS` in a process of its own: torch's warnings stay out of this one."""

    def run(*arguments: object, code: int = 0) -> Answer:
        answer = finish(start("models.cli", "models", *arguments))
        assert answer.code == code, answer.err
        return answer

    return run


COLOURS = ((40, 40, 220), (40, 220, 220), (220, 40, 40), (220, 220, 40), (40, 220, 40), (220, 40, 220))


def rectangles(rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    """A grey picture with up to six coloured boxes, one colour per kind, and its label rows."""
    image = rng.normal(110, 12, (HEIGHT_PX, WIDTH_PX, 3)).clip(0, 255).astype(np.uint8)
    rows = []
    for _ in range(int(rng.integers(2, 7))):
        kind = VehicleKind(int(rng.integers(len(KIND_NAMES))))
        width, height = int(rng.integers(16, 48)), int(rng.integers(16, 40))
        x, y = int(rng.integers(0, WIDTH_PX - width)), int(rng.integers(0, HEIGHT_PX - height))
        cv2.rectangle(image, (x, y), (x + width - 1, y + height - 1), COLOURS[kind], cv2.FILLED)
        middle = ((x + width / 2) / WIDTH_PX, (y + height / 2) / HEIGHT_PX)
        rows.append(f"{kind:d} {middle[0]:.6f} {middle[1]:.6f} {width / WIDTH_PX:.6f} {height / HEIGHT_PX:.6f}\n")
    return image, rows


@pytest.fixture(scope="session")
def road_set(tmp_path_factory) -> Path:
    """A YOLO set in the engine's own names: 12 pictures to train on, 4 to validate."""
    folder = tmp_path_factory.mktemp("road_set")
    rng = np.random.default_rng(3)
    for split, count in (("train", 12), ("valid", 4)):
        for part in ("images", "labels"):
            (folder / part / split).mkdir(parents=True)
        for number in range(count):
            image, rows = rectangles(rng)
            assert cv2.imwrite(str(folder / f"images/{split}/{number}.png"), image)
            (folder / f"labels/{split}/{number}.txt").write_text("".join(rows), "ascii")
    (folder / "data.yaml").write_text(yaml.safe_dump({"names": list(KIND_NAMES)}), "utf-8")
    return folder


@pytest.fixture(scope="session")
def lamp_sets(tmp_path_factory) -> Path:
    """Both sets with a head or two in each picture of each split, one picture damaged."""
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(2)
    for name in ("korea", "indonesia"):
        folder = root / "lamps" / name
        for split in ("train", "test", "valid"):
            for part in ("images", "labels"):
                (folder / part / split).mkdir(parents=True)
            for number in range(6):
                image = rng.integers(120, 200, (160, 160, 3)).astype(np.uint8)
                cv2.rectangle(image, (60, 40), (89, 129), (20, 20, 20), -1)
                colour = ((60, 200, 60), (30, 30, 220), (40, 190, 230))[number % 3]
                cv2.circle(image, (75, 55 + 30 * (number % 3)), 11, colour, -1)
                cv2.imwrite(str(folder / f"images/{split}/{number}.jpg"), image)
                (folder / f"labels/{split}/{number}.txt").write_text(f"{number % 3} 0.468 0.53 0.186 0.56")
        (folder / "images/train/5.jpg").write_bytes(b"no picture")
        (folder / "data.yaml").write_text(yaml.safe_dump({"names": ["green", "red", "yellow"]}))
    return root
