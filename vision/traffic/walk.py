"""What is kept of one live track between frames."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from vision.arrays import F64
from vision.geometry.lines import meet
from vision.traffic.passage import Passage, Passed, Sighting, Stand, touch
from vision.traffic.speed import LONGEST_S


class Stands(NamedTuple):
    """How one sighting stands to each line in turn; see `Stand`."""

    distances_px: list[float]
    bands_px: list[float]
    hands: list[int]

    def each(self) -> list[Stand]:
        return [Stand(*stand) for stand in zip(*self, strict=True)]


@dataclass(slots=True)
class Walk:
    """One track's last second and how it stands to each line.

    home_hands    the passages' home hands
    at_rest       nothing is open at any line: a frame that shows the track on the same hands again, which is nearly
                  every frame of nearly every track, needs no look at the lines
    """

    passages: list[Passage]
    home_hands: list[int]
    at_rest: bool = True
    last: tuple[Sighting, Stands] | None = None
    recent: deque[Sighting] = field(default_factory=deque)

    @classmethod
    def begin(cls, lines: int) -> Self:
        return cls([Passage() for _ in range(lines)], [0] * lines)

    def step(self, now: Sighting, stands: Stands, ends: F64, left: F64, believed: bool) -> list[tuple[int, Passed]]:
        """Take in one sighting; the lines it passed, by their place. ends (m, 2, 2), left (m, 2) unit normals."""
        passed: list[tuple[int, Passed]] = []
        if not (self.at_rest and stands.hands == self.home_hands):
            self._wake()
            passed = list(self._steps(now, stands, ends, left, believed))
            self.home_hands = [passage.home_hand for passage in self.passages]
            self.at_rest = stands.hands == self.home_hands and not any(passage.open for passage in self.passages)
        self.last = (now, stands)
        self.recent.append(now)
        while now.media_s - self.recent[0].media_s > LONGEST_S:
            self.recent.popleft()
        return passed

    def _wake(self) -> None:
        """Tell each passage of the last sighting, which it did not see while the track was at rest."""
        if self.at_rest and self.last is not None:
            for passage, stand in zip(self.passages, self.last[1].each(), strict=True):
                passage.home = (self.last[0], stand)

    def _steps(
        self, now: Sighting, stands: Stands, ends: F64, left: F64, believed: bool
    ) -> Iterator[tuple[int, Passed]]:
        for place, (passage, stand) in enumerate(zip(self.passages, stands.each(), strict=True)):
            touched = None
            if self.last is not None and (self.last[1].distances_px[place] > 0) != (stand.distance_px > 0):
                meeting = meet(self.last[0].feet_px, now.feet_px, ends[place])
                touched = touch(self.last[0], now, meeting) if meeting else None
            passed = passage.step(now, stand, touched, left[place], believed)
            if passed is not None:
                yield place, passed
