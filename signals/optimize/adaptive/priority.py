"""Buses and emergency vehicles that ask to be let through: they weigh more, for as long as they said, and no longer.

Nothing is switched by a call. It makes one vehicle count as many in what the controller foresees, so that least greens,
intergreens and the longest red hold as ever, and the queues that grew meanwhile are what it looks at next: recovery
needs no rule of its own. Several calls are weighed against one another like any traffic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import isfinite

import numpy as np

from signals.errors import DemandError, Fault
from signals.optimize.adaptive.view import View


class PriorityKind(IntEnum):
    """The value is how many vehicles one counts as: a full bus carries as many people as so many cars."""

    BUS = 8
    EMERGENCY = 200


@dataclass(frozen=True, slots=True)
class PriorityCall:
    """lane: number in the Service; at_line_s: when it will be at the stop line if nothing holds it up; until_s: after
    that nobody believes the call any more. Seconds of the caller's steady clock."""

    lane: int
    kind: PriorityKind
    at_line_s: float
    until_s: float


def with_priority(view: View, calls: Sequence[PriorityCall], now_s: float, step_s: float) -> View:
    """The view in which each call still good weighs as its kind does; who should be at the line by now is in the queue.

    Raises DemandError for a lane that is not there or a time that is none: who asks must know what he asks for.
    """
    queued, arrivals = view.queued.astype(np.float64), view.arrivals.astype(np.float64)
    lanes, steps = arrivals.shape
    for call in calls:
        if not (0 <= call.lane < lanes and isfinite(call.at_line_s) and isfinite(call.until_s)):
            sentence = f"A priority call wants a lane of 0 to {lanes - 1} and two times, found {call}."
            raise DemandError(Fault("priority", sentence))
        if now_s > call.until_s:
            continue
        step = int((call.at_line_s - now_s) // step_s)
        if step < 0:
            queued[call.lane] += call.kind
        elif step < steps:
            arrivals[call.lane, step] += call.kind
    return replace(view, queued=queued, arrivals=arrivals)
