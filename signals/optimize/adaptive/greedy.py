"""Two controllers that look at queues alone, to compare with: longest queue, and max-pressure.

Max-pressure after Varaiya, Transportation Research C 36, 2013: what stands before a movement less what stands beyond.
"""

import numpy as np

from signals.optimize.adaptive.view import Service, View
from vision.arrays import F64


def longest_queue(service: Service, view: View) -> int:
    """The stage that serves most of who waits; the present one where it is as good, or its least green is not over."""
    return _greatest(service, view, view.queued)


def max_pressure(service: Service, view: View, present: F64, beyond: F64, leads: F64 | None = None) -> int:
    """present: (l,) vehicles on each lane. beyond: (l,) on the roads that it leads to; or (o,) on each road beyond,
    where leads, (k, o), says which of them a stage leads to (a road that two lanes lead to then counts once)."""
    if leads is None:
        return _greatest(service, view, present - beyond)
    return _greatest(service, view, present, leads @ beyond)


def _greatest(service: Service, view: View, weight: F64, against: F64 | float = 0.0) -> int:
    if view.green_s < service.min_green_s[view.stage]:
        return view.stage
    served = service.serves @ (weight * service.saturation) - against
    best = int(served.argmax())
    return view.stage if np.isclose(served[best], served[view.stage]) else best
