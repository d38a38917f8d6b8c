"""A tiny clip, so that every benchmark can be run for real in a moment."""

from pathlib import Path

import numpy as np
import pytest

from vision.sources.writer import VideoWriter


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pictures of noise, 320 × 180, 25 frames a second."""
    file = tmp_path_factory.mktemp("clip") / "tiny.mp4"
    chance = np.random.default_rng(0)
    with VideoWriter(file, (320, 180), 25) as video:
        for frame in range(12):
            video.write(chance.integers(0, 256, (180, 320, 3), np.uint8), frame / 25)
    return file


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the benchmarks keep goes into a folder of the test run."""
    monkeypatch.setenv("NGATU_BENCH_CACHE", str(tmp_path_factory.getbasetemp() / "bench-cache"))
