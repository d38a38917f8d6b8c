"""One good picture."""

from pathlib import Path

import cv2
import numpy as np
import pytest


@pytest.fixture
def stored(tmp_path) -> Path:
    file = tmp_path / "one.jpg"
    cv2.imwrite(str(file), np.random.default_rng(1).integers(0, 256, (100, 200, 3), dtype=np.uint8))
    return file
