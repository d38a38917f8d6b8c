"""Which frames of one stream are taken, and which of those the network looks at."""


class Thinning:
    """Takes `rate_fps` frames per media second, evenly; None takes every frame."""

    def __init__(self, rate_fps: float | None) -> None:
        self._step_s = 1 / rate_fps if rate_fps else 0.0
        self._due_s: float | None = None

    def takes(self, media_s: float) -> bool:
        if not self._step_s:
            return True
        # A microsecond: times that ought to be equal are sums of other fractions.
        if self._due_s is not None and media_s < self._due_s - 1e-6:
            return False
        # After a gap the count begins anew, or the frames behind it would all be due at once.
        behind = self._due_s is None or media_s - self._due_s >= self._step_s
        self._due_s = (media_s if behind or self._due_s is None else self._due_s) + self._step_s
        return True


class EveryKth:
    """True for the first of each k asks."""

    def __init__(self, k: int) -> None:
        self._k = k
        self._asked = 0

    @property
    def next_is_true(self) -> bool:
        return self._asked % self._k == 0

    def __call__(self) -> bool:
        answer = self.next_is_true
        self._asked += 1
        return answer
