"""What people and vehicles ask of a running junction beside its plan: a stage held by hand, and priority.

Neither can do more than wish: the guard keeps minimums, intergreens and the longest red whatever is asked.
"""

from dataclasses import dataclass
from enum import StrEnum

from signals.live.errors import LiveError
from signals.plan.junction import Junction
from signals.sentences import said

LONGEST_HOLD_S = 600.0
LONGEST_REQUEST_S = 180.0
MOST_REQUESTS = 20
BUS_CHANGE_S = 12.0
"""By so much at most a bus lengthens its own green or shortens the one before it."""


class Kind(StrEnum):
    """Who asks for priority; the first goes before the second."""

    EMERGENCY = "emergency"
    BUS = "bus"


@dataclass(frozen=True, slots=True)
class Hold:
    """A stage held by a person until then, whatever the plan says."""

    stage: str
    person: str
    reason: str
    since_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class PriorityRequest:
    """comes_s: when it is expected at the stop line; until_s: when the request lapses by itself."""

    name: str
    kind: Kind
    movement: str
    asked_by: str
    comes_s: float
    until_s: float


class Wishes:
    """Those of one junction. Times are seconds of the junction's steady clock."""

    def __init__(self, junction: Junction) -> None:
        self._junction = junction
        self.hold: Hold | None = None
        self._requests: dict[str, PriorityRequest] = {}

    def hold_stage(self, stage: str, seconds: float, person: str, reason: str, now_s: float) -> Hold:
        """Raises LiveError for a stage that is not there, a time too long, or no reason."""
        if self._junction.stage(stage) is None:
            names = ", ".join(one.name for one in self._junction.stages)
            raise LiveError(
                "stage",
                said(
                    "{junction} has no stage {stage} (it has: {names}).",
                    junction=self._junction.name,
                    stage=stage,
                    names=names,
                ),
            )
        if not 0 < seconds <= LONGEST_HOLD_S:
            raise LiveError(
                "seconds",
                said(
                    "A stage is held for at most {longest_hold_s:g} s, found {seconds:g} s.",
                    longest_hold_s=LONGEST_HOLD_S,
                    seconds=seconds,
                ),
            )
        if not reason.strip():
            raise LiveError("reason", said("Holding a stage by hand needs a reason."))
        self.hold = Hold(stage, person, reason, now_s, now_s + seconds)
        return self.hold

    def release(self) -> Hold | None:
        hold, self.hold = self.hold, None
        return hold

    def ask(self, request: PriorityRequest, now_s: float) -> None:
        """Raises LiveError for a movement that is not there, a name in use, or times that cannot be kept."""
        self._lapse(now_s)
        names = [movement.name for movement in self._junction.movements]
        if request.movement not in names:
            sentence = said(
                "{junction} has no movement {movement} (it has: {names}).",
                junction=self._junction.name,
                movement=request.movement,
                names=", ".join(names),
            )
            raise LiveError("movement", sentence)
        if request.name in self._requests:
            raise LiveError("name", said("A priority request {request} is open already.", request=request.name))
        if not now_s <= request.comes_s <= request.until_s <= now_s + LONGEST_REQUEST_S:
            raise LiveError(
                "comes_in_s",
                said(
                    "A request is for somebody who comes within {longest_request_s:g} s.",
                    longest_request_s=LONGEST_REQUEST_S,
                ),
            )
        if len(self._requests) >= MOST_REQUESTS:
            raise LiveError(
                "name",
                said("{most_requests} priority requests are open: no more are taken.", most_requests=MOST_REQUESTS),
            )
        self._requests[request.name] = request

    def cancel(self, name: str) -> PriorityRequest | None:
        return self._requests.pop(name, None)

    def open(self, now_s: float) -> tuple[PriorityRequest, ...]:
        """Those that have not lapsed, in the order in which they are served."""
        self._lapse(now_s)
        order = list(Kind)
        return tuple(sorted(self._requests.values(), key=lambda one: (order.index(one.kind), one.comes_s, one.name)))

    def stage(self, planned: str, early: str | None, lead_s: float, now_s: float) -> str:
        """The stage to wish for in place of the planned one.

        early: the stage that follows, where it comes so soon that a bus may have it at once. lead_s: time to bring any
        stage to green.
        """
        self._lapse(now_s)
        if self.hold is not None:
            return self.hold.stage
        for request in self.open(now_s):
            if request.comes_s - now_s > lead_s:
                continue
            serving = [stage.name for stage in self._junction.stages if request.movement in stage.movements]
            if request.kind is Kind.EMERGENCY:
                return planned if planned in serving else serving[0]
            if planned not in serving and early in serving:
                return early
        return planned

    def _lapse(self, now_s: float) -> None:
        if self.hold is not None and now_s >= self.hold.until_s:
            self.hold = None
        self._requests = {name: one for name, one in self._requests.items() if now_s < one.until_s}
