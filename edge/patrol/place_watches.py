"""The rules about driving and standing in the places of a scene: whom each may judge at a look, and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from edge.patrol.patrol import Judged, Now
from violations.rules.accusation import Occurrence, Verdict
from violations.rules.box_blocking import box_blocking
from violations.rules.bus_lane import bus_lane
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits
from violations.rules.illegal_parking import illegal_parking
from violations.rules.illegal_stop import illegal_stop
from violations.rules.no_entry import no_entry
from violations.rules.pavement import PavementLimits, pavement
from violations.rules.stand import Stand, StandLimits
from violations.rules.wrong_lane import wrong_lane
from vision.arrays import F64, I64, Bool
from vision.geometry.rules import Hours, LaneRule, NoEntryRule, PavementRule, StandingRule
from vision.geometry.scene import Scene
from vision.traffic.conduct.ground import Look
from vision.traffic.conduct.places import Places
from vision.traffic.conduct.stays import Stays
from vision.traffic.incidents.follower import LOOK_S
from vision.traffic.incidents.road import NO_LANE
from vision.vehicles import KIND_NAMES, KindName, VehicleKind

# A stand begins up to one look before it is seen to and ends up to one look after it was last seen.
STAND_ERROR_S = 2 * LOOK_S
# Who stood for so long may go on to; a picture of him is kept from then on.
BEGUN_S = 2.0

JudgeDrive = Callable[[Drive, Circumstances], Verdict]
JudgeStand = Callable[[Stand, Circumstances], Verdict]


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """One look at one place: whoever may be judged there. place: its column in the stays."""

    look: Look
    stays: Stays
    places: Places
    place: int

    def surely_there(self, binds: Bool) -> Bool:
        """(n,) seen at this look, surely inside, of a kind that the rule binds."""
        paths = self.look.paths
        return np.asarray(self.stays.sure[:, self.place] & paths.seen & binds[paths.kind], np.bool_)

    def occurrence(self, row: int, since_s: float) -> Occurrence:
        paths, name = self.look.paths, self.places.names[self.place]
        kind = VehicleKind(int(paths.kind[row])).label
        return Occurrence(int(paths.id[row]), kind, name, since_s, at_s=self.look.media_s, at_error_s=LOOK_S)


@dataclass(frozen=True, slots=True, eq=False)
class DriveWatch:
    """A rule about driving inside. limits: below whose way nobody need be judged."""

    place: str
    binds: Bool
    hours: tuple[Hours, ...]
    limits: DriveLimits
    judge: JudgeDrive

    def rows(self, inside: Inside) -> I64:
        surely_way = _along(inside.stays.way, inside) - _way_error(inside)
        return np.flatnonzero(inside.surely_there(self.binds) & (surely_way >= self.limits.least_way(_unit(inside))))

    def verdict(self, inside: Inside, row: int, now: Now) -> Judged:
        stays, place = inside.stays, inside.place
        who = inside.occurrence(row, float(stays.since_s[row, place]))
        drive = Drive(
            who=who,
            way=float(_along(stays.way, inside)[row]),
            clear_way=float(_along(stays.clear_way, inside)[row]),
            hidden_way=float(_along(stays.hidden_way, inside)[row]),
            way_error=float(_way_error(inside)[row]),
            kind_s=inside.look.media_s - float(stays.kind_since_s[row]),
            unit=_unit(inside),
            **_speed(inside, row),
        )
        return Judged(who, self.judge(drive, now.circumstances(who.since_s, who.at_s)))


@dataclass(frozen=True, slots=True, eq=False)
class StandWatch:
    """A rule about standing inside. least: seconds below which nobody need be judged."""

    place: str
    binds: Bool
    hours: tuple[Hours, ...]
    least: float
    judge: JudgeStand

    def begun(self, inside: Inside) -> I64:
        """Whoever has begun to stand there and will perhaps stand too long."""
        return np.flatnonzero((inside.stays.stood_s[:, inside.place] >= BEGUN_S) & inside.surely_there(self.binds))

    def rows(self, inside: Inside) -> I64:
        long = inside.stays.stood_s[:, inside.place] - STAND_ERROR_S >= self.least
        return np.flatnonzero(inside.surely_there(self.binds) & long)

    def verdict(self, inside: Inside, row: int, now: Now) -> Judged:
        stays, place = inside.stays, inside.place
        who = inside.occurrence(row, max(float(stays.still_s[row]), float(stays.since_s[row, place])))
        stand = Stand(
            who=who,
            stood_s=float(stays.stood_s[row, place]),
            free_s=float(stays.free_s[row, place]),
            error_s=STAND_ERROR_S,
            kind_s=inside.look.media_s - float(stays.kind_since_s[row]),
        )
        return Judged(who, self.judge(stand, now.circumstances(who.since_s, who.at_s)))


def watches_of(scene: Scene) -> Iterator[DriveWatch | StandWatch]:
    """One for each rule about a lane or a zone."""
    for rule in scene.rules.values():
        match rule:
            case LaneRule():
                yield _drive_watch(
                    rule.lane, _drive_limits(rule), wrong_lane if rule.offence == "wrong_lane" else bus_lane
                )
            case NoEntryRule():
                yield _drive_watch(rule.zone, _drive_limits(rule), no_entry)
            case PavementRule():
                yield _pavement_watch(rule)
            case StandingRule():
                yield _stand_watch(rule)


def _drive_limits(rule: LaneRule | NoEntryRule | PavementRule) -> DriveLimits:
    return DriveLimits(frozenset(rule.kinds), rule.hours)


def _drive_watch(
    place: str, limits: DriveLimits, rule: Callable[[Drive, DriveLimits, Circumstances], Verdict]
) -> DriveWatch:
    return DriveWatch(
        place, _binds(limits.kinds), limits.hours, limits, lambda drive, around: rule(drive, limits, around)
    )


def _pavement_watch(rule: PavementRule) -> DriveWatch:
    limits = PavementLimits(_drive_limits(rule))
    drive = limits.drive
    return DriveWatch(
        rule.zone, _binds(drive.kinds), drive.hours, drive, lambda fact, around: pavement(fact, limits, around)
    )


def _stand_watch(rule: StandingRule) -> StandWatch:
    limits = StandLimits(frozenset(rule.kinds), rule.after_s, rule.hours)
    judge = {"illegal_stop": illegal_stop, "illegal_parking": illegal_parking, "box_blocking": box_blocking}[
        rule.offence
    ]
    return StandWatch(
        rule.zone, _binds(limits.kinds), rule.hours, rule.after_s, lambda stand, around: judge(stand, limits, around)
    )


def _binds(kinds: frozenset[KindName]) -> Bool:
    """(kinds,) whether each VehicleKind is one of these."""
    return np.array([name in kinds for name in KIND_NAMES], np.bool_)


def _unit(inside: Inside) -> Literal["m", "bodies"]:
    return "bodies" if inside.look.ground.plane is None else "m"


def _along(way: F64, inside: Inside) -> F64:
    """(n,) along the arrow of a lane, straight across a zone."""
    ways, lane = way[:, inside.place], int(inside.places.lane[inside.place])
    along = np.hypot(ways[:, 0], ways[:, 1]) if lane == NO_LANE else ways @ inside.look.ground.arrows[lane]
    return np.asarray(along, np.float64)


def _way_error(inside: Inside) -> F64:
    """(n,) of the difference of two places, in units of way."""
    return np.asarray(np.sqrt(2) * inside.look.error / inside.look.unit, np.float64)


def _speed(inside: Inside, row: int) -> dict[str, float]:
    """speed_mps and speed_error_mps of the straight way since it was first surely inside; empty without metres."""
    stays, place = inside.stays, inside.place
    lasted_s = inside.look.media_s - float(stays.since_s[row, place])
    if inside.look.ground.plane is None or not lasted_s > 0:
        return {}
    way_m = float(np.hypot(*(stays.at[row] - stays.since_at[row, place])))
    speed_mps, error_mps = way_m / lasted_s, float(_way_error(inside)[row]) / lasted_s
    return {"speed_mps": speed_mps, "speed_error_mps": error_mps} if np.isfinite([speed_mps, error_mps]).all() else {}
