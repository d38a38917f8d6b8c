"""Places on the road that a camera sees."""

import numpy as np

from models.datasets.drawn.camera import Camera

FARTHEST_M = 120.0


def spot(rng: np.random.Generator, camera: Camera) -> tuple[float, float] | None:
    """x, y on the ground under a pixel of the picture or a little beside it, lower rows more often; None in the sky
    and too far away."""
    width, height = camera.size_px
    x_px, y_px = float(rng.uniform(-0.08, 1.08)) * width, float(0.02 + 1.13 * rng.random() ** 0.8) * height
    place = camera.ground_at(x_px, y_px)
    if place is None or np.hypot(place[0] - camera.at_m[0], place[1] - camera.at_m[1]) > FARTHEST_M:
        return None
    return place
