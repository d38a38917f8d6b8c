"""By which way whoever entered at red leaves the junction, where a sign allows some of them to turn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from edge.loop.seen import Seen
from edge.patrol.patrol import Now
from edge.patrol.ways_through import Way, leaving
from violations.rules.turn import TurnLimits
from violations.rules.turn_on_red import AllowedTurn, Taken
from vision.events.bodies import Crossing
from vision.geometry.rules import RedLightRule
from vision.geometry.scene import Scene
from vision.traffic.conduct.unbroken import steps_of

# The ring of packets holds no more: whoever takes longer to leave could not be proven any more.
LEAVES_WITHIN_S = 10.0
SAME_VEHICLE = TurnLimits()


class Exit(NamedTuple):
    """A way out of the junction for those who came in over one stop line, and the movements it ends."""

    way: Way
    movements: frozenset[str]


@dataclass(frozen=True, slots=True)
class TurnsAt:
    """What one stop line's signs allow at red, and every exit that the scene draws for those who pass it."""

    allowed: tuple[AllowedTurn, ...]
    exits: tuple[Exit, ...]


def turns_of(scene: Scene) -> dict[str, TurnsAt]:
    """Stop line → its turns, for those that allow one at red."""
    allowed: dict[str, list[AllowedTurn]] = {}
    for rule in scene.rules.values():
        if isinstance(rule, RedLightRule):
            turn = AllowedTurn(rule.allowed, frozenset(rule.kinds), rule.hours)
            allowed.setdefault(scene.movements[rule.allowed].entry, []).append(turn)
    return {line: TurnsAt(tuple(turns), tuple(_exits(scene, line))) for line, turns in allowed.items()}


def _exits(scene: Scene, line: str) -> Iterator[Exit]:
    ends: dict[str, set[str]] = {}
    for name, movement in scene.movements.items():
        if movement.entry == line:
            ends.setdefault(movement.exit, set()).add(name)
    for end, names in ends.items():
        yield Exit(Way(end, leaving(scene, end)), frozenset(names))


class RedTurns:
    """Follows whoever entered over a line that allows a turn, from there to the first exit he passes."""

    def __init__(self, turns: Mapping[str, TurnsAt]) -> None:
        self._turns = dict(turns)
        self._entered: dict[int, Crossing] = {}
        self._left: dict[int, Taken] = {}
        self._gone: set[int] = set()

    def allowed_at(self, line: str) -> tuple[AllowedTurn, ...]:
        turns = self._turns.get(line)
        return turns.allowed if turns is not None else ()

    def enter(self, crossing: Crossing) -> None:
        """Somebody passed a watched stop line; the last time counts."""
        if crossing.line in self._turns:
            self._entered[crossing.track] = crossing
            self._left.pop(crossing.track, None)

    def see(self, seen: Seen, now: Now) -> None:
        for crossing in seen.crossings:
            entered = self._entered.get(crossing.track)
            if entered is not None and crossing.track not in self._left and crossing.at_s > entered.at_s:
                for one in self._turns[entered.line].exits:
                    if one.way.fits(crossing):
                        self._left[crossing.track] = Taken(one.movements, _surely(entered, crossing, now))
        self._gone |= self._entered.keys() & set(seen.tracks.ended.tolist())

    def taken(self, track: int) -> Taken | None:
        """The way he left by; None where nobody saw him leave yet."""
        return self._left.get(track)

    def over(self, track: int, now_s: float) -> bool:
        """Whether nothing more will be known: he has left, or is out of sight, or takes too long."""
        entered = self._entered.get(track)
        late = entered is not None and now_s - entered.at_s > LEAVES_WITHIN_S
        return entered is None or late or track in self._left or track in self._gone

    def forget(self, track: int) -> None:
        self._entered.pop(track, None)
        self._left.pop(track, None)
        self._gone.discard(track)


def _surely(entered: Crossing, left: Crossing, now: Now) -> bool:
    steps = steps_of(*now.trail.way_of(left.track, entered.at_s, left.at_s), entered.at_s, left.at_s)
    one = steps.longest_gap_s <= SAME_VEHICLE.gap_s and steps.longest_leap <= SAME_VEHICLE.leap
    return one and not (entered.foot_hidden or left.foot_hidden)
