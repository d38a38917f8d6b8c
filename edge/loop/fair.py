"""Whose turn it is: start-time fair queueing (Goyal, Vin and Cheng, IEEE/ACM Trans. Networking 5(5), 1997).

Each camera's next look has a deadline, one period of its target rate after its last. The earliest goes first, so
cameras that ask for more than the machine can give all get the same share of what they asked for, and none starves.
Deadlines are in their own time: it stands still while nothing is served, so who waited for frames is owed nothing.
"""

from collections.abc import Mapping


class FairTurns:
    """weights: looks wanted per second, by camera, above 0."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        if any(weight <= 0 for weight in weights.values()):
            raise ValueError(f"weights: wanted all above 0, found {dict(weights)}")
        self._period_s = {name: 1 / weight for name, weight in weights.items()}
        self._deadline_s = dict.fromkeys(weights, 0.0)
        self._idle: set[str] = set(weights)
        self._now_s = 0.0

    def add(self, name: str, weight: float) -> None:
        """A camera that comes later; it is owed nothing for the time before."""
        if weight <= 0:
            raise ValueError(f"weight of {name}: wanted above 0, found {weight}")
        self._period_s[name] = 1 / weight
        self._deadline_s[name] = self._now_s
        self._idle = {*self._idle, name}

    def next_of(self, waiting: Mapping[str, float]) -> str:
        """Of the cameras with a frame (name → when it arrived) the one whose deadline is the earliest; of equals the
        one whose frame waits longest. `waiting` must not be empty."""
        for name in waiting:
            if name in self._idle:
                self._deadline_s[name] = max(self._deadline_s[name], self._now_s)
        self._idle = self._deadline_s.keys() - waiting.keys()
        return min(waiting, key=lambda name: (self._deadline_s[name], waiting[name]))

    def served(self, name: str) -> None:
        """The network was given a frame of this camera."""
        self._now_s = max(self._now_s, self._deadline_s[name])
        self._deadline_s[name] += self._period_s[name]
