"""How fast one caller may ask: token buckets in memory, one per caller and limit."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock

from violations.accounts.errors import TooManyTriesError

MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_s` a second."""

    per_s: float
    burst: int


class Buckets:
    """Each replica counts for itself. The longest unseen callers are forgotten first: a forgotten bucket is a full one.

    seconds: the monotonic clock.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic, most: int = MOST_REMEMBERED) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, rate: Rate) -> None:
        """One request of `key`. Raises TooManyTriesError when its bucket is empty."""
        with self._lock:
            now_s = self._seconds()
            left, since_s = self._left.pop(key, (float(rate.burst), now_s))
            left = min(rate.burst, left + (now_s - since_s) * rate.per_s)
            enough = left >= 1
            self._left[key] = (left - 1 if enough else left, now_s)
            while len(self._left) > self._most:
                self._left.popitem(last=False)
        if not enough:
            raise TooManyTriesError("requests", ceil((1 - left) / rate.per_s))
