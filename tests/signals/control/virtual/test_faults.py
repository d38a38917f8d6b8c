"""A file of faults: what each line breaks, and one sentence for a line that says nothing known."""

from pathlib import Path

import pytest

from signals.control.virtual.errors import FaultFileError
from signals.control.virtual.faults import Faults, Part

GROUPS, DETECTORS = ("A1", "B1"), ("DL1", "DL2")
ALL = """
# a bad day
lamp A1 red        # burnt out
lamp B1 green
stuck B1
button A1

detector DL2
mains
time-source
"""


def test_every_line_breaks_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "faults"
    file.write_text(ALL, encoding="utf-8")
    assert Faults.read(file, GROUPS, DETECTORS) == Faults(
        parts=frozenset({Part.MAINS, Part.TIME_SOURCE}),
        lamps=frozenset({("A1", "red"), ("B1", "green")}),
        stuck=frozenset({"B1"}),
        buttons=frozenset({"A1"}),
        detectors=frozenset({"DL2"}),
    )
    file.write_text("", encoding="utf-8")
    assert Faults.read(file, GROUPS, DETECTORS) == Faults()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("lamp A1 blue", "red, yellow or green"),
        ("lamp C1 red", "a group of A1, B1"),
        ("lamp A1", "red, yellow or green"),
        ("stuck DL1", "a group of A1, B1"),
        ("button", "a group of A1, B1"),
        ("detector A1", "one of DL1, DL2"),
        ("door open", "door alone"),
        ("earthquake", "hardware, settings, mains, door, time-source, other"),
    ],
)
def test_a_line_that_says_nothing_known_is_named_with_what_was_wanted(tmp_path: Path, line: str, wanted: str) -> None:
    file = tmp_path / "faults"
    file.write_text(f"mains\n{line}\n", encoding="utf-8")
    with pytest.raises(FaultFileError) as refused:
        Faults.read(file, GROUPS, DETECTORS)
    told = str(refused.value)
    assert "faults, line 2" in told
    assert wanted in told
    assert line in told
