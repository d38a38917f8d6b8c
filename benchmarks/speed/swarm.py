"""A swarm for the trackers to follow: boxes that ride across a full-HD picture, seen by a detector that errs."""

import numpy as np

from vision.detections import Detections
from vision.vehicles import VehicleKind

SIZE_PX = (1920, 1080)
FPS = 25.0
MISSED = 0.05
JITTER = 0.03
"""Deviation of each side, in box sizes."""


def swarm(objects: int, frames: int, seed: int = 0) -> list[Detections]:
    """`frames` pictures of `objects` riders, each going straight; who leaves the picture enters on the other side.

    Places are drawn anywhere, so riders overlap by chance as they do in traffic: the more, the more often.
    """
    chance = np.random.default_rng([seed, objects])
    width = chance.uniform(24, 60, objects)
    size = np.stack([width, width * chance.uniform(1.2, 1.9, objects)], axis=1)
    place = chance.uniform(0, SIZE_PX, (objects, 2))
    course = chance.integers(4, size=objects) * (np.pi / 2) + chance.normal(0, 0.1, objects)
    velocity = np.stack([np.cos(course), np.sin(course)], axis=1) * chance.uniform(30, 200, (objects, 1))
    return [
        _seen((place + velocity * (frame / FPS)) % np.array(SIZE_PX, float), size, chance) for frame in range(frames)
    ]


def _seen(centre: np.ndarray, size: np.ndarray, chance: np.random.Generator) -> Detections:
    found = chance.random(len(centre)) >= MISSED
    corners = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    corners += chance.normal(0, JITTER, corners.shape) * np.sqrt(size.prod(axis=1))[:, None]
    score = np.clip(chance.normal(0.6, 0.2, len(centre)), 0.11, 0.98)
    kind = np.full(int(found.sum()), VehicleKind.MOTORBIKE, np.int8)
    return Detections(corners[found].astype(np.float32), score[found].astype(np.float32), kind)
