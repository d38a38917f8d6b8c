"""Vehicles of a drawn play: each fresh from its seed, none of them one that any network was taught with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import ConvexHull

from models.datasets.drawn.garage import BUILDERS
from models.datasets.drawn.mesh import Cover, Mesh
from models.datasets.drawn.number_plates import NUMBERS, drawn_plate
from models.datasets.drawn.people import pick
from models.datasets.drawn.two_wheels import ridden
from vision.arrays import F64
from vision.vehicles import VehicleKind

K = VehicleKind
RAGS = ((0.12, 0.12, 0.13), (0.25, 0.33, 0.52), (0.45, 0.36, 0.26), (0.55, 0.14, 0.14), (0.33, 0.34, 0.30))
COVER_BEYOND_M = 0.05
COVER_LIFT_M = 0.03
PLATED = (K.MOTORBIKE, K.CAR, K.BUS, K.TRUCK)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """
    corners_m  (n, 3) vertices through which every outline passes
    plate      number of its plate among the drawn ones; None where it has none or it is covered
    heads      what is on each rider's head
    """

    kind: VehicleKind
    mesh: Mesh
    corners_m: F64
    plate: int | None = None
    covered: bool = False

    @property
    def length_m(self) -> float:
        return float(np.ptp(self.corners_m[:, 1]))

    @property
    def width_m(self) -> float:
        return float(np.ptp(self.corners_m[:, 0]))

    @property
    def ahead_m(self) -> float:
        """From the origin to the foremost point."""
        return float(self.corners_m[:, 1].max())

    @property
    def behind_m(self) -> float:
        return float(-self.corners_m[:, 1].min())

    @property
    def heads(self) -> tuple[Cover, ...]:
        return tuple(head.cover for head in self.mesh.heads)

    @property
    def text(self) -> str | None:
        """Of its plate, as it is compared."""
        if self.plate is None or not self.mesh.plates:
            return None
        return drawn_plate(self.plate, self.mesh.plates[0].layout).text.text


class Garage:
    """Hands out vehicles, each with a plate of its own as far as there are plates. Deterministic for one generator."""

    def __init__(self, rng: np.random.Generator, coat_share: float = 0.06) -> None:
        self._rng = rng
        self._coats = coat_share
        self._plates = {kind: rng.permutation(NUMBERS).tolist() for kind in (K.MOTORBIKE, K.CAR)}

    def lawful(self, kind: VehicleKind) -> Body:
        """A motorbike with one or two people, all of them in helmets; anything else as it comes."""
        if kind is K.MOTORBIKE:
            return self.motorbike([Cover.HELMET] * (2 if self._rng.random() < 0.28 else 1))
        return self._body(kind, BUILDERS[kind](self._rng))

    def motorbike(self, covers: Sequence[Cover]) -> Body:
        """With an adult under each of `covers`, the driver first."""
        return self._body(K.MOTORBIKE, ridden(self._rng, covers, self._coats))

    def covered(self, body: Body) -> Body:
        """The same with a rag over each of its plates."""
        corners, colours = [], []
        for place in body.mesh.plates:
            out = place.out()
            middle = np.array(place.at_m)
            quad = place.corners_m()
            away = quad - middle
            wide = away * (1 + COVER_BEYOND_M / np.linalg.norm(away, axis=1, keepdims=True))
            corners.append(middle + wide + COVER_LIFT_M * out)
            colours.append((pick(self._rng, RAGS), out))
        mesh = body.mesh
        for quad, (colour, out) in zip(corners, colours, strict=True):
            mesh = _with_quad(mesh, quad, out, colour)
        return replace(body, mesh=replace(mesh, plates=()), plate=None, covered=True)

    def _body(self, kind: VehicleKind, mesh: Mesh) -> Body:
        vertex = mesh.vertex.astype(np.float64)
        corners = np.asarray(vertex[ConvexHull(vertex).vertices], np.float64)
        numbers = self._plates.get(K.MOTORBIKE if kind is K.MOTORBIKE else K.CAR, [])
        plate = None
        if kind in PLATED and mesh.plates:
            plate = numbers.pop(0)
            numbers.append(plate)
        return Body(kind, mesh, corners, plate)


def _with_quad(mesh: Mesh, quad: F64, out: F64, colour: tuple[float, float, float]) -> Mesh:
    """A flat piece more; its corners clockwise as seen by whom it faces."""
    first = len(mesh.vertex)
    rgba = np.tile(np.array([*(round(255 * part) for part in colour), 255], np.uint8), (4, 1))
    faces = np.array([(3, 2, 1), (3, 1, 0)], np.int32) + first
    return replace(
        mesh,
        vertex=np.concatenate([mesh.vertex, quad.astype(np.float32)]),
        normal=np.concatenate([mesh.normal, np.tile(out, (4, 1)).astype(np.float32)]),
        rgba=np.concatenate([mesh.rgba, rgba]),
        triangle=np.concatenate([mesh.triangle, faces]).astype(np.int32),
    )
