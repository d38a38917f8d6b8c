"""Every vehicle that can be drawn: a kind and a number name one model for ever."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from scipy.spatial import ConvexHull

from models.datasets.drawn.buses import bus
from models.datasets.drawn.cars import car
from models.datasets.drawn.mesh import Cover, Mesh
from models.datasets.drawn.trucks import truck
from models.datasets.drawn.two_wheels import bicycle, motorbike
from models.datasets.drawn.walkers import walker
from vision.arrays import F64
from vision.vehicles import VehicleKind

BUILDERS: Mapping[VehicleKind, Callable[[np.random.Generator], Mesh]] = {
    VehicleKind.MOTORBIKE: motorbike,
    VehicleKind.BICYCLE: bicycle,
    VehicleKind.CAR: car,
    VehicleKind.BUS: bus,
    VehicleKind.TRUCK: truck,
    VehicleKind.PEDESTRIAN: walker,
}
# How many different ones there are of each kind: enough that no swarm looks cloned, few enough to stay in memory.
MODELS: Mapping[VehicleKind, int] = {
    VehicleKind.MOTORBIKE: 260,
    VehicleKind.BICYCLE: 120,
    VehicleKind.CAR: 200,
    VehicleKind.BUS: 120,
    VehicleKind.TRUCK: 150,
    VehicleKind.PEDESTRIAN: 180,
}


@lru_cache(maxsize=sum(MODELS.values()))
def model(kind: VehicleKind, number: int) -> Mesh:
    """The mesh of one model; the same for the same two numbers, in every process."""
    return BUILDERS[kind](np.random.default_rng([int(kind), number]))


@lru_cache(maxsize=sum(MODELS.values()))
def heads_of(kind: VehicleKind, number: int) -> tuple[tuple[Cover, Mesh], ...]:
    """The heads of a model's riders: what is on each, and the part of the mesh that is the two."""
    mesh = model(kind, number)
    return tuple((head.cover, mesh.part(head.vertices, head.triangles)) for head in mesh.heads)


@lru_cache(maxsize=sum(MODELS.values()))
def footprint_m(kind: VehicleKind, number: int) -> tuple[float, float]:
    """(length, width) of a model on the road; mirrors and loads included."""
    span = np.ptp(model(kind, number).vertex, axis=0)
    return float(span[1]), float(span[0])


@lru_cache(maxsize=sum(MODELS.values()))
def corners_m(kind: VehicleKind, number: int) -> F64:
    """(n, 3) the few vertices of a model through which every outline and every shadow of it passes."""
    vertex = model(kind, number).vertex.astype(np.float64)
    return np.asarray(vertex[ConvexHull(vertex).vertices], np.float64)
