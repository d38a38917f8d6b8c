"""Detectors that lie, found out one by one, and what stands in for them: the approach's share of the stored plan.

The four errors are those by which video detection is judged (Medina, Benekohal and Chitturi, Illinois Center for
Transportation, 2009): false, missed, stuck-on and dropped calls. One bad detector costs its own approach its
cleverness, and nobody else his.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from signals.errors import DemandError, Fault
from signals.optimize.adaptive.rolling_horizon import HorizonSettings
from signals.optimize.adaptive.view import Service, View
from vision.arrays import F64, I8, Bool

FULLNESS = 0.8
STEP_S = HorizonSettings().step_s


class DetectorFault(IntEnum):
    """What is wrong with a detector; only one is told, the surest."""

    NONE = 0
    DROPPED = 1
    STUCK_ON = 2
    MISSED = 3
    FALSE = 4


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """
    silent_s     no word for so long: dropped
    stuck_s      somebody said to stand there for so long in green, and nobody drove off: stuck on
    expected     so many vehicles should have come by the flow of other days, and none did: missed
    over         more vehicles over the line than this many times what could have gone: false
    """

    silent_s: float = 5.0
    stuck_s: float = 30.0
    expected: float = 12.0
    over: float = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class DetectorRecord:
    """What is known of each lane's detector; l lanes.

    age_s      (l,) float64  since its last word
    held_s     (l,) float64  for how long it has said without a break that somebody stands there while it was green
    counted    (l,) float64  vehicles over the line in the last while
    expected   (l,) float64  vehicles that other days would lead one to expect in that while; NaN: not known
    possible   (l,) float64  vehicles that could have gone in that while: its green x saturation flow
    """

    age_s: F64
    held_s: F64
    counted: F64
    expected: F64
    possible: F64

    def __post_init__(self) -> None:
        shapes = {getattr(self, name).shape for name in ("age_s", "held_s", "counted", "expected", "possible")}
        if len(shapes) > 1:
            raise DemandError(Fault("detectors", f"DetectorRecord: wanted columns of one length, found {shapes}."))


def faults_of(record: DetectorRecord, limits: HealthLimits | None = None) -> I8:
    """(l,) `DetectorFault` of each lane. Numbers that are none mean dropped."""
    limits = limits or HealthLimits()
    fault = np.zeros(len(record.age_s), np.int8)
    fault[record.counted > limits.over * record.possible + 3.0] = DetectorFault.FALSE
    fault[(record.counted == 0) & (record.expected >= limits.expected)] = DetectorFault.MISSED
    fault[(record.held_s >= limits.stuck_s) & (record.counted == 0)] = DetectorFault.STUCK_ON
    told = np.isfinite(record.age_s) & np.isfinite(record.counted) & np.isfinite(record.held_s)
    fault[~told | (record.age_s > limits.silent_s)] = DetectorFault.DROPPED
    return fault


def stand_in(service: Service, view: View, ill: Bool, green_share: F64, red_s: F64) -> View:
    """The view with what an ill lane's detector says replaced by what its stored green is made for.

    ill: (l,); green_share: (l,) of the stored plan's cycle in which the lane has green; red_s: (l,) how long its red
    has lasted, or lasted before the green it has. Vehicles are taken to come at FULLNESS of what that green carries,
    and to leave at saturation, so that the lane gets about its stored split, whatever its detector says. A lane that is
    well is not touched.
    """
    flow_vps = FULLNESS * green_share * service.saturation
    green = service.serves[view.stage] > 0
    left = np.where(green, (service.saturation - flow_vps) * max(view.green_s, 0.0), 0.0)
    arrivals = np.broadcast_to((flow_vps * STEP_S)[:, None], view.arrivals.shape)
    return replace(
        view,
        queued=np.where(ill, np.maximum(flow_vps * red_s - left, 0.0), view.queued),
        arrivals=np.where(ill[:, None], arrivals, view.arrivals),
        waited_s=np.where(ill, np.where(green, 0.0, red_s), view.waited_s),
    )
