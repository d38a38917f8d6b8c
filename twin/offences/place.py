"""A drawn place with its signs: what the camera looks at, in metres on the road, and the scene file that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import yaml
from shapely import LineString, Polygon
from shapely import box as rectangle

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Mesh
from models.datasets.drawn.scene import Street
from twin.errors import TwinError
from twin.lights import Light
from vision.arrays import F64
from vision.vehicles import VehicleKind

Corner = tuple[float, float]
GROUP = "A"
INWARDS = "right_to_left"
"""Lines are given from left to right in the picture: who drives away from the camera comes from the right hand."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Lawful traffic straight on from `start` to `end` (metres).

    kinds   and their shares
    aside_m how far to the right of the way, at most and at least, the middle of an agile vehicle rides
    mps     what its fastest wish to drive, at least and at most
    stop_m  how far along the way its stop line lies, for `light`; None: nobody stops
    """

    start: Corner
    end: Corner
    per_minute: float
    kinds: Mapping[VehicleKind, float]
    aside_m: tuple[float, float] = (0.0, 0.0)
    mps: tuple[float, float] = (8.0, 10.5)
    stop_m: float | None = None
    light: Light | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One camera's view of a road with its rules.

    lines, zones, lanes, markings: by name, in metres. lanes: corners of the polygon and the two ends of the arrow.
    stop_lines: those of `lines` at which traffic stops for the light. rules: as in a scene file. paint: what is drawn
    on the road beside the usual. shown_from_m: nearest y that the camera sees.
    """

    name: str
    street: Street
    camera: Camera
    streams: tuple[Stream, ...]
    starts_at: datetime
    light: Light | None = None
    lines: Mapping[str, tuple[Corner, Corner]] = field(default_factory=dict)
    stop_lines: Mapping[str, tuple[Corner, Corner]] = field(default_factory=dict)
    movements: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lanes: Mapping[str, tuple[Sequence[Corner], tuple[Corner, Corner]]] = field(default_factory=dict)
    zones: Mapping[str, Sequence[Corner]] = field(default_factory=dict)
    markings: Mapping[str, Sequence[Corner]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    signals: tuple[tuple[float, float, float, float], ...] = ()
    paint: Mesh | None = None

    def scene_yaml(self) -> str:
        """A scene for `vision.geometry.load_scene`, its calibration exact to the rounding of eight places."""
        at = self._fractions
        parts = {
            "version": 1,
            "camera": f"drawn-{self.name}",
            "note": "A drawn place: nothing in it ever happened on a real road.",
            "lanes": {
                name: {"polygon": self._ring(ring), "direction": self._line(arrow)}
                for name, (ring, arrow) in self.lanes.items()
            },
            "stop_lines": {
                name: {"line": at(ends), "entering": INWARDS, "signal_group": GROUP}
                for name, ends in self.stop_lines.items()
            },
            "counting_lines": {name: {"line": self._line(ends)} for name, ends in self.lines.items()},
            "zones": {name: {"polygon": self._ring(ring), "purpose": name} for name, ring in self.zones.items()},
            "movements": {name: {"entry": come, "exit": go} for name, (come, go) in self.movements.items()},
            "markings": {name: {"points": self._line(points)} for name, points in self.markings.items()},
            "rules": {name: dict(rule) for name, rule in self.rules.items()},
            "calibration": {
                "source": "Computed from the drawn camera itself: exact, as no survey is.",
                "points": [{"at": seen, "metres": [float(x), float(y)]} for seen, (x, y) in self._surveyed()],
            },
        }
        return yaml.safe_dump(parts, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)

    def lamps_yaml(self, seconds: float) -> str | None:
        """What the lamp showed, exact; None where there is none."""
        if self.light is None:
            return None
        spans = [
            {"state": str(state), "since_s": since, "until_s": until, "error_s": 0.0}
            for state, since, until in self.light.spans(seconds)
        ]
        return yaml.safe_dump({GROUP: spans}, sort_keys=False, default_flow_style=None, width=110)

    def px(self, metres: Sequence[Corner]) -> F64:
        """(n, 2) where places on the road are seen. TwinError for one behind the camera."""
        ground = np.array([(x, y, 0.0) for x, y in metres])
        seen = self.camera.project(ground)[:, :2]
        if np.isnan(seen).any():
            raise TwinError(f"{self.name}: wanted places before the camera, found one behind it among {metres}")
        return seen

    def _surveyed(self) -> list[tuple[list[float], Corner]]:
        """Six places that the picture shows, well apart."""
        width, height = self.camera.size_px
        spots = [(x * width, y * height) for y in (0.97, 0.6, 0.35) for x in (0.1, 0.9)]
        found = [(spot, self.camera.ground_at(*spot)) for spot in spots]
        return [([round(x / width, 8), round(y / height, 8)], place) for (x, y), place in found if place is not None]

    def _ring(self, ring: Sequence[Corner]) -> list[list[float]]:
        """A polygon on the road, as far as the picture shows it."""
        shown = Polygon(self.px(ring)).intersection(rectangle(0, 0, *self.camera.size_px))
        if not isinstance(shown, Polygon) or shown.is_empty:
            raise TwinError(f"{self.name}: wanted a polygon that the picture shows, found {ring}")
        return self._rounded(np.array(shown.exterior.coords[:-1]))

    def _line(self, points: Sequence[Corner]) -> list[list[float]]:
        shown = LineString(self.px(points)).intersection(rectangle(0, 0, *self.camera.size_px))
        if not isinstance(shown, LineString) or shown.is_empty:
            raise TwinError(f"{self.name}: wanted a line that the picture shows, found {points}")
        return self._rounded(np.array(shown.coords))

    def _fractions(self, points: Sequence[Corner]) -> list[list[float]]:
        return self._line(points)

    def _rounded(self, points_px: F64) -> list[list[float]]:
        shares = np.clip(points_px / np.array(self.camera.size_px), 0, 1)
        return [[round(x, 8), round(y, 8)] for x, y in shares.tolist()]
