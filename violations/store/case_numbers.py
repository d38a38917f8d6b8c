"""How many cases stand in each state, for pages that many people open again and again.

Counting a hundred thousand rows costs milliseconds, and the number changes with every verdict. So no more than a small
share of the time goes into counting: a count that took 20 ms is handed out for a second.
"""

import time
from collections.abc import Callable, Mapping
from threading import Lock

from sqlalchemy import Engine

from violations.cases.states import CaseState
from violations.store.cases import count_cases
from violations.store.scope import Districts

AGE_TO_COST = 50
MOST_KEPT = 200


class CaseNumbers:
    """seconds: the monotonic clock."""

    def __init__(self, engine: Engine, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._seconds = seconds
        self._lock = Lock()
        self._kept: dict[Districts, tuple[float, Mapping[CaseState, int]]] = {}

    def by_state(self, districts: Districts) -> Mapping[CaseState, int]:
        """As `count_cases`, a moment old at most."""
        began_s = self._seconds()
        holds_until_s, numbers = self._kept.get(districts, (began_s, None))
        if numbers is not None and began_s < holds_until_s:
            return numbers
        numbers = count_cases(self._engine, districts)
        ended_s = self._seconds()
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[districts] = (ended_s + AGE_TO_COST * (ended_s - began_s), numbers)
        return numbers
