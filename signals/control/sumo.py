"""SUMO as a controller: shows the lamps that the guard orders, and tells what it shows.

SUMO has no guard of its own and shows whatever it is told, so it takes lamps and nothing else; falling back gives the
signal back to the program that the net gave it.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from signals.control.controller import Ability, Answer, FallBack, Order, Presented, ShowLamps, State
from signals.control.lamps import Aspect
from signals.sumo.groups import Groups
from vision.arrays import I8

_ASPECTS = {
    "G": Aspect.GREEN,
    "g": Aspect.GREEN,
    "y": Aspect.YELLOW,
    "u": Aspect.YELLOW,
    "r": Aspect.RED,
    "s": Aspect.RED,
}


class TrafficLights(Protocol):
    """What is used of `traci.trafficlight` or `libsumo.trafficlight`; the names are SUMO's."""

    def getRedYellowGreenState(self, signal: str, /) -> str: ...  # noqa: N802

    def setRedYellowGreenState(self, signal: str, state: str, /) -> None: ...  # noqa: N802

    def setProgram(self, signal: str, program: str, /) -> None: ...  # noqa: N802


class SumoController:
    """One signal of a running simulation. program: what it runs when it falls back."""

    def __init__(self, lights: TrafficLights, signal: str, groups: Groups, program: str = "0") -> None:
        self._lights, self._signal, self._groups, self._program = lights, signal, groups, program
        self._shown: I8 | None = None
        self._state = self._read = ""
        self._aspects = np.full(len(groups.names), Aspect.UNKNOWN, np.int8)
        self._obeys = True
        self._sent = 0

    @property
    def abilities(self) -> Ability:
        return Ability.LAMPS

    def present(self, now_s: float) -> Presented:
        """What SUMO shows now."""
        state = self._lights.getRedYellowGreenState(self._signal)
        if state != self._read:
            self._read, self._aspects = state, read_state(self._groups, state)
        aspects = self._aspects
        if self._shown is not None and self._groups.crossing.any():
            # A crossing has no yellow: while it is ordered, red is right.
            hidden = self._groups.crossing & (aspects == Aspect.RED) & (self._shown == Aspect.YELLOW)
            aspects = np.where(hidden, self._shown, aspects).astype(np.int8)
        return Presented(aspects, now_s, None, None, self._obeys)

    def send(self, order: Order, now_s: float) -> Answer:
        """Lamps are shown at once; anything else but falling back is refused."""
        del now_s  # SUMO answers in the same step
        self._sent += 1
        match order:
            case ShowLamps(aspects):
                self._show(aspects)
            case FallBack():
                self._lights.setProgram(self._signal, self._program)
                self._shown, self._state, self._obeys = None, "", False
            case _:
                why = f"SUMO takes lamps for {self._signal}, and no {type(order).__name__}."
                return Answer(self._sent, State.REFUSED, why)
        return Answer(self._sent, State.DONE)

    def answer(self, number: int) -> Answer | None:
        """Every order was answered when it was sent."""
        return Answer(number, State.DONE) if 0 < number <= self._sent else None

    def _show(self, aspects: I8) -> None:
        state = write_state(self._groups, aspects)
        if state != self._state:
            self._lights.setRedYellowGreenState(self._signal, state)
        self._shown, self._state, self._obeys = aspects, state, True


def write_state(groups: Groups, aspects: I8 | Sequence[int]) -> str:
    """SUMO's letters for the aspects of the movements. A green letter that must yield to a foe who is green or yellow
    too is g, else G; a crossing has no yellow."""
    of_letter = groups.of_letter
    shown = np.where(of_letter >= 0, np.asarray(aspects)[of_letter], Aspect.RED)
    drives = (shown == Aspect.GREEN) | (shown == Aspect.YELLOW)
    waits = (groups.yields & drives[None]).any(axis=1)
    walked = (of_letter >= 0) & groups.crossing[of_letter]
    letters = np.array(list(groups.off))
    letters = np.where((shown == Aspect.YELLOW) & ~walked, "y", letters)
    return "".join(np.where(shown == Aspect.GREEN, np.where(waits, "g", "G"), letters).tolist())


def read_state(groups: Groups, state: str) -> I8:
    """The aspects that a state shows; UNKNOWN where the letters of a movement differ or mean none of ours."""
    letters = np.array([_ASPECTS.get(letter, Aspect.UNKNOWN) for letter in state[: len(groups.of_letter)]], np.int8)
    found = np.full(len(groups.names), Aspect.UNKNOWN, np.int8)
    for number in range(len(found)):
        own = letters[groups.of_letter == number]
        if len(own) and (own == own[0]).all():
            found[number] = own[0]
    return found
