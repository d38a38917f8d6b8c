"""Draws a scene over a frame, so that its author sees what the engine will believe."""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np

from edge.agent.draw import INK, PAPER, Colour, Pen
from vision.arrays import F64, U8
from vision.events.bodies import Crossing
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Line, left_normals, stack_ends
from vision.geometry.metre_grid import metre_grid
from vision.geometry.scene import Scene

# BGR
LANE: Colour = (90, 170, 40)
ZONE: Colour = (200, 80, 170)
COUNTING: Colour = (60, 200, 250)
STOP: Colour = (50, 50, 230)
OTHER_WAY: Colour = (150, 150, 150)
GROUND: Colour = (230, 190, 60)
# Towards the left hand (+1) one comes from the right.
WAYS = {1.0: "right_to_left", -1.0: "left_to_right"}


class ScenePicture:
    """One copy of a frame being drawn on. Everything is given in full-frame pixels."""

    def __init__(self, image: U8) -> None:
        self.image = image.copy()
        self.size_px = (image.shape[1], image.shape[0])
        self._pen = Pen.for_size(self.size_px)
        self._reach_px = 0.06 * min(self.size_px)
        self._labels: list[tuple[str, F64, Colour]] = []

    def fraction_grid(self) -> None:
        """Lines at every tenth of the frame, named on the top and left edge."""
        width, height = self.size_px
        for tenth in range(1, 10):
            x, y = tenth / 10 * width, tenth / 10 * height
            self._stroke([[x, 0], [x, height]], PAPER, thin=True)
            self._stroke([[0, y], [width, y]], PAPER, thin=True)
            self.label(f"{tenth / 10:g}", (x, 0), INK)
            self.label(f"{tenth / 10:g}", (0, y), INK)

    def area(self, corners: F64, colour: Colour, text: str) -> None:
        """(n, 2) corners: a light fill, an edge, and a name in its middle."""
        ring = np.round(corners).astype(np.int32)
        tinted = self.image.copy()
        cv2.fillPoly(tinted, [ring], colour)
        self.image = cv2.addWeighted(tinted, 0.25, self.image, 0.75, 0)  # type: ignore[assignment]  # stubs widen it
        self._stroke([*corners, corners[0]], colour)
        self.label(text, corners.mean(axis=0), colour)

    def arrow(self, start: F64, end: F64, colour: Colour) -> None:
        for paint, width_px in ((INK, self._pen.width_px * 3), (colour, self._pen.width_px)):
            tip = min(0.35, 0.3 * self._reach_px / max(float(np.hypot(*(end - start))), 1.0))
            cv2.arrowedLine(self.image, _pixel(start), _pixel(end), paint, width_px, cv2.LINE_AA, 0, tip)

    def line(self, line: Line, colour: Colour, entering: str | None = None) -> None:
        """A line, its first end marked, with an arrow and a name for each way over it.

        For a stop line `entering` is the way that must stop; the other way is grey.
        """
        ends = np.array(line.ends_px)
        self._stroke(ends, colour)
        cv2.circle(self.image, _pixel(ends[0]), self._pen.width_px * 4, colour, cv2.FILLED, cv2.LINE_AA)
        self.label(f"{line.name} (1)", ends[0], colour)
        self.label("(2)", ends[1], colour)
        [left] = left_normals(stack_ends((line,)))
        for hand, way in WAYS.items():
            paint = colour if entering in (None, way) else OTHER_WAY
            # Each way has its own place along the line, so that the two arrows never lie on one another.
            at = ends[0] + (0.5 + 0.08 * hand) * (ends[1] - ends[0])
            self.arrow(at - hand * left * self._reach_px, at + hand * left * self._reach_px, paint)
            self.label(way, at + hand * left * self._reach_px * 1.3, paint)

    def ground(self, plane: GroundPlane, places_px: F64, metres: F64) -> None:
        """The metre grid around the calibration points, each point, and how far the fit misses it."""
        grid = metre_grid(plane, metres)
        for line in grid.lines:
            self._stroke(line, GROUND, thin=True)
        nearest = np.array([(grid.low_m[0] + grid.high_m[0]) / 2, grid.low_m[1]])
        self.label(f"grid {grid.step_m:g} m", plane.to_pixels(nearest[None])[0] + (0, self._reach_px / 3), GROUND)
        for place, fitted, miss in zip(places_px, plane.to_pixels(metres), plane.residual_m, strict=True):
            cv2.circle(self.image, _pixel(place), self._pen.width_px * 5, GROUND, self._pen.width_px, cv2.LINE_AA)
            if np.isfinite(fitted).all():
                cv2.drawMarker(self.image, _pixel(fitted), INK, cv2.MARKER_CROSS, self._pen.width_px * 8)
            self.label(f"{miss:.2f} m", place + np.array([0, self._reach_px / 2]), GROUND)

    def mark(self, at: F64, colour: Colour) -> None:
        """A dot that stands out from any ground."""
        cv2.circle(self.image, _pixel(at), self._pen.width_px * 4, INK, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(self.image, _pixel(at), self._pen.width_px * 3, colour, cv2.FILLED, cv2.LINE_AA)

    def label(self, text: str, at: F64 | tuple[float, float], ground: Colour) -> None:
        """Remember a text whose box is centred at `at`; all are drawn last, above everything else."""
        self._labels.append((text, np.asarray(at, np.float64), ground))

    def finish(self) -> U8:
        for text, at, ground in self._labels:
            self._write(_plain(text), at, ground)
        return self.image

    def _write(self, text: str, at: F64, ground: Colour) -> None:
        if not np.isfinite(at).all():
            return
        (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, self._pen.text, 1)
        space = np.array(self.size_px) - (width + 4, height + base + 4)
        x, y = np.clip(at - (width / 2, (height + base) / 2), 0, np.maximum(space, 0)).astype(int).tolist()
        cv2.rectangle(self.image, (x, y), (x + width + 4, y + height + base + 2), ground, cv2.FILLED)
        ink = INK if sum(ground) > 380 else PAPER
        cv2.putText(
            self.image, text, (x + 2, y + height + 1), cv2.FONT_HERSHEY_SIMPLEX, self._pen.text, ink, 1, cv2.LINE_AA
        )

    def _stroke(self, points: Iterable[Iterable[float]] | F64, colour: Colour, thin: bool = False) -> None:
        """A line through (n, 2) points; it is broken where a point is NaN."""
        path = np.asarray([list(point) for point in points], np.float64)
        for start, end in pairwise(path):
            if not np.isfinite([start, end]).all():
                continue
            if not thin:
                cv2.line(self.image, _pixel(start), _pixel(end), INK, self._pen.width_px * 3, cv2.LINE_AA)
            cv2.line(self.image, _pixel(start), _pixel(end), colour, 1 if thin else self._pen.width_px, cv2.LINE_AA)


def draw_scene(scene: Scene, image: U8) -> U8:
    """A copy of `image` with everything the scene says on it."""
    picture = ScenePicture(image)
    size = np.array(picture.size_px, np.float64)
    for name, zone in scene.zones.items():
        picture.area(np.array(zone.polygon) * size, ZONE, f"{name}: {zone.purpose}")
    for name, lane in scene.lanes.items():
        picture.area(np.array(lane.polygon) * size, LANE, name)
        start, end = np.array(lane.direction) * size
        picture.arrow(start, end, PAPER)
    plane = scene.ground_plane(picture.size_px)
    if plane is not None and scene.calibration is not None:
        points = scene.calibration.points
        picture.ground(plane, np.array([each.at for each in points]) * size, np.array([each.metres for each in points]))
    for line in scene.lines(picture.size_px):
        stop = scene.stop_lines.get(line.name)
        picture.line(line, STOP if stop else COUNTING, stop.entering if stop else None)
    return picture.finish()


def draw_crossings(image: U8, crossings: Iterable[Crossing]) -> U8:
    """A copy of `image` with a mark where each vehicle's feet passed a line."""
    picture = ScenePicture(image)
    size = np.array(picture.size_px, np.float64)
    for crossing in crossings:
        picture.mark(np.array([crossing.x, crossing.y]) * size, STOP if crossing.role == "stop" else COUNTING)
    return picture.finish()


def draw_fraction_grid(image: U8) -> U8:
    picture = ScenePicture(image)
    picture.fraction_grid()
    return picture.finish()


def _pixel(place: F64) -> tuple[int, int]:
    # OpenCV's fixed point is narrow: a place far outside must not wrap around into the picture.
    x, y = np.clip(np.round(place), -30_000, 30_000).astype(int).tolist()
    return x, y


def _plain(text: str) -> str:
    """Without marks: the letters OpenCV 4 draws have none."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate({0x111: "d", 0x110: "D"})) if ord(c) < 128)
