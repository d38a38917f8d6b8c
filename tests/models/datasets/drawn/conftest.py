"""One studio for all tests: it keeps its meshes."""

import pytest

from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.render import draw_scene
from models.datasets.drawn.studio import Studio

SMALL_PX = (320, 192)
RICH_PX = (640, 384)
RICH = (11, 43)
"""Numbers of scenes of the set 31 with near vehicles, riders and signal heads."""


@pytest.fixture(scope="session")
def studio():
    """Draws pictures of 320 x 192."""
    studio = Studio(SMALL_PX)
    yield studio
    studio.close()


@pytest.fixture(scope="session")
def frames():
    """A few whole scenes, as they are written into a set."""
    studio = Studio(RICH_PX)
    yield [draw_scene(studio, random_scene((31, number), RICH_PX)) for number in RICH]
    studio.close()
