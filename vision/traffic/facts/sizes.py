"""How long and wide vehicles are taken to be where a camera cannot tell: a prior, in metres, with its deviation.

Ours, of the order of the common vehicles of a Vietnamese city (scooter, small saloon, city bus, two-axle truck). used
to turn the near end of a vehicle, which a camera sees, into its far one.
"""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F64, I8
from vision.vehicles import VehicleKind

LENGTH_M = {
    VehicleKind.MOTORBIKE: 1.9,
    VehicleKind.BICYCLE: 1.7,
    VehicleKind.CAR: 4.4,
    VehicleKind.BUS: 11.0,
    VehicleKind.TRUCK: 7.5,
    VehicleKind.PEDESTRIAN: 0.5,
}
WIDTH_M = {
    VehicleKind.MOTORBIKE: 0.75,
    VehicleKind.BICYCLE: 0.6,
    VehicleKind.CAR: 1.75,
    VehicleKind.BUS: 2.5,
    VehicleKind.TRUCK: 2.3,
    VehicleKind.PEDESTRIAN: 0.5,
}
SIZE_DEVIATION = 0.2
"""One deviation of either, as a share of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """(6,) float64 each, by VehicleKind."""

    length_m: F64
    width_m: F64

    def along_m(self, kind: I8) -> F64:
        """(n,) length of vehicles of these kinds."""
        return np.asarray(self.length_m[kind], np.float64)

    def across_m(self, kind: I8) -> F64:
        return np.asarray(self.width_m[kind], np.float64)


def usual_sizes() -> Sizes:
    return Sizes(
        np.array([LENGTH_M[kind] for kind in VehicleKind], np.float64),
        np.array([WIDTH_M[kind] for kind in VehicleKind], np.float64),
    )
