import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signals.report.errors import EventsError
from signals.report.reading import Wanted, read_file
from vision.events.envelope import Event

Make = Callable[..., Any]


def test_whole_events_come_back_in_order(crossing: Make, wrap: Make, event_file: Make) -> None:
    events = wrap([crossing(1.0), crossing(2.0)])
    assert read_file(event_file(events), Wanted()).events == events


def test_a_damaged_line_is_named_by_its_number_and_costs_nothing_else(
    crossing: Make, wrap: Make, event_file: Make
) -> None:
    file = event_file(wrap([crossing(1.0), crossing(2.0)]))
    first, second = file.read_text("utf-8").splitlines()
    file.write_text(f"{first}\n{second[:40]}\n\n{second.replace('motorbike', 'horse')}\n{second}\n", "utf-8")
    reading = read_file(file, Wanted())
    assert len(reading.events) == 2
    assert [damage.line for damage in reading.damages] == [2, 4]
    assert reading.damaged == 2
    assert "vehicle" in reading.damages[1].problem


def test_unknown_types_are_counted_by_name(crossing: Make, wrap: Make, event_file: Make) -> None:
    file = event_file(wrap([crossing(1.0)]))
    later = json.loads(file.read_text("utf-8")) | {"type": "vn.ngatu.flying.v9", "id": "x"}
    file.write_text(file.read_text("utf-8") + json.dumps(later) + "\n" + json.dumps(later) + "\n", "utf-8")
    reading = read_file(file, Wanted())
    assert (dict(reading.unknown), reading.damaged) == ({"vn.ngatu.flying.v9": 2}, 0)


def test_an_event_sent_twice_is_one_event(crossing: Make, wrap: Make, event_file: Make) -> None:
    (event,) = wrap([crossing(1.0)])
    reading = read_file(event_file([event, event]), Wanted())
    assert (len(reading.events), reading.repeated) == (1, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "found nothing"),
        (b"\n \n", "found nothing"),
        (b"\xff\xfe\x00", "1 damaged (line 1"),
        (b'{"type": "vn.ngatu.flying.v9"}\n', "1 of the unknown type vn.ngatu.flying.v9"),
    ],
)
def test_a_file_without_a_single_event_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(content)
    with pytest.raises(EventsError) as caught:
        read_file(file, Wanted())
    assert str(caught.value).startswith(str(file))
    assert sentence in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=r"nowhere\.jsonl: wanted a file of events"):
        read_file(tmp_path / "nowhere.jsonl", Wanted())


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted(camera="north"), 2),
        (Wanted(camera="south"), 0),
        (Wanted(boot="b2"), 0),
        (Wanted(since=datetime(2026, 11, 20, 0, 0, 2, tzinfo=UTC)), 1),
        (Wanted(until=datetime(2026, 11, 20, 0, 0, 2, tzinfo=UTC)), 1),
    ],
)
def test_only_what_is_wanted_is_kept(crossing: Make, wrap: Make, event_file: Make, wanted: Wanted, left: int) -> None:
    events: list[Event] = wrap([crossing(1.0), crossing(2.0)])
    file = event_file(events)
    if left:
        assert len(read_file(file, wanted).events) == left
    else:
        with pytest.raises(EventsError, match="2 outside what was asked for"):
            read_file(file, wanted)
