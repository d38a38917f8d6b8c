"""How many vehicles a swept area stands for, learned where tracking can be trusted."""

import math
from dataclasses import dataclass, field

# Fewer are no calibration; how few they are stands in the error of every estimate.
FEWEST = 8.0
# What was learned counts half after so long: the mix of kinds and the light change over the day.
HALF_LIFE_S = 1200.0
# How far the ratio of the tracked part may be off in a swarm, where more is hidden: the part no calibration shows.
# Measured on drawn swarms (benchmarks/README.md).
CARRIED_OVER = 0.2


@dataclass(slots=True)
class Calibration:
    """Vehicles per swept area in one direction.

    vehicles, area       sums over the tracked part, old ones fading
    squares              sum of squared differences of vehicles and expectation, chunk by chunk, fading likewise
    """

    vehicles: float = 0.0
    area: float = 0.0
    squares: float = 0.0
    chunk: list[float] = field(default_factory=lambda: [0.0, 0.0])

    @property
    def known(self) -> bool:
        return self.vehicles >= FEWEST and self.area > 0

    @property
    def per_area(self) -> float:
        return self.vehicles / self.area

    def relative_error(self) -> float:
        """One deviation of an estimate, as a share of it."""
        # Scatter about the ratio, never less than that of chance arrivals.
        spread = max(self.squares, self.vehicles) / self.vehicles**2
        return math.sqrt(spread + CARRIED_OVER**2)

    def learn(self, vehicles: int, area: float) -> None:
        self.chunk[0] += vehicles
        self.chunk[1] += area

    def close_chunk(self, seconds: float, trusted: bool) -> None:
        """Take in what was seen since the last chunk, or forget it where tracks were no measure."""
        vehicles, area = self.chunk
        self.chunk = [0.0, 0.0]
        if not trusted:
            return
        fade = 0.5 ** (seconds / HALF_LIFE_S)
        expected = self.per_area * area if self.area > 0 else vehicles
        self.vehicles, self.area = fade * self.vehicles + vehicles, fade * self.area + area
        self.squares = fade * self.squares + (vehicles - expected) ** 2
