"""Every vehicle that can be drawn: a kind and a number name one model for ever."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from scipy.spatial import ConvexHull

from models.datasets.drawn.four_wheels import bus, car, truck
from models.datasets.drawn.mesh import Mesh, Sculptor
from models.datasets.drawn.people import walker
from models.datasets.drawn.two_wheels import bicycle, motorbike
from vision.arrays import F64
from vision.vehicles import VehicleKind

BUILDERS: Mapping[VehicleKind, Callable[[np.random.Generator], Sculptor]] = {
    VehicleKind.MOTORBIKE: motorbike,
    VehicleKind.BICYCLE: bicycle,
    VehicleKind.CAR: car,
    VehicleKind.BUS: bus,
    VehicleKind.TRUCK: truck,
    VehicleKind.PEDESTRIAN: walker,
}
# How many different ones there are of each kind: enough that no swarm looks cloned, few enough to stay in memory.
MODELS: Mapping[VehicleKind, int] = {
    VehicleKind.MOTORBIKE: 240,
    VehicleKind.BICYCLE: 60,
    VehicleKind.CAR: 120,
    VehicleKind.BUS: 48,
    VehicleKind.TRUCK: 64,
    VehicleKind.PEDESTRIAN: 100,
}


@lru_cache(maxsize=sum(MODELS.values()))
def model(kind: VehicleKind, number: int) -> Mesh:
    """The mesh of one model; the same for the same two numbers, in every process."""
    return BUILDERS[kind](np.random.default_rng([int(kind), number])).mesh()


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
