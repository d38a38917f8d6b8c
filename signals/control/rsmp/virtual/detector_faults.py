"""Whether what a detector says can be true: on for ever, silent for ever, or flickering (the `logicerror` of A0302)."""

from collections import deque
from dataclasses import dataclass, field

from signals.control.rsmp.virtual.detectors import MINUTE_S, DetectorLogic
from signals.control.rsmp.virtual.tolerance import Tolerance


@dataclass(slots=True)
class DetectorWatch:
    """One detector logic. seen: it has had a vehicle since the start, so that silence of it would mean something."""

    since_s: float
    was_on: bool = False
    vehicles: int = 0
    vehicle_s: float = 0.0
    seen: bool = False
    changed_s: deque[float] = field(default_factory=deque)

    def step(self, logic: DetectorLogic, tolerance: Tolerance, now_s: float) -> str | None:
        """The error of now; None: none. A forced logic says what it was told to say, and what is beneath is watched."""
        if logic.is_on is not self.was_on:
            self.was_on, self.since_s = logic.is_on, now_s
            self.changed_s.append(now_s)
        while self.changed_s and now_s - self.changed_s[0] > MINUTE_S:
            self.changed_s.popleft()
        if logic.is_on or logic.running.vehicles != self.vehicles:
            self.vehicle_s, self.seen = now_s, True
        self.vehicles = logic.running.vehicles
        if len(self.changed_s) > tolerance.changes:
            return "intermittent"
        if logic.is_on and now_s - self.since_s > tolerance.on_s:
            return "always_on"
        return "always_off" if self.seen and now_s - self.vehicle_s > tolerance.quiet_s else None
