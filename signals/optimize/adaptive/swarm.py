"""Where two-wheelers swarm nobody who must let others pass finds a gap: they come abreast, several to a lane.

Who waits for a gap inside the junction when the stage ends stands in the way of the next one, whose vehicles stand in
the way of the one after: a junction that is full of them does not clear by itself any more. So there everybody gets a
stage in which nobody drives across his way, wherever stages of that kind serve every lane.
"""

from dataclasses import replace

import numpy as np

from signals.optimize.adaptive.view import Service
from vision.arrays import F64

# Passenger-car units of a mean vehicle: below it at least four of ten are motorbikes (0.3 units each).
SWARM_UNITS = 0.7


def swarms(units: F64) -> bool:
    """units: (l,) passenger-car units of a vehicle on each lane."""
    return bool(units.mean() < SWARM_UNITS)


def protected(service: Service) -> Service:
    """The service with nothing going in the stages in which somebody must yield, their numbers as before; the service
    itself where the others do not serve every lane."""
    if service.yields is None:
        return service
    going = service.serves > 0
    yielding = service.yields & going[:, :, None] & going[:, None, :]
    shared = np.asarray(yielding.any(axis=(1, 2)), np.bool_)
    if not shared.any() or (going.any(axis=0) & ~going[~shared].any(axis=0)).any():
        return service
    alone = np.where(shared[:, None], 0.0, service.serves)
    return replace(service, serves=alone, held=None, yields=None)
