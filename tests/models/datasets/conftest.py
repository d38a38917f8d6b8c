"""Pictures, good and bad, and boxes that fit into them."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import strategies as st

from models.datasets.labels import LabelledImage

WIDTH_PX, HEIGHT_PX = 200, 100


def encoded(ending: str, *channels: int, kind: type = np.uint8) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT_PX, WIDTH_PX, *channels)).astype(kind)
    return cv2.imencode(ending, noise)[1].tobytes()


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    """By name: what a set may hold."""
    return {
        "good": encoded(".jpg", 3),
        "good.png": encoded(".png", 3),
        "grey": encoded(".jpg"),
        "grey.png": encoded(".png"),
        "alpha.png": encoded(".png", 4),
        "deep.png": encoded(".png", 3, kind=np.uint16),
        "deep_grey.png": encoded(".png", kind=np.uint16),
        "cut": encoded(".jpg", 3)[:-200],
        "cut.png": encoded(".png", 3)[:-200],
        "text": b"not a picture",
        "empty": b"",
    }


BAD_PICTURES = {
    "grey": "pictures of 1 x 8 bits instead of 3 x 8",
    "grey.png": "pictures of 1 x 8 bits instead of 3 x 8",
    "alpha.png": "pictures of 4 x 8 bits instead of 3 x 8",
    "deep.png": "pictures of 3 x 16 bits instead of 3 x 8",
    "deep_grey.png": "pictures of 1 x 16 bits instead of 3 x 8",
    "cut": "unreadable pictures",
    "cut.png": "unreadable pictures",
    "text": "unreadable pictures",
    "empty": "unreadable pictures",
}


@pytest.fixture(params=sorted(BAD_PICTURES))
def bad_picture(request, pictures) -> tuple[str, bytes, str]:
    """Ending, content, and the reason for which it is left aside."""
    return Path(f"x{request.param}").suffix or ".jpg", pictures[request.param], BAD_PICTURES[request.param]


@st.composite
def labels(draw, most: int = 6):
    """(n, 4) boxes inside a picture and their kinds."""

    def side(length):
        return st.floats(0, length - 1, width=32), st.floats(0.125, 1, width=32)

    boxes, kinds = [], []
    for _ in range(draw(st.integers(0, most))):
        (left, across), (top, down) = side(WIDTH_PX), side(HEIGHT_PX)
        x, y = draw(left), draw(top)
        boxes.append([x, y, x + draw(across) * (WIDTH_PX - x), y + draw(down) * (HEIGHT_PX - y)])
        kinds.append(draw(st.integers(0, 5)))
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int8)


@pytest.fixture(scope="session")
def any_labels() -> Callable[..., st.SearchStrategy]:
    return labels


@pytest.fixture(scope="session")
def stored(tmp_path_factory, pictures) -> Path:
    """One good picture on the disk, outside every set."""
    file = tmp_path_factory.mktemp("stored") / "one.jpg"
    file.write_bytes(pictures["good"])
    return file


@pytest.fixture(scope="session")
def assert_same() -> Callable[..., None]:
    """The same boxes and kinds, row for row, to `within` pixels."""

    def check(found: LabelledImage, wanted: LabelledImage, within: float) -> None:
        np.testing.assert_allclose(found.xyxy_px, wanted.xyxy_px, atol=within)
        assert found.kind.tolist() == wanted.kind.tolist()
        np.testing.assert_allclose(found.ignored_xyxy_px, wanted.ignored_xyxy_px, atol=within)
        assert found.ignored_kind.tolist() == wanted.ignored_kind.tolist()

    return check
