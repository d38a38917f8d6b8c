"""Detector logics of a virtual controller: on or off, forced, sensitive, and counting by the minute."""

from collections import Counter
from dataclasses import dataclass, field

from signals.control.rsmp.errors import NotUnderstoodError

MINUTE_S = 60.0
NOT_MEASURED = -1


@dataclass(slots=True)
class Minute:
    """What one detector logic measured since start_s."""

    start_s: float
    classes: Counter[str] = field(default_factory=Counter)
    speeds_kmh: list[float] = field(default_factory=list)
    occupied_s: float = 0.0

    @property
    def vehicles(self) -> int:
        return self.classes.total()

    @property
    def speed_kmh(self) -> int:
        return round(sum(self.speeds_kmh) / len(self.speeds_kmh)) if self.speeds_kmh else 0

    @property
    def occupancy_percent(self) -> int:
        return min(100, round(100 * self.occupied_s / MINUTE_S))


@dataclass(slots=True)
class DetectorLogic:
    """faulty: what it says and counts is not to be believed; it is held on. forced: None where it is not."""

    name: str
    running: Minute
    finished: Minute | None = None
    is_on: bool = False
    forced: bool | None = None
    faulty: bool = False

    @property
    def state(self) -> bool:
        return self.is_on or self.faulty if self.forced is None else self.forced

    @property
    def measured(self) -> Minute:
        """The last whole minute; before there is one, what there is of the first."""
        return self.finished or self.running

    def pass_by(self, kind: str, speed_kmh: float, over_s: float) -> None:
        """A vehicle went over it. kind: a letter code of status S0204."""
        self.running.classes[kind] += 1
        self.running.speeds_kmh.append(speed_kmh)
        self.running.occupied_s += over_s

    def step(self, now_s: float) -> None:
        if now_s - self.running.start_s >= MINUTE_S:
            self.finished, self.running = self.running, Minute(now_s)


@dataclass(slots=True)
class Detectors:
    """In the order of their numbers."""

    logics: dict[str, DetectorLogic]
    sensitivity: dict[int, int] = field(default_factory=dict)

    @classmethod
    def named(cls, names: tuple[str, ...], now_s: float) -> "Detectors":
        logics = {name: DetectorLogic(name, Minute(now_s)) for name in names}
        return cls(logics, dict.fromkeys(range(1, len(names) + 1), 50))

    def states(self) -> str:
        return "".join("1" if each.state else "0" for each in self.logics.values())

    def forced(self) -> str:
        return "".join("0" if each.forced is None else "1" for each in self.logics.values())

    def set_sensitivity(self, pairs: list[tuple[int, ...]]) -> None:
        for number, _ in pairs:
            if number not in self.sensitivity:
                raise NotUnderstoodError(f"The controller has loops 1 to {len(self.sensitivity)}, found {number}")
        self.sensitivity |= {pair[0]: pair[1] for pair in pairs}
