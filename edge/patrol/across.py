"""What is watched between two cameras of one site, as each of the two is told of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from edge.patrol.sighting_book import SightingBook
from violations.rules.cloned_plate import USUAL, CloneLimits, Road
from violations.rules.section_speed import Section
from violations.rules.speeding import KMH, SpeedLimits
from vision.geometry.rules import MOTOR_KINDS
from vision.vehicles import KindName


class End(NamedTuple):
    """A line in one camera's scene."""

    camera: str
    line: str


@dataclass(frozen=True, slots=True)
class SpeedSection:
    """A stretch with a speed limit: from the line of the first camera to that of the second."""

    section: Section
    first: End
    second: End
    limits: SpeedLimits

    @property
    def keep_s(self) -> float:
        """Whoever takes longer cannot have been too fast."""
        slowest_mps = (self.limits.limit_kmh + self.limits.least_over_kmh) / KMH
        return (self.section.length_m + self.section.length_error_m) / slowest_mps


@dataclass(frozen=True, slots=True)
class RoadBetween:
    """Two lines and the shortest way anybody could take between them."""

    name: str
    ends: tuple[End, End]
    road: Road
    limits: CloneLimits = USUAL

    @property
    def keep_s(self) -> float:
        """Whoever takes longer may have driven it."""
        return KMH * (self.road.length_m + self.road.length_error_m) / self.limits.fastest_kmh


@dataclass(frozen=True, slots=True)
class Between:
    """All of one site. site_sha256: of the file in which lengths and limits stand."""

    sections: tuple[SpeedSection, ...]
    roads: tuple[RoadBetween, ...]
    site_sha256: str

    @property
    def ends(self) -> frozenset[End]:
        of_sections = {end for one in self.sections for end in (one.first, one.second)}
        return frozenset(of_sections | {end for one in self.roads for end in one.ends})

    @property
    def keep_s(self) -> float:
        """How long any sighting may still matter; 0 where nothing is watched."""
        needed_s = [*(one.keep_s for one in self.sections), *(one.keep_s for one in self.roads)]
        return max(needed_s, default=0.0)


@dataclass(frozen=True, slots=True)
class Across:
    """One camera's part of it. error_s: how far its clock may be from the other cameras'; None: nobody said."""

    camera: str
    between: Between
    book: SightingBook = field(repr=False)
    error_s: float | None = None

    @property
    def lines(self) -> frozenset[str]:
        return frozenset(end.line for end in self.between.ends if end.camera == self.camera)

    @property
    def ending(self) -> tuple[SpeedSection, ...]:
        """Sections whose second camera this is."""
        return tuple(one for one in self.between.sections if one.second.camera == self.camera)

    @property
    def roads(self) -> tuple[RoadBetween, ...]:
        return tuple(one for one in self.between.roads if any(end.camera == self.camera for end in one.ends))

    @property
    def others(self) -> frozenset[str]:
        """The cameras whose sightings matter here."""
        of_roads = {end.camera for one in self.roads for end in one.ends}
        return frozenset(of_roads | {one.first.camera for one in self.ending}) - {self.camera}

    @property
    def kinds(self) -> frozenset[KindName]:
        """Whose plates are read here."""
        of_sections = [one.limits.kinds for one in self.between.sections]
        return frozenset(MOTOR_KINDS if self.roads else ()).union(*of_sections)
