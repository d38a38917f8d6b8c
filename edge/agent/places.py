"""The places of a scene as the proof draws them: lines, lanes with their arrows, zones, markings, movements."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import numpy as np

from violations.evidence.canonical import canonical_json
from vision.arrays import F32
from vision.geometry.parts import Point
from vision.geometry.scene import Scene

PlaceKind = Literal["line", "lane", "zone", "marking", "movement"]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceShape:
    """strokes_px: (n, 2) full-frame pixels each, from point to point, a polygon's first point again at its end.

    arrow_px: (2, 2) along the lawful way of a lane; None where there is none.
    """

    kind: PlaceKind
    strokes_px: tuple[F32, ...]
    arrow_px: F32 | None = None


def places_of(scene: Scene, size_px: tuple[int, int]) -> dict[str, PlaceShape]:
    """Every named place of the scene in a frame of (width, height)."""

    def px(points: Sequence[Point]) -> F32:
        return np.asarray(points, np.float32) * np.asarray(size_px, np.float32)

    lines = {line.name: np.asarray(line.ends_px, np.float32) for line in scene.lines(size_px)}
    shapes = {name: PlaceShape("line", (ends,)) for name, ends in lines.items()}
    for name, lane in scene.lanes.items():
        shapes[name] = PlaceShape("lane", (px((*lane.polygon, lane.polygon[0])),), px(lane.direction))
    for name, zone in scene.zones.items():
        shapes[name] = PlaceShape("zone", (px((*zone.polygon, zone.polygon[0])),))
    for name, marking in scene.markings.items():
        shapes[name] = PlaceShape("marking", (px(marking.points),))
    for name, movement in scene.movements.items():
        shapes[name] = PlaceShape("movement", (lines[movement.entry], lines[movement.exit]))
    return shapes


def heads_of(scene: Scene, size_px: tuple[int, int]) -> tuple[tuple[int, int, int, int], ...]:
    """x1, y1, x2, y2 in whole pixels of every signal head that the scene names."""
    boxes = (np.asarray(head.box) * np.asarray(size_px) for head in scene.signal_heads.values())
    return tuple(
        (int(box[:, 0].min()), int(box[:, 1].min()), int(np.ceil(box[:, 0].max())), int(np.ceil(box[:, 1].max())))
        for box in boxes
    )


def calibration_sha256(scene: Scene) -> str | None:
    """Of the calibration's points and source in canonical JSON; None where the scene has none."""
    if scene.calibration is None:
        return None
    return sha256(canonical_json(scene.calibration.model_dump(mode="json"))).hexdigest()
