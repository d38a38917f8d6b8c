"""What the sensors of one junction tell of a running simulation: places and speeds, no names; some vehicles never."""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from benchmarks.closed_loop.signals.rules import Rules
from signals.optimize.adaptive.seen import Seen
from signals.sumo.stretches import Stretches

# lane -> (name, place from the lane's start, speed) of every vehicle on it
Traffic = Mapping[str, list[tuple[str, float, float]]]
_PARTS = 10_000


@dataclass(slots=True)
class Sensor:
    """Looks once in a step; tells what it saw `late_s` ago, the oldest it has until then."""

    stretches: Stretches
    rules: Rules
    seed: int
    _kept: list[tuple[float, Seen]]

    @classmethod
    def on(cls, stretches: Stretches, rules: Rules, seed: int) -> "Sensor":
        return cls(stretches, rules, seed, [])

    def look(self, traffic: Traffic, now_s: float) -> None:
        rows = [
            (row, beyond_m + length_m - place_m, speed_mps)
            for row, (lane, length_m, beyond_m) in enumerate(
                zip(self.stretches.lanes, self.stretches.length_m, self.stretches.beyond_m, strict=True)
            )
            for name, place_m, speed_mps in traffic.get(lane, ())
            if beyond_m + length_m - place_m <= self.rules.reach_m and not self._misses(name, lane)
        ]
        table = np.array(rows, np.float64).reshape(-1, 3)
        self._kept.append((now_s, Seen(table[:, 0].astype(np.int64), table[:, 1], table[:, 2])))
        while len(self._kept) > 1 and self._kept[1][0] <= now_s - self.rules.late_s + 1e-9:
            self._kept.pop(0)

    def tell(self) -> Seen:
        return self._kept[0][1]

    def _misses(self, name: str, lane: str) -> bool:
        """Always the same vehicles on the same lane: whoever is hidden stays hidden until he moves on."""
        return crc32(f"{self.seed} {lane} {name}".encode()) % _PARTS < self.rules.missed * _PARTS
