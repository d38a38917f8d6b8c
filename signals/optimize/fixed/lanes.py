"""What a fixed plan is made for: the lanes of the signals of a net, who comes on them, and from which signal before."""

from dataclasses import dataclass

import numpy as np

from signals.errors import DemandError, Fault
from signals.optimize.adaptive.view import Service
from vision.arrays import F64, I64


@dataclass(frozen=True, slots=True, eq=False)
class LaneDemand:
    """One signal: what its stages do for its lanes, and who comes. l lanes, p periods of the counted time.

    flow_vps  (p, l) float64  vehicles per second on each lane, on the mean of each period
    period_s  length of each period
    weight    (l,)   float64  what one who waits there counts; more than 1 where others are held up by that queue
    """

    name: str
    service: Service
    flow_vps: F64
    period_s: float
    weight: F64

    def __post_init__(self) -> None:
        lanes = len(self.service.saturation)
        if self.flow_vps.ndim != 2 or self.flow_vps.shape[1] != lanes:
            sentence = f"{self.name}: wanted flows of {lanes} lanes by period, found the shape {self.flow_vps.shape}."
            raise DemandError(Fault("flow_vps", sentence))
        if self.weight.shape != (lanes,):
            sentence = f"{self.name}: wanted weights of {lanes} lanes, found the shape {self.weight.shape}."
            raise DemandError(Fault("weight", sentence))
        if not (np.isfinite(self.flow_vps).all() and (self.flow_vps >= 0).all() and self.period_s > 0):
            raise DemandError(Fault("flow_vps", f"{self.name}: wanted flows of 0 or more in periods longer than 0 s."))


@dataclass(frozen=True, slots=True, eq=False)
class Feeds:
    """Vehicles that leave a lane of one signal and come to a lane of another; one row each. Lanes are numbered through
    all signals, in their order.

    out_of, into  (n,) int64
    share         (n,) float64  of those who leave out_of
    drive_s       (n,) int64    from stop line to stop line
    """

    out_of: I64
    into: I64
    share: F64
    drive_s: I64

    @classmethod
    def none(cls) -> "Feeds":
        nobody = np.zeros(0, np.int64)
        return cls(nobody, nobody, np.zeros(0), nobody)
