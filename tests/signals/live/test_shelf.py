"""Plans run once a second person approved them, can be taken back, and their journal shows any meddling."""

import pytest

from signals.errors import SignalsError
from signals.library.files import LibraryError
from signals.live.control import Control
from signals.live.errors import ConflictError, ElsewhereError, LiveError, UnknownJunctionError
from signals.live.room import LiveRoom
from signals.live.shelf import PlanShelf

TEXT = """\
version: 1
junction:
  name: Đại La
  movements: [{id: out, width_m: 7.0}, {id: side, width_m: 5.0}]
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}]
plans:
  day: {greens_s: {main: %d, side: 20}}
days:
  workday: {"00:00": day}
"""


def text(green_s=30):
    return (TEXT % green_s).encode()


@pytest.fixture
def shelf(tmp_path):
    return PlanShelf(tmp_path / "signals")


def test_a_version_runs_only_after_a_second_person_approved_it(shelf):
    shelf.propose("dai_la", text(), "An", "first plans")
    assert shelf.running("dai_la") is None
    with pytest.raises(ConflictError, match="a second person decides"):
        shelf.decide("dai_la", 1, "An", "fine", approve=True)
    assert shelf.decide("dai_la", 1, "Bình", "checked", approve=True).state == "running"
    with pytest.raises(ConflictError, match="is running already"):
        shelf.decide("dai_la", 1, "Chi", "too late", approve=False)


def test_rolling_back_runs_what_ran_before_and_no_further(shelf):
    for green_s in (30, 40):
        number = shelf.propose("dai_la", text(green_s), "An", "plans").number
        shelf.decide("dai_la", number, "Bình", "checked", approve=True)
    assert shelf.running("dai_la") == 2
    assert shelf.roll_back("dai_la", "Chi", "queues on the side street").number == 1
    assert [one.state for one in shelf.versions("dai_la")] == ["running", "approved"]
    assert shelf.load("dai_la", 1)[1].plans["day"].stages[0].green_s == 30
    with pytest.raises(ConflictError, match="nothing ran before"):
        shelf.roll_back("dai_la", "Chi", "again")


def test_two_authors_do_not_overwrite_one_another(shelf):
    shelf.propose("dai_la", text(), "An", "plans", base=0)
    with pytest.raises(ConflictError, match="version 1 came after version 0"):
        shelf.propose("dai_la", text(40), "Bình", "plans", base=0)
    assert len(shelf.versions("dai_la")) == 1


def test_an_unsafe_or_unreadable_library_leaves_nothing_behind(shelf, tmp_path):
    for wrong in (text(3), b"version: 1", b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(LibraryError):
            shelf.propose("dai_la", wrong, "An", "plans")
    assert [path.name for path in (tmp_path / "signals").rglob("*") if path.is_file()] == []
    with pytest.raises(LiveError, match="at most 256000 bytes"):
        shelf.propose("dai_la", b"#" * 300_000, "An", "plans")


@pytest.mark.parametrize("name", ["../etc", "", "a/b", "x" * 81])
def test_names_are_names(shelf, name):
    with pytest.raises(LiveError, match="letters, digits"):
        shelf.propose(name, text(), "An", "plans")
    with pytest.raises(UnknownJunctionError):
        shelf.versions(name)


def test_a_journal_that_lost_a_line_is_found_out(shelf, tmp_path):
    for green_s in (30, 40, 50):
        shelf.propose("dai_la", text(green_s), "An", "plans")
    file = tmp_path / "signals" / "dai_la" / "journal.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[2])
    with pytest.raises(LiveError, match="line 2 does not follow"):
        shelf.versions("dai_la")


def test_a_room_runs_what_is_approved_and_goes_on_with_it_after_a_restart(shelf):
    room = LiveRoom(shelf)
    room.open()
    shelf.propose("dai_la", text(), "An", "plans")
    with pytest.raises(UnknownJunctionError, match="approve a library"):
        room.junction("dai_la")
    room.approve("dai_la", 1, "Bình", "checked")
    assert room.names() == ["dai_la"]
    room.step()
    assert room.state("dai_la").name == "Đại La"
    room.close()
    again = LiveRoom(shelf)
    again.open()
    assert again.names() == ["dai_la"]
    again.close()


def test_of_two_processes_one_runs_the_junctions_and_the_other_says_so(shelf):
    shelf.propose("dai_la", text(), "An", "plans")
    shelf.decide("dai_la", 1, "Bình", "checked", approve=True)
    first, second = LiveRoom(shelf), LiveRoom(shelf)
    first.open()
    second.open()
    try:
        assert first.junction("dai_la").name == "Đại La"
        with pytest.raises(ElsewhereError, match="cannot be reached"):
            second.junction("dai_la")
        with pytest.raises(ElsewhereError):
            second.roll_back("dai_la", "Chi", "why")
    finally:
        first.close()
        second.close()


def test_another_junction_under_the_same_name_is_refused_before_anything_is_written(shelf):
    room = LiveRoom(shelf)
    room.open()
    shelf.propose("dai_la", text(), "An", "plans")
    room.approve("dai_la", 1, "Bình", "checked")
    other = (
        text()
        .replace(b"{id: side, movements: [side]}", b"{id: lane, movements: [side]}")
        .replace(b"side: 20", b"lane: 20")
    )
    shelf.propose("dai_la", other, "An", "another junction")
    with pytest.raises(LiveError, match="describes another"):
        room.approve("dai_la", 2, "Bình", "checked")
    assert shelf.running("dai_la") == 1
    room.close()


def test_the_thread_of_a_room_steps_its_junctions(shelf):
    shelf.propose("dai_la", text(), "An", "plans")
    shelf.decide("dai_la", 1, "Bình", "checked", approve=True)
    room = LiveRoom(shelf)
    room.start()
    try:
        begun = room.state("dai_la").mode
        assert begun in {"starting", "off"}
        for _ in range(300):
            if room.state("dai_la").position is not None:
                break
            room._over.wait(0.1)
        assert room.state("dai_la").position is not None
    finally:
        room.close()


WATCHED = b"approaches: {out: {camera: cam.out, stop_line: stop}}\n"


def test_the_last_word_about_the_mode_of_control_holds_and_rolling_back_takes_back_what_a_version_stated(shelf):
    def run(green_s, more=b""):
        number = shelf.propose("dai_la", text(green_s) + more, "An", "counts").number
        shelf.decide("dai_la", number, "Bình", "checked", approve=True)
        return shelf.control("dai_la")

    assert run(30) is Control.PLAN
    assert run(31, WATCHED + b"control: adaptive\n") is Control.ADAPTIVE
    assert run(32, WATCHED) is Control.ADAPTIVE, "a version that states nothing changes nothing"
    shelf.roll_back("dai_la", "An", "queues")
    assert shelf.control("dai_la") is Control.ADAPTIVE
    shelf.roll_back("dai_la", "An", "queues")
    assert shelf.control("dai_la") is Control.PLAN
    assert run(33, WATCHED + b"control: actuated\n") is Control.ACTUATED
    shelf.set_control("dai_la", Control.ADAPTIVE, "Chi", "peak")
    shelf.roll_back("dai_la", "An", "queues")
    assert shelf.control("dai_la") is Control.ADAPTIVE, "a person's word is taken back by a person alone"


def test_a_junction_that_has_not_time_for_everybody_is_refused_before_it_is_decided(shelf):
    room = LiveRoom(shelf)
    room.open()
    long = text(70).replace(b"{id: main, movements", b"{id: main, min_green_s: 60, movements")
    shelf.propose("dai_la", long, "An", "first plans")
    with pytest.raises(SignalsError, match="must leave time to serve every movement twice"):
        room.approve("dai_la", 1, "Bình", "checked")
    assert shelf.version("dai_la", 1).state == "proposed"
    room.close()
