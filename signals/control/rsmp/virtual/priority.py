"""Signal priority: requests with a life of their own (M0022, S0033). The highest level goes first, then the oldest.

received → queued, activated, rejected; queued → activated, timeout; activated → completed, stale. What has ended is
told once and then forgotten.
"""

from dataclasses import dataclass

from signals.control.rsmp.errors import NotUnderstoodError

ENDED = frozenset({"completed", "timeout", "rejected", "stale"})
MOST = 255


@dataclass(slots=True)
class Request:
    """group: the signal group it wants green, 0 the first; None: it named what this controller does not know."""

    number: str
    group: int | None
    level: int
    asked_s: float
    state: str = "received"
    since_s: float = 0.0
    told: bool = False
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds after which an active request is taken for forgotten, and a queued one for hopeless."""

    active_s: float = 120.0
    queued_s: float = 240.0


class Priorities:
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._requests: dict[str, Request] = {}

    def ask(self, number: str, group: int | None, level: int, now_s: float) -> None:
        """Raises NotUnderstoodError for an id in use, or when too many are open."""
        known = self._requests.get(number)
        if known is not None and known.state not in ENDED:
            raise NotUnderstoodError(f"Priority request {number[:40]!r} exists already")
        if len(self._requests) >= MOST:
            raise NotUnderstoodError(f"More than {MOST} priority requests are open")
        self._requests[number] = Request(number, group, level, now_s, since_s=now_s)

    def update(self, number: str, level: int | None) -> None:
        """level: None leaves it as it was."""
        request = self._open(number)
        request.level = request.level if level is None else level

    def cancel(self, number: str, now_s: float) -> None:
        """A queued one has no better end in the list of states than to have waited in vain."""
        request = self._open(number)
        ends = {"activated": "completed", "queued": "timeout", "received": "rejected"}
        self._turn(request, ends[request.state], now_s)

    @property
    def active(self) -> Request | None:
        return next((each for each in self._requests.values() if each.state == "activated"), None)

    def all(self) -> list[Request]:
        return list(self._requests.values())

    def told(self) -> None:
        """All that stands here now was sent."""
        for request in self._requests.values():
            request.told = True

    def step(self, now_s: float) -> None:
        """One state at most for each: whoever listens for changes sees all of them."""
        self._requests = {
            number: each for number, each in self._requests.items() if not (each.state in ENDED and each.told)
        }
        for request in self._requests.values():
            age_s = now_s - request.since_s
            if request.state == "activated" and age_s > self._patience.active_s:
                self._turn(request, "stale", now_s)
            elif request.state == "queued" and age_s > self._patience.queued_s:
                self._turn(request, "timeout", now_s)
            elif request.state == "received" and not request.is_new:
                self._receive(request, now_s)
            request.is_new = False
        self._activate(now_s)

    def _receive(self, request: Request, now_s: float) -> None:
        accepted = "queued" if self.active else "activated"
        self._turn(request, "rejected" if request.group is None else accepted, now_s)

    def _activate(self, now_s: float) -> None:
        queued = [each for each in self._requests.values() if each.state == "queued" and each.since_s < now_s]
        if self.active is None and queued:
            first = min(queued, key=lambda each: (-each.level, each.asked_s))
            self._turn(first, "activated", now_s)

    def _open(self, number: str) -> Request:
        request = self._requests.get(number)
        if request is None or request.state in ENDED:
            raise NotUnderstoodError(f"No open priority request {number[:40]!r}")
        return request

    def _turn(self, request: Request, state: str, now_s: float) -> None:
        request.state, request.since_s, request.told = state, now_s, False
