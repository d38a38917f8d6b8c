from pathlib import Path

import pytest

from edge.errors import LampFileError
from edge.lamps.file import UNSAID_ERROR_S, load_timelines
from vision.events.lamps import Lamp

GOOD = """\
# times of the recording, from its first frame
north:
  - {state: red, since_s: 0, until_s: 12.4, error_s: 0.04}
  - {state: green, since_s: 12.4, until_s: 30}
  - {state: off, since_s: 31.5, until_s: 40}
south:
  - state: yellow
    since_s: -3.5
    until_s: 1e1
"""


def write(folder: Path, text: str, name: str = "lamps.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_group_has_its_spans(tmp_path: Path):
    timelines = load_timelines(write(tmp_path, GOOD))
    assert list(timelines) == ["north", "south"]
    north = timelines["north"]
    assert north.group == "north"
    assert [(span.state, span.since_s, span.until_s) for span in north.spans] == [
        (Lamp.RED, 0.0, 12.4),
        (Lamp.GREEN, 12.4, 30.0),
        (Lamp.OFF, 31.5, 40.0),
    ]
    assert {span.origin for span in north.spans} == {"file"}
    assert north.at(31.0) is None
    assert timelines["south"].spans[0].since_s == -3.5


def test_a_file_that_does_not_say_how_exact_it_is_is_not_taken_to_be_perfect(tmp_path: Path):
    first, second, _ = load_timelines(write(tmp_path, GOOD))["north"].spans
    assert (first.error_s, second.error_s) == (0.04, UNSAID_ERROR_S)
    assert UNSAID_ERROR_S > 0


@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_json_is_read_as_well(tmp_path: Path, indent: str):
    text = "\n".join(['{"north": [', indent + '{"state": "off",', indent + '"since_s": 0, "until_s": 5e0}]}'])
    [span] = load_timelines(write(tmp_path, text, "lamps.json"))["north"].spans
    assert (span.state, span.since_s, span.until_s) == (Lamp.OFF, 0.0, 5.0)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 0, "found nothing"),
        ("- red", 1, "wanted signal groups"),
        ("north: red", 1, "group north: wanted a list of spans"),
        ("north:\n  - red", 2, "group north: wanted a span with state, since_s, until_s, error_s"),
        ("north:\n  - {state: red, since_s: 0}", 2, "the span has no until_s"),
        ("north:\n  - {since_s: 0}", 2, "the span has no state and no until_s"),
        (
            "north:\n  - {state: blue, since_s: 0, until_s: 1}",
            2,
            "wanted red, yellow, green, off, unknown; found 'blue'",
        ),
        ("north:\n  - state: [red]\n    since_s: 0\n    until_s: 1", 2, "wanted red, yellow, green, off, unknown"),
        (
            "north:\n  - state: red\n    since_s: soon\n    until_s: 1",
            3,
            "since_s: wanted seconds such as 12.4, found 'soon'",
        ),
        ("north:\n  - {state: red, since_s: 0, until_s: .inf}", 2, "until_s: wanted seconds"),
        ("north:\n  - {state: red, since_s: nan, until_s: 1}", 2, "since_s: wanted seconds"),
        ("north:\n  - {state: red, since_s: 5, until_s: 5}", 2, "until_s must lie after since_s 5.0, found 5.0"),
        ("north:\n  - {state: red, since_s: 0, until_s: 1, error_s: -1}", 2, "greater than or equal to 0"),
        ("north:\n  - {state: red, since_s: 0, until_s: 1, colour: x}", 2, "wanted state, since_s, until_s, error_s"),
        ("north:\n  - {state: red, state: green, since_s: 0, until_s: 1}", 2, "found 'state' again"),
        ("north: []\nnorth: []", 2, "found 'north' again"),
        (
            "north:\n  - {state: red, since_s: 0, until_s: 9}\n  - {state: green, since_s: 8, until_s: 12}",
            3,
            "group north: wanted since_s 9.0 or later, found 8.0",
        ),
        ("north: [", 1, "wanted YAML"),
        ("north:\n\t- x", 2, "wanted YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_wanted(tmp_path: Path, text: str, line: int, problem: str):
    path = write(tmp_path, text)
    with pytest.raises(LampFileError) as caught:
        load_timelines(path)
    assert problem in str(caught.value)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_broken_json_is_told_with_its_line(tmp_path: Path):
    with pytest.raises(LampFileError, match=r"lamps\.json:2: wanted JSON"):
        load_timelines(write(tmp_path, '{"north":\n[}', "lamps.json"))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: \x00"])
def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path, content: bytes):
    (tmp_path / "lamps.yaml").write_bytes(content)
    with pytest.raises(LampFileError):
        load_timelines(tmp_path / "lamps.yaml")


def test_a_missing_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(LampFileError, match="cannot be read"):
        load_timelines(tmp_path / "none.yaml")
