"""What an adaptive controller knows of one junction when it decides: who stands, who comes, and what is green."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from signals.errors import DemandError, Fault
from signals.plan.change import change_between
from signals.plan.junction import Junction
from vision.arrays import F64, Bool


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """What the stages do for the lanes; made once for a junction. k stages, l lanes.

    stages        their names
    serves        (k, l) float64  share of a lane's saturation flow that may go in a stage; 0 none, 1 all
    saturation    (l,)   float64  vehicles per second of green
    intergreen_s  (k, k) float64  from the end of one stage's green to the start of another's; 0 on the diagonal
    min_green_s   (k,)   float64
    held          (k, l) float64  what is left of `serves` while whom it must let pass keep coming; None: all
    yields        (k, l, l) bool  whom the lane (second axis) must let pass (third) in a stage; None: nobody
    """

    stages: tuple[str, ...]
    serves: F64
    saturation: F64
    intergreen_s: F64
    min_green_s: F64
    held: F64 | None = None
    yields: Bool | None = None

    def __post_init__(self) -> None:
        stages, lanes = len(self.stages), len(self.saturation)
        wanted = {
            "serves": (self.serves, (stages, lanes)),
            "intergreen_s": (self.intergreen_s, (stages, stages)),
            "min_green_s": (self.min_green_s, (stages,)),
            "held": (self.held, (stages, lanes)),
            "yields": (self.yields, (stages, lanes, lanes)),
        }
        for name, (column, shape) in wanted.items():
            if column is not None and column.shape != shape:
                raise DemandError(Fault(name, f"{name}: wanted the shape {shape}, found {column.shape}."))
        if not (np.isfinite(self.saturation).all() and (self.saturation > 0).all()):
            raise DemandError(Fault("saturation", "saturation: wanted positive numbers of vehicles per second."))

    @classmethod
    def of(cls, junction: Junction, saturation_vps: F64) -> Self:
        """One lane for each movement of the junction, in its order; saturation in vehicles per second."""
        names, stages = [movement.name for movement in junction.movements], junction.stages
        return cls(
            stages=tuple(stage.name for stage in stages),
            serves=np.array([[float(name in stage.movements) for name in names] for stage in stages]),
            saturation=np.asarray(saturation_vps, np.float64),
            intergreen_s=np.array([[change_between(junction, a, b).intergreen_s for b in stages] for a in stages]),
            min_green_s=np.array([junction.min_green_s(stage) for stage in stages]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One moment at one junction.

    stage     number of the stage that is green, or that the running change leads to
    green_s   for how long it has been green; below 0: so long until it will be
    queued    (l,)   float64  vehicles that stand or crawl
    arrivals  (l, h) float64  vehicles that will reach the queue in each step of the horizon, nearest first
    outflow   (l,)   float64  share of the saturation flow that the road beyond can take: 0 where it is full
    waited_s  (l,)   float64  for how long somebody has waited there without any green
    """

    stage: int
    green_s: float
    queued: F64
    arrivals: F64
    outflow: F64
    waited_s: F64
