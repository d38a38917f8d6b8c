"""What signs and markings say of the places of a scene: which rule is watched where, for whom and when.

Each rule names its offence as the law's catalogue does; the offence decides which other keys it has.
"""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from vision.geometry.marked_yaml import Loc
from vision.geometry.parts import Name, NotNegative, Part, Point, some_kinds
from vision.vehicles import KindName

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOTOR_KINDS: tuple[KindName, ...] = ("motorbike", "car", "bus", "truck")
HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"

Kinds = Annotated[tuple[KindName, ...], AfterValidator(some_kinds)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


class Hours(Part):
    """From `since` to `until` (exclusive) of the local day, on `days`; past midnight where `until` is the earlier."""

    since: Annotated[str, Field(pattern=HOUR)]
    until: Annotated[str, Field(pattern=HOUR)]
    days: tuple[Day, ...] = DAYS

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.since == self.until or not self.days:
            raise ValueError(f"wanted a time that lasts, found {self.since} to {self.until} on {len(self.days)} days")
        return self

    def span(self) -> tuple[time, time]:
        return time.fromisoformat(self.since), time.fromisoformat(self.until)


class Watch(Part):
    """kinds: whom the rule binds. hours: when it holds; empty: always."""

    kinds: Kinds = MOTOR_KINDS
    hours: tuple[Hours, ...] = ()


class StopLineRule(Watch):
    """Standing over the stop line while its lamp is red."""

    offence: Literal["stop_line"]
    stop_line: Name


class RedLightRule(Watch):
    """A turn that a sign or an arrow allows while the lamp of its stop line is red, by the movement's name.

    kinds, hours: whom it allows it, and when. Where no such rule is written nobody may turn on red.
    """

    offence: Literal["red_light"]
    allowed: Name


class WrongWayRule(Watch):
    """Driving against the arrow of a lane."""

    offence: Literal["wrong_way"]
    lane: Name


class SolidLineRule(Watch):
    """Driving over a marking. toward: the hand, of someone walking along it, to which it may not be crossed."""

    offence: Literal["solid_line"]
    marking: Name
    toward: Literal["left", "right", "both"] = "both"


class TurnRule(Watch):
    """Making a movement that a sign forbids."""

    offence: Literal["forbidden_turn", "forbidden_u_turn"]
    movement: Name


class SpeedRule(Watch):
    """Driving over a line faster than the limit."""

    offence: Literal["speeding"]
    line: Name
    limit_kmh: Annotated[int, Field(strict=True, ge=5, le=150)]


class LaneRule(Watch):
    """Driving in a lane that is not for one's kind. kinds: those not allowed in it (here without a default)."""

    kinds: Kinds
    offence: Literal["wrong_lane", "bus_lane"]
    lane: Name


class NoEntryRule(Watch):
    """Driving in a zone that is closed to one's kind."""

    offence: Literal["no_entry"]
    zone: Name


class PavementRule(Watch):
    """Driving in a zone that is for walkers."""

    offence: Literal["pavement"]
    zone: Name


class StandingRule(Watch):
    """Standing in a zone for longer than `after_s` for no reason of traffic (the junction box: for whatever reason)."""

    offence: Literal["illegal_stop", "illegal_parking", "box_blocking"]
    zone: Name
    after_s: NotNegative


class RiderRule(Watch):
    """Riding without a helmet, or more than two on a motorbike. zone: where it is looked at; None: wherever seen."""

    offence: Literal["no_helmet", "passengers"]
    kinds: Kinds = ("motorbike",)
    zone: Name | None = None


class PlateRule(Watch):
    """Driving over a line without a plate that can be seen."""

    offence: Literal["plate_covered"]
    line: Name


Rule = Annotated[
    RedLightRule
    | StopLineRule
    | WrongWayRule
    | SolidLineRule
    | TurnRule
    | SpeedRule
    | LaneRule
    | NoEntryRule
    | PavementRule
    | StandingRule
    | RiderRule
    | PlateRule,
    Field(discriminator="offence"),
]
# key of a rule → where in the scene what it names must be
NAMES_IN = {
    "stop_line": ("stop_lines",),
    "lane": ("lanes",),
    "marking": ("markings",),
    "movement": ("movements",),
    "allowed": ("movements",),
    "line": ("stop_lines", "counting_lines"),
    "zone": ("zones",),
}


class Marking(Part):
    """A line painted along the road, from point to point."""

    points: Annotated[tuple[Point, ...], Field(min_length=2)]


def rule_problems(scene: Mapping[str, object]) -> Iterator[tuple[Loc, str]]:
    """Places that a rule names and the scene has not. `scene` is the raw mapping: nothing is taken for granted."""
    rules = scene.get("rules")
    for name, rule in rules.items() if isinstance(rules, Mapping) else ():
        for key, kinds in NAMES_IN.items():
            wanted = rule.get(key) if isinstance(rule, Mapping) else None
            named = [scene.get(kind) for kind in kinds]
            known = sorted(str(each) for there in named if isinstance(there, Mapping) for each in there)
            if isinstance(wanted, str) and wanted not in known:
                has = ", ".join(known) or "none"
                what = "movement" if key == "allowed" else key.replace("_", " ")
                yield ("rules", name, key), f"no {what} is called '{wanted}'; in this scene: {has}"
        yield from _turn_problems(scene, str(name), rule)


def _turn_problems(scene: Mapping[str, object], name: str, rule: object) -> Iterator[tuple[Loc, str]]:
    """An allowed turn that enters over no stop line: there is no lamp it could be allowed at."""
    allowed = rule.get("allowed") if isinstance(rule, Mapping) else None
    movements, stop_lines = scene.get("movements"), scene.get("stop_lines")
    movement = movements.get(allowed) if isinstance(movements, Mapping) and isinstance(allowed, str) else None
    entry = movement.get("entry") if isinstance(movement, Mapping) else None
    if isinstance(entry, str) and not (isinstance(stop_lines, Mapping) and entry in stop_lines):
        yield ("rules", name, "allowed"), f"wanted a movement that enters over a stop line, found entry '{entry}'"
