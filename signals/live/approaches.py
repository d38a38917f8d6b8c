"""What is known of each movement's approach before anything moves: capacity, and who watches it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signals.demand.pcu import DEFAULT_TABLE, pcu_table
from signals.library.convert import junction_of, saturations_of
from signals.library.described import ApproachAt, LibraryIn, WayOn
from signals.plan.junction import MovementKind
from vision.arrays import F64, Bool

WALKERS_VPS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Approaches:
    """One row for each movement of the junction, in its order.

    saturation_ups  (m,) float64  units of the default table per second of green; of who walks, WALKERS_VPS
    car_units       float         units of a vehicle of which nothing else is known
    least_units     float         units of the smallest kind of vehicle
    walks           (m,) bool     nobody counts who waits there
    watched         (m,) bool     a camera or detector is named for it
    sees_s          (m,) float64  how far ahead in time it sees who comes
    at              by movement, for those that are watched
    ways_on         to the next junctions
    """

    names: tuple[str, ...]
    saturation_ups: F64
    car_units: float
    least_units: float
    walks: Bool
    watched: Bool
    sees_s: F64
    at: Mapping[str, ApproachAt]
    ways_on: tuple[WayOn, ...]

    @property
    def seen(self) -> bool:
        """Whether anybody who drives is watched at all."""
        return bool((self.watched & ~self.walks).any())


def approaches_of(described: LibraryIn) -> Approaches:
    """Saturation flows as measured, or by width. Raises JunctionError, DemandError."""
    table, junction = pcu_table(DEFAULT_TABLE), junction_of(described.junction)
    flows_ups = {one.movement: one.units_h / 3600 for one in saturations_of(described.junction, table)}
    names = tuple(movement.name for movement in junction.movements)
    walks = np.array([movement.kind is MovementKind.PEDESTRIAN for movement in junction.movements])
    at = {name: described.approaches[name] for name in names if name in described.approaches}
    return Approaches(
        names,
        np.array([WALKERS_VPS if foot else flows_ups[name] for name, foot in zip(names, walks.tolist(), strict=True)]),
        table.units_per_car,
        min(table.factors.values()),
        walks,
        np.array([name in at for name in names]),
        np.array([at[name].sees_s if name in at else 0.0 for name in names]),
        at,
        described.ways_on,
    )
