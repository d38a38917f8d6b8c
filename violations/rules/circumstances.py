"""What no single fact tells and every rule must know before it accuses."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Circumstances:
    """As known when an occurrence is judged, of the whole time it took.

    view_moved     the camera perhaps looked elsewhere than the scene says
    officer        an officer directs the traffic here (his window of override), so that signs and lamps do not count
    priority_near  a vehicle on an emergency task perhaps passes, for which others must make way
    local          the moment by the clock on the wall of the place; None: not known, so no rule with hours may accuse
    clock_error_s  by how much that clock may be wrong; None: nobody knows
    """

    view_moved: bool = False
    officer: bool = False
    priority_near: bool = False
    local: datetime | None = None
    clock_error_s: float | None = None
