"""What shiny paint and glass mirror: sky, roofs and road as a ball before the camera shows them."""

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Colour
from vision.arrays import U8

SIZE_PX = 64
STRENGTH = 0.30
"""How much of it is added to the paint's own colour: more would be chrome."""


def mirrored(camera: Camera, haze: Colour, seed: int = 0) -> U8:
    """(64, 64, 3) uint8 BGR: the sphere map of OpenGL, in the axes of this camera."""
    axis = (np.arange(SIZE_PX) + 0.5) / SIZE_PX * 2 - 1
    x, y = np.meshgrid(axis, -axis)
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    # A ray that leaves the eye straight ahead, mirrored by the ball: right, up, and back towards the eye.
    right, up, back = 2 * z * x, 2 * z * y, 2 * z * z - 1
    turn = camera.world_from_camera()[:3, :3]
    world = np.stack([right, -back, up], axis=2) @ turn.T
    height = world[:, :, 2]
    bearing = np.arctan2(world[:, :, 1], world[:, :, 0])
    rng = np.random.default_rng(seed)
    skyline = sum(rng.uniform(0.02, 0.09) * np.sin(k * bearing + rng.uniform(0, 6.3)) for k in range(1, 9)) + 0.12
    sky = (0.65 + 0.35 * np.clip(height, 0, 1)) * np.clip((height - skyline) * 14, 0, 1)
    roofs = 0.16 * (height > 0) * (1 - np.clip((height - skyline) * 14, 0, 1))
    road = 0.10 * (height <= 0)
    light = (sky + roofs + road)[:, :, None] * np.array(haze[::-1])
    return np.asarray(np.clip(light * STRENGTH * 255, 0, 255), np.uint8)
