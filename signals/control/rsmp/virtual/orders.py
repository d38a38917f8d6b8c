"""What a supervisor has ordered of a virtual controller, and how long it holds."""

from dataclasses import dataclass, field

import numpy as np

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.table import SafetyTable

# A wish is renewed only while the supervisor was heard so lately. The guard falls back three seconds after the last.
FRESH_S = 0.8
LOST_S = 3.0


@dataclass(slots=True)
class Orders:
    """The supervisor's orders in force; all of them end when he is lost.

    plan       commanded by M0002; None: according to the site's own calendar
    stage      commanded by M0010 to M0012; None: none
    situation  commanded by M0003; None: none
    routes     emergency routes in the order of M0005; the last one counts
    """

    heard_s: float
    plan: int | None = None
    stage: str | None = None
    situation: int | None = None
    routes: list[int] = field(default_factory=list)

    @property
    def any(self) -> bool:
        ordered = (self.plan, self.stage, self.situation)
        return any(each is not None for each in ordered) or bool(self.routes)

    def fresh(self, now_s: float) -> bool:
        return now_s - self.heard_s <= FRESH_S

    def end(self) -> None:
        self.plan = self.stage = self.situation = None
        self.routes.clear()


def stage_with(table: SafetyTable, green: set[int], red: set[int], present: str | None) -> str:
    """The stage that runs all of the groups (0 for the first) in `green` and none of those in `red`.

    present: kept where it fits. Raises NotUnderstoodError where none fits: groups that conflict are never let together.
    """
    fits = table.runs[:, sorted(green)].all(axis=1) & ~table.runs[:, sorted(red)].any(axis=1)
    stages = [table.stages[i] for i in np.flatnonzero(fits)]
    if not stages:
        told = ", ".join(table.movements[i] for i in sorted(green)) or "none"
        raise NotUnderstoodError(f"Unsafe or impossible: no stage makes {told} green and leaves the others ordered red")
    return present if present in stages else stages[0]
