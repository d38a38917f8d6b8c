"""Two controllers that look at queues alone, to compare with: longest queue, and max-pressure.

Max-pressure after Varaiya, Transportation Research C 36, 2013: what stands before a movement less what stands beyond.
"""

import numpy as np

from signals.optimize.adaptive.view import Service, View
from vision.arrays import F64


def longest_queue(service: Service, view: View) -> int:
    """The stage that serves most of who waits; the present one where it is as good, or its least green is not over."""
    return _greatest(service, view, view.queued)


def max_pressure(service: Service, view: View, present: F64, beyond: F64) -> int:
    """present, beyond: (l,) vehicles on each lane, and on the roads that it leads to."""
    return _greatest(service, view, present - beyond)


def _greatest(service: Service, view: View, weight: F64) -> int:
    if view.green_s < service.min_green_s[view.stage]:
        return view.stage
    served = service.serves @ (weight * service.saturation)
    best = int(served.argmax())
    return view.stage if np.isclose(served[best], served[view.stage]) else best
