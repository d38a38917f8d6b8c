from datetime import timedelta
from pathlib import Path

import pytest

from signals.report.clock import VIETNAM
from signals.report.errors import ManualError
from signals.report.manual import TEMPLATE, OverLine, Way, read_manual

HEAD = "since,until,line,direction,vehicle,n\n"
TURNS = "since,until,entry,exit,vehicle,n\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "counts.csv"


def test_the_printed_example_can_be_read(file: Path) -> None:
    file.write_text(TEMPLATE, "utf-8")
    counts = read_manual(file)
    assert [one.n for one in counts] == [212, 38, 261, 41, 7]
    assert counts[2].vehicle is None
    assert counts[3].place == Way("north_stop", "east_exit")


def test_clock_times_are_vietnams_unless_they_say_otherwise(file: Path) -> None:
    file.write_text(HEAD + "2026-11-20 07:00,2026-11-20T00:15:00+00:00,stop,all,car,3\n", "utf-8")
    (one,) = read_manual(file)
    assert (one.length_s, one.since.utcoffset()) == (900.0, VIETNAM.utcoffset(None))  # type: ignore[union-attr]  # a clock time
    assert VIETNAM.utcoffset(None) == timedelta(hours=7)


def test_a_spreadsheets_byte_order_mark_and_blanks_do_no_harm(file: Path) -> None:
    file.write_text("\ufeff" + HEAD.replace(",", ", ") + " 0 , 10.5 ,stop,, , 4 \n", "utf-8")
    (one,) = read_manual(file)
    assert (one.length_s, one.place, one.vehicle, one.n) == (10.5, OverLine("stop", None), None, 4)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", ":1: wanted the heading"),
        ("since,until,line,n\n", ":1: wanted the heading"),
        (HEAD.replace("n\n", "n,speed\n"), ":1: wanted the heading"),
        (HEAD, "found a heading alone"),
        (HEAD + "0,10,stop,all,car,-1\n", ":2: n: wanted a whole number"),
        (HEAD + "0,10,stop,all,car,1.5\n", ":2: n: wanted a whole number"),
        (HEAD + "0,10,stop,all,car,\n", ":2: n: wanted a whole number"),
        (HEAD + "0,10,stop,all,horse,1\n", ":2: vehicle: wanted motorbike"),
        (HEAD + "0,10,stop,up,car,1\n", ":2: direction: wanted left_to_right"),
        (HEAD + "0,10,,all,car,1\n", ":2: line: wanted"),
        (HEAD + "10,10,stop,all,car,1\n", ":2: until: wanted a time after"),
        (HEAD + "nan,10,stop,all,car,1\n", ":2: since: wanted a clock time"),
        (HEAD + "morning,10,stop,all,car,1\n", ":2: since: wanted a clock time"),
        (HEAD + "0,2026-11-20 07:00,stop,all,car,1\n", ":2: since, until: wanted two"),
        (
            HEAD + "0,10,stop,all,car,1\n2026-11-20 07:00,2026-11-20 07:10,stop,all,car,1\n",
            ":3: since: wanted the same",
        ),
        (HEAD + "0,10,stop,all,car,1\n0,10,stop,,car,2\n", ":3: the same interval"),
        (HEAD + "0,10,stop,all,car,1,9\n", "found more"),
        (HEAD + "0,10,stop\n", "found fewer"),
        ("since,until,vehicle,n\n", ":1: wanted the heading"),
        ("since,until,entry,vehicle,n\n", ":1: wanted the heading"),
        (TURNS + "0,10,,,car,1\n", ":2: line: wanted the name of a line, or of two lines as entry and exit"),
        (TURNS + "0,10,north,,car,1\n", "found entry north"),
        (HEAD.replace("n\n", "n,entry,exit\n") + "0,10,stop,,car,1,north,south\n", "found line stop, entry north"),
    ],
)
def test_anything_else_is_refused_with_its_line(file: Path, text: str, where: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(ManualError) as caught:
        read_manual(file)
    assert str(caught.value).startswith(str(file))
    assert where in str(caught.value)
