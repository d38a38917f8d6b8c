"""What the sensors of one junction tell of a running simulation: places and speeds, no names; some vehicles never."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from benchmarks.closed_loop.signals.rules import Rules
from signals.optimize.adaptive.seen import Seen
from signals.sumo.stretches import Stretches
from vision.arrays import F64

# lane -> (name, place from the lane's start, speed) of every vehicle on it
Traffic = Mapping[str, list[tuple[str, float, float]]]
_PARTS = 10_000


@dataclass(slots=True)
class Sensor:
    """Looks once in a step; tells what it saw `late_s` ago, the oldest it has until then.

    units: passenger-car units by vehicle, 1 for those not in it. The first stretches are the lanes of the signal.
    """

    stretches: Stretches
    rules: Rules
    seed: int
    units: Mapping[str, float] = field(default_factory=dict)
    _kept: list[tuple[float, Seen, F64]] = field(default_factory=list)
    _before: dict[str, set[str]] = field(default_factory=dict)
    _passed: F64 | None = None

    @classmethod
    def on(cls, stretches: Stretches, rules: Rules, seed: int, units: Mapping[str, float] | None = None) -> "Sensor":
        return cls(stretches, rules, seed, units if units is not None else {})

    def look(self, traffic: Traffic, now_s: float) -> None:
        rows = [
            (row, beyond_m + length_m - place_m, speed_mps, self.units.get(name, 1.0))
            for row, (lane, length_m, beyond_m) in enumerate(
                zip(self.stretches.lanes, self.stretches.length_m, self.stretches.beyond_m, strict=True)
            )
            for name, place_m, speed_mps in traffic.get(lane, ())
            if beyond_m + length_m - place_m <= self.rules.reach_m and not self._misses(name, lane)
        ]
        table = np.array(rows, np.float64).reshape(-1, 4)
        seen = Seen(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3] if self.units else None)
        self._kept.append((now_s, seen, self._over_the_line(traffic)))
        while len(self._kept) > 1 and self._kept[1][0] <= now_s - self.rules.late_s + 1e-9:
            gone = self._kept.pop(0)
            self._passed = gone[2] if self._passed is None else self._passed + gone[2]

    def tell(self) -> Seen:
        return self._kept[0][1]

    def passed(self) -> F64:
        """(l,) vehicles that left each lane at the stop line since it was asked last, as late as all it tells."""
        told, self._passed = self._passed, None
        return np.zeros(self.stretches.share.shape[1]) if told is None else told

    def _over_the_line(self, traffic: Traffic) -> F64:
        """Who is on none of the lanes any more; who changed lanes is on another."""
        count = np.zeros(self.stretches.share.shape[1])
        lanes = self.stretches.lanes[: len(count)]
        now = {lane: {name for name, *_ in traffic.get(lane, ()) if not self._misses(name, lane)} for lane in lanes}
        here = {name for lane in lanes for name, *_ in traffic.get(lane, ())}
        for row, lane in enumerate(lanes):
            count[row] = len(self._before.get(lane, set()) - here)
        self._before = now
        return count

    def _misses(self, name: str, lane: str) -> bool:
        """Always the same vehicles on the same lane: whoever is hidden stays hidden until he moves on."""
        return crc32(f"{self.seed} {lane} {name}".encode()) % _PARTS < self.rules.missed * _PARTS
