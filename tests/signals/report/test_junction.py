"""The books of one junction out of several cameras' events: who lies is named, and nobody while they can balance."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from signals.report.cli import app
from signals.report.errors import JunctionError
from signals.report.junction import keep_books
from signals.report.junction_file import TEMPLATE, Junction, load_junction
from signals.report.junction_section import junction_section, verdict_sentences
from signals.report.words import Language, words
from vision.events.bodies import Counts, Crossing, Direction
from vision.events.envelope import EVENT, Event
from vision.events.facts import Figure, LineFacts
from vision.events.stream import EventStream

FILE = Path("junction.yaml")
SEVEN = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
ARMS = {"north": ("a", "in"), "east": ("b", "in"), "south": ("c", "out"), "west": ("d", "out")}
JUNCTION = Junction.model_validate(
    {
        "version": 1,
        "junction": "drawn",
        "storage": 8,
        "arms": {
            name: {"camera": camera, "line": name, "direction": "right_to_left", "way": way}
            for name, (camera, way) in ARMS.items()
        },
    }
)
MINUTE_S = 60.0
# Vehicles a minute over north, east, south, west: what comes in goes out, and no arm goes as another does.
DAY = ((40, 10, 10, 40), (10, 45, 40, 15), (30, 30, 10, 50), (60, 5, 50, 15), (5, 60, 20, 45), (33, 12, 40, 5))


def minute(line: str, since_s: float, n: int, error: float, line_facts: Callable[..., LineFacts]) -> list[Any]:
    """What one camera says of one minute: its crossings, its counts in quarters, and its facts."""
    ways = {"line": line, "direction": Direction.RIGHT_TO_LEFT}
    crossings = [
        Crossing(
            **ways, role="counting", track=1 + place, vehicle="motorbike", frame=0, at_s=at_s, at_error_s=0.0, x=0.5,
            y=0.5,
        )
        for place, at_s in enumerate(since_s + (np.arange(n) + 0.5) * MINUTE_S / max(n, 1))
    ]  # fmt: skip
    counts = [
        Counts(line=line, since_s=since_s + s, until_s=since_s + s + 15, coverage=1.0, counts={})
        for s in (0, 15, 30, 45)
    ]
    figure = Figure(value=float(n), error=error * max(n, 1))
    return [*crossings, *counts, line_facts(since_s, n, vehicles=figure, **ways)]


@pytest.fixture
def told(line_facts: Callable[..., LineFacts]) -> Callable[..., list[Event]]:
    """Every camera's events of the day. wrong: arm → the share of its vehicles that it counts; late_s: when a camera
    began after the others."""

    def make(
        wrong: dict[str, float] | None = None,
        error: float = 0.04,
        late_s: dict[str, float] | None = None,
        day: Sequence[Sequence[int]] = DAY,
    ) -> list[Event]:
        events: list[Event] = []
        for place, (arm, (camera, _)) in enumerate(ARMS.items()):
            late = (late_s or {}).get(arm, 0.0)
            stream = EventStream(camera, "b1", SEVEN + timedelta(seconds=late))
            for at, row in enumerate(day):
                n = round(row[place] * (wrong or {}).get(arm, 1.0))
                bodies = minute(arm, at * MINUTE_S, n, error, line_facts)
                events += [stream.wrap(body, getattr(body, "at_s", getattr(body, "since_s", 0.0))) for body in bodies]
        return events

    return make


def test_cameras_that_count_truly_are_not_suspected(told: Callable[..., list[Event]]) -> None:
    books = keep_books(FILE, JUNCTION, told())
    assert (len(books.windows), books.left_out, books.verdict.balanced) == (6, 0, True)
    assert books.totals["north"].value == sum(row[0] for row in DAY)


@pytest.mark.parametrize(("arm", "share"), [("north", 0.5), ("east", 0.4), ("south", 0.6), ("west", 0.5)])
def test_the_camera_that_counts_only_a_part_is_named_and_by_how_much(
    told: Callable[..., list[Event]], arm: str, share: float
) -> None:
    verdict = keep_books(FILE, JUNCTION, told({arm: share})).verdict
    assert (verdict.line, verdict.camera) == (arm, ARMS[arm][0])
    (suspect,) = verdict.suspects
    assert (suspect.factor_low or 0) <= 1 / share <= (suspect.factor_high or 0)


def test_within_the_cameras_own_errors_nobody_is_accused(told: Callable[..., list[Event]]) -> None:
    assert keep_books(FILE, JUNCTION, told({"north": 0.8}, error=0.3)).verdict.balanced


def test_cameras_that_began_at_different_times_share_windows_from_the_last_ones_start(
    told: Callable[..., list[Event]],
) -> None:
    steady = [(30, 20, 26, 24)] * 6
    books = keep_books(FILE, JUNCTION, told(late_s={"west": 20.0}, day=steady))
    assert books.since == SEVEN + timedelta(seconds=20)
    assert (len(books.windows), books.verdict.balanced) == (5, True)


def test_a_minute_that_one_camera_missed_is_left_out(told: Callable[..., list[Event]]) -> None:
    blind = [
        event.model_copy(update={"data": event.data.model_copy(update={"coverage": 0.2})})
        if isinstance(event.data, Counts) and event.camera == "b" and event.data.since_s == 60
        else event
        for event in told()
    ]
    books = keep_books(FILE, JUNCTION, blind)
    assert (len(books.windows), books.left_out) == (5, 1)


def test_a_line_that_no_camera_counts_is_refused(told: Callable[..., list[Event]]) -> None:
    events = [event for event in told() if event.camera != "d"]
    with pytest.raises(JunctionError, match=r"junction\.yaml: arms\.west: the events have no counts of west of d"):
        keep_books(FILE, JUNCTION, events)


def test_both_languages_name_the_line_and_the_camera(told: Callable[..., list[Event]]) -> None:
    books = keep_books(FILE, JUNCTION, told({"west": 0.0}))
    for language in Language:
        sentences = " ".join(verdict_sentences(books, words(language)))
        assert "west" in sentences
        assert len(junction_section(books, words(language)).grids) == 2


def test_several_files_and_a_junction_file_make_one_report(told: Callable[..., list[Event]], tmp_path: Path) -> None:
    files = []
    for camera in "abcd":
        mine = [event for event in told({"south": 0.5}) if event.camera == camera]
        files.append(tmp_path / f"{camera}.jsonl")
        files[-1].write_bytes(b"".join(EVENT.dump_json(event, exclude_none=True) + b"\n" for event in mine))
    place = tmp_path / "junction.yaml"
    place.write_text(json.dumps(JUNCTION.model_dump(mode="json")), "utf-8")
    page = tmp_path / "report.html"
    asked = ["report", *map(str, files), "--junction", str(place), "--html", str(page), "--json"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)["junction"]
    assert (found["balanced"], found["lying_arm"], found["lying_camera"]) == (False, "south", "c")
    assert "Camera south" not in page.read_text("utf-8")
    assert "Line south of camera c counts wrongly" in page.read_text("utf-8")
    assert "Vạch south của camera c đếm sai" in page.read_text("utf-8")


def test_the_printed_example_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "junction.yaml"
    file.write_text(TEMPLATE, "utf-8")
    assert len(load_junction(file).arms) == 4


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("way: out", "way: in"), "wanted at least one way in and one out"),
        (("storage: 60 ", "storage: -1 "), "junction.yaml:4: input should be greater than or equal to 0, found -1"),
        (("line: exit, direction: left_to_right, way: out}\n  south", "line: stop, way: out}\n  south"), "direction"),
        (("camera: south, line: exit", "camera: north, line: exit"), "found north_out and south_out alike"),
        (("version: 1", "version: 2"), "junction.yaml:2: 2 is not allowed here; allowed: 1"),
        (("arms:", "legs:"), "legs"),
    ],
)
def test_a_wrong_junction_file_is_refused_with_its_line(tmp_path: Path, wrong: tuple[str, str], sentence: str) -> None:
    file = tmp_path / "junction.yaml"
    file.write_text(TEMPLATE.replace(*wrong), "utf-8")
    with pytest.raises(JunctionError) as caught:
        load_junction(file)
    assert str(caught.value).startswith(f"{file}:")
    assert sentence in str(caught.value)
