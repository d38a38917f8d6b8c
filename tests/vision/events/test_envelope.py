from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from vision.events.bodies import Counts, Crossing, Direction, Finding, Health, MediaFile
from vision.events.envelope import EVENT
from vision.events.lamps import Lamp, LampSpan, LampTimeline
from vision.events.schema import as_text, event_schema
from vision.events.stream import EventStream

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
BODIES = [
    Crossing(
        line="stop-north",
        role="stop",
        track=7,
        vehicle="motorbike",
        direction=Direction.RIGHT_TO_LEFT,
        frame=31,
        at_s=1.24,
        at_error_s=0.02,
        x=0.5,
        y=0.75,
        speed_mps=6.1,
        speed_error_mps=0.4,
    ),
    Counts(line="l", since_s=0, until_s=15, coverage=0.9, counts={Direction.LEFT_TO_RIGHT: {"car": 2}}),
    Finding(
        offence="red_light",
        vehicle="car",
        track=1,
        at_s=2.0,
        measures=(),
        lamp=LampSpan(state=Lamp.RED, since_s=0, until_s=30),
        package="a" * 64,
        media=(MediaFile(name="clip.mp4", shows="clip", sha256="b" * 64, size_bytes=9, media_type="video/mp4"),),
    ),
    Health(state="running", frames=12),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_an_event_survives_the_wire_and_fits_the_published_schema(body):
    event = EventStream("cam-1", "b1", START).wrap(body, media_s=2.5)
    wire = EVENT.dump_json(event)
    assert EVENT.validate_json(wire) == event
    jsonschema.validate(EVENT.dump_python(event, mode="json"), event_schema())


def test_an_event_carries_the_required_cloudevents_attributes():
    event = EVENT.dump_python(EventStream("cam-1", "b1", START).wrap(BODIES[3], media_s=2.5), mode="json")
    assert event["specversion"] == "1.0"
    assert event["id"] == "cam-1/b1/0"
    assert event["source"] == "/cameras/cam-1"
    assert event["type"] == "vn.ngatu.health.v1"
    assert event["time"] == "2026-11-21T07:00:02.500000Z"
    assert all(name.isalnum() and name.islower() for name in event), "CloudEvents 1.0 allows only a-z and 0-9"


def test_ids_of_one_boot_never_repeat():
    stream = EventStream("cam-1", "b1", START)
    events = [stream.wrap(BODIES[3], media_s=0.0) for _ in range(50)]
    assert len({event.id for event in events}) == 50
    assert [event.sequence for event in events] == list(range(50))


def test_the_label_follows_media_time_whatever_the_zone_of_the_start():
    hanoi = START.astimezone(tz=None)
    event = EventStream("c", "b", hanoi).wrap(BODIES[3], media_s=60)
    assert event.time == START + timedelta(seconds=60)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "vn.ngatu.unheard.v1"},
        {"specversion": "0.3"},
        {"surprise": 1},
        {"time": "2026-11-21T07:00:00"},
        {"camera": "a camera"},
        {"data": {"state": "running", "frames": -1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_malformed_event_is_refused(change):
    event = EVENT.dump_python(EventStream("c", "b", START).wrap(BODIES[3], media_s=0), mode="json")
    with pytest.raises(ValidationError):
        EVENT.validate_python(event | change)


def test_the_published_schema_is_the_one_the_code_speaks():
    published = Path(__file__).parents[3] / "docs/schema/events-v1.schema.json"
    assert published.read_text("utf-8") == as_text(), "run: python -m vision.events.schema > docs/schema/…"


TIMELINE = LampTimeline(
    group="A",
    spans=(
        LampSpan(state=Lamp.GREEN, since_s=2, until_s=10),
        LampSpan(state=Lamp.YELLOW, since_s=10, until_s=13),
        LampSpan(state=Lamp.RED, since_s=15, until_s=40),
    ),
)


@pytest.mark.parametrize(
    ("media_s", "state"),
    [(0, None), (2, "green"), (9.999, "green"), (10, "yellow"), (14, None), (39, "red"), (40, None)],
)
def test_a_moment_no_span_covers_is_unknown(media_s, state):
    span = TIMELINE.at(media_s)
    assert (span and span.state) == state


def test_overlapping_spans_are_refused():
    with pytest.raises(ValidationError, match="overlap"):
        LampTimeline(group="A", spans=(TIMELINE.spans[0], LampSpan(state=Lamp.RED, since_s=9, until_s=20)))
