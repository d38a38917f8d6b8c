"""A junction its monitor took out of service flashes over every restart, until a person clears it at the console."""

import pytest
from typer.testing import CliRunner

from signals.cli import app
from signals.control.lamps import Aspect
from signals.live.room import LiveRoom
from signals.live.shelf import PlanShelf

LIBRARY = b"""\
version: 1
junction:
  name: Dai La
  movements: [{id: out, width_m: 7.0}, {id: side, width_m: 5.0}]
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}]
plans:
  day: {greens_s: {main: 30, side: 20}}
days:
  workday: {"00:00": day}
"""


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_room(tmp_path, clock):
    """A room on the one shelf, as after a restart; closed at the end."""
    rooms = []

    def opened():
        rooms.append(LiveRoom(PlanShelf(tmp_path / "signals"), steady=clock))
        rooms[-1].open()
        return rooms[-1]

    shelf = PlanShelf(tmp_path / "signals")
    shelf.propose("dai_la", LIBRARY, "an", "first")
    shelf.decide("dai_la", 1, "binh", "checked", approve=True)
    yield opened
    for room in rooms:
        room.close()


def step(room, clock, seconds):
    for _ in range(round(seconds / 0.25)):
        clock.now_s += 0.25
        room.step()
    return room.state("dai_la").mode


def clear(tmp_path, *words):
    command = ["signals", "clear", *words, "--data", str(tmp_path)]
    return CliRunner().invoke(app, command)


def test_flash_survives_restarts_and_ends_by_a_person_at_the_console(open_room, clock, tmp_path):
    room = open_room()
    assert step(room, clock, 20) == "commanded"
    room.junction("dai_la")._street.shown[:] = Aspect.GREEN
    assert step(room, clock, 0.5) == "flashing"
    room.close()

    room = open_room()
    assert room.state("dai_la").mode == "flashing"
    assert step(room, clock, 60) == "flashing"
    assert [lamp.aspect for lamp in room.state("dai_la").lamps] == ["dark", "dark"]
    done = clear(tmp_path, "dai_la", "--person", "Lan", "--reason", "relay of the side street changed")
    assert done.exit_code == 0, done.output
    assert step(room, clock, 0.25) != "flashing"
    assert step(room, clock, 20) == "commanded"
    room.close()

    room = open_room()
    assert step(room, clock, 1) == "starting"
    told = [(one.what, one.person) for one in room.shelf.journal("dai_la")]
    assert told[2:] == [("out_of_service", "monitor"), ("cleared", "Lan")]
    assert [one.state for one in room.shelf.versions("dai_la")] == ["running"]


def test_a_junction_that_flashes_anew_is_put_out_anew(open_room, clock, tmp_path):
    room = open_room()
    for _ in range(2):
        step(room, clock, 20)
        room.junction("dai_la")._street.shown[:] = Aspect.GREEN
        assert step(room, clock, 1) == "flashing"
        clear(tmp_path, "dai_la", "--person", "Lan", "--reason", "looked")
        assert step(room, clock, 20) == "commanded"
    whats = [one.what for one in room.shelf.journal("dai_la")][2:]
    assert whats == ["out_of_service", "cleared"] * 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("dai_la", "--person", "Lan", "--reason", "looked"), "is not out of service"),
        (("xa_dan", "--person", "Lan", "--reason", "looked"), "No junction xa_dan"),
        (("dai_la", "--person", " ", "--reason", "looked"), "needs a person and a reason"),
    ],
)
def test_nothing_else_is_cleared(open_room, tmp_path, words, sentence):
    done = clear(tmp_path, *words)
    assert (done.exit_code, sentence in done.output) == (2, True), done.output
