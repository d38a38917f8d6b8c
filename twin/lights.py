"""Fixed-time lamps: which state holds when."""

from dataclasses import dataclass

from vision.events.lamps import Lamp


@dataclass(frozen=True, slots=True)
class Light:
    """States in turn for ever: (state, seconds) of one cycle; `offset_s` is when, within it, time 0 lies."""

    cycle: tuple[tuple[Lamp, float], ...]
    offset_s: float

    @property
    def length_s(self) -> float:
        return sum(seconds for _, seconds in self.cycle)

    def at(self, now_s: float) -> Lamp:
        """The state at `now_s`; the moment of change belongs to the new one."""
        return self._now(now_s)[0]

    def next_change_s(self, now_s: float) -> float:
        """When the present state ends."""
        return self._now(now_s)[1]

    def spans(self, until_s: float) -> list[tuple[Lamp, float, float]]:
        """(state, since, until) from 0 to `until_s`, cut at both ends."""
        found, now = [], 0.0
        while now < until_s - 1e-9:
            state, end = self._now(now)
            found.append((state, round(now, 3), round(min(end, until_s), 3)))
            now = end
        return found

    def _now(self, now_s: float) -> tuple[Lamp, float]:
        into = (now_s + self.offset_s) % self.length_s
        for state, seconds in self.cycle:
            # A hundredth of a microsecond: sums of steps are not exact.
            if into < seconds - 1e-8:
                return state, now_s + seconds - into
            into -= seconds
        return self.cycle[0][0], now_s + self.cycle[0][1] - into
