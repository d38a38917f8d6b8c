"""SUMO behind the port: letters for lamps and back, yielding written as g, and nothing but lamps obeyed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.control.controller import Ability, FallBack, GoToStage, ShowLamps, State
from signals.control.lamps import Aspect
from signals.control.sumo import SumoController, read_state, write_state
from signals.sumo.groups import Groups

RED, YELLOW, GREEN = int(Aspect.RED), int(Aspect.YELLOW), int(Aspect.GREEN)


class Lights:
    """A simulation that keeps one state."""

    def __init__(self) -> None:
        self.state, self.program, self.writes = "rrrrr", "", 0

    def getRedYellowGreenState(self, signal: str) -> str:  # noqa: N802  SUMO's name
        return self.state

    def setRedYellowGreenState(self, signal: str, state: str) -> None:  # noqa: N802
        self.state, self.writes = state, self.writes + 1

    def setProgram(self, signal: str, program: str) -> None:  # noqa: N802
        self.program = program


def _groups(*, walked: bool = False) -> Groups:
    """Two letters straight, a left that yields to the oncoming, the oncoming (may stop and go on red), a walk."""
    yields = np.zeros((5, 5), np.bool_)
    yields[2, 3] = True
    return Groups(
        ("straight", "left", "oncoming", "walk"),
        np.array([0, 0, 1, 2, 3]),
        "rrrsr",
        np.zeros((4, 4), np.bool_),
        np.zeros((4, 4), np.bool_),
        yields,
        np.array([False, False, False, walked]),
    )


@pytest.mark.parametrize(
    ("aspects", "state"),
    [
        ([GREEN, GREEN, GREEN, RED], "GGgGr"),
        ([GREEN, GREEN, RED, RED], "GGGsr"),
        ([RED, GREEN, YELLOW, RED], "rrgyr"),
        ([YELLOW, RED, RED, GREEN], "yyrsG"),
    ],
)
def test_lamps_become_letters(aspects: list[int], state: str) -> None:
    assert write_state(_groups(), aspects) == state
    assert read_state(_groups(), state).tolist() == aspects


def test_letters_that_differ_within_a_movement_or_mean_nothing_are_unknown() -> None:
    assert read_state(_groups(), "GrOrr").tolist() == [Aspect.UNKNOWN, Aspect.UNKNOWN, RED, RED]


@given(st.lists(st.sampled_from([RED, YELLOW, GREEN]), min_size=4, max_size=4))
def test_what_is_ordered_is_what_is_shown(aspects: list[int]) -> None:
    controller = SumoController(Lights(), "C", _groups(walked=True))
    assert controller.send(ShowLamps(np.array(aspects, np.int8)), 1.0).state is State.DONE
    assert controller.present(1.0).aspects.tolist() == aspects


def test_the_same_lamps_are_not_written_twice() -> None:
    lights = Lights()
    controller = SumoController(lights, "C", _groups())
    for _ in range(3):
        controller.send(ShowLamps(np.array([GREEN, RED, RED, RED], np.int8)), 1.0)
    assert lights.writes == 1


def test_it_takes_lamps_alone_and_falls_back_to_its_own_program() -> None:
    lights = Lights()
    controller = SumoController(lights, "C", _groups(), program="0")
    assert controller.abilities is Ability.LAMPS
    refused = controller.send(GoToStage("S1", 1), 1.0)
    assert (refused.state, refused.why) == (State.REFUSED, "SUMO takes lamps for C, and no GoToStage.")
    assert controller.send(FallBack(), 2.0).state is State.DONE
    assert lights.program == "0"
    assert not controller.present(2.0).obeys
