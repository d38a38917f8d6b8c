"""Events as a camera would have sent them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vision.events.bodies import Counts, Crossing, Direction
from vision.events.envelope import EVENT, Event
from vision.events.facts import Figure, LaneFacts, LineFacts, Turn, TurningFacts
from vision.events.stream import EventStream

SEVEN = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
"""07:00 in Vietnam."""


@pytest.fixture
def crossing() -> Callable[..., Crossing]:
    """A motorbike over `stop` at a media second; anything may be said otherwise."""

    def make(at_s: float, **said: Any) -> Crossing:
        usual = {
            "line": "stop", "role": "stop", "track": 1, "vehicle": "motorbike", "direction": Direction.RIGHT_TO_LEFT,
            "frame": int(at_s * 25), "at_error_s": 0.02, "x": 0.5, "y": 0.5,
        }  # fmt: skip
        return Crossing(at_s=at_s, **{**usual, **said})

    return make


@pytest.fixture
def counts() -> Callable[..., Counts]:
    """Counts over `stop` in [since_s, since_s + 15): kinds from right to left."""

    def make(since_s: float, kinds: dict[str, int], **said: Any) -> Counts:
        usual = {
            "line": "stop", "until_s": since_s + 15, "coverage": 1.0, "counts": {Direction.RIGHT_TO_LEFT: kinds},
        }  # fmt: skip
        return Counts(since_s=since_s, **{**usual, **said})

    return make


@pytest.fixture
def line_facts() -> Callable[..., LineFacts]:
    """A minute of `stop` in which `motorbikes` ± 4 passed at 5 ± 0.5 m/s."""

    def make(since_s: float, motorbikes: float, **said: Any) -> LineFacts:
        known, unknown = Figure(value=motorbikes, error=4.0, n=int(motorbikes)), Figure(why="nobody asked")
        numbers = dict.fromkeys(
            ("vehicles_pcu", "flow_veh_h", "flow_pcu_h", "space_mean_speed_mps", "headway_s", "gap_s", "occupancy"),
            unknown,
        )
        usual = {
            "until_s": since_s + 60, "coverage": 1.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu", "line": "stop",
            "direction": Direction.RIGHT_TO_LEFT, "volume": {"motorbike": known}, "vehicles": known,
            "spot_speed_mps": Figure(value=5.0, error=0.5, n=10),
        }  # fmt: skip
        return LineFacts(since_s=since_s, **{**usual, **numbers, **said})

    return make


@pytest.fixture
def lane_facts() -> Callable[..., LaneFacts]:
    """A minute of `lane_1` with a queue of `queue_m` ± 3 m; None for a queue nobody could measure."""

    def make(since_s: float, queue_m: float | None, **said: Any) -> LaneFacts:
        figures = {
            name: Figure(why="nobody asked")
            for name, field in LaneFacts.model_fields.items()
            if field.annotation is Figure
        }
        if queue_m is not None:
            figures["queue_m"] = Figure(value=queue_m, error=3.0)
        usual = {
            "until_s": since_s + 60,
            "coverage": 1.0,
            "pcu_table": "tcvn_4054_2005",
            "pcu_unit": "pcu",
            "lane": "lane_1",
        }
        return LaneFacts(since_s=since_s, **{**usual, **figures, **said})

    return make


@pytest.fixture
def turning_facts() -> Callable[..., TurningFacts]:
    """`length_s` of turns: vehicles by (entry, exit) and kind, each ± 2; `lost` entered and were not seen to leave."""

    def make(
        since_s: float, turns: dict[tuple[str, str], dict[str, int]], lost: int = 0, length_s: float = 15.0, **said: Any
    ) -> TurningFacts:
        def known(value: float) -> Figure:
            return Figure(value=value, error=2.0)

        made = tuple(
            Turn(
                entry=entry, exit=exit_, movement=f"{entry}_{exit_}", vehicles=known(sum(kinds.values())),
                volume={kind: known(n) for kind, n in kinds.items()}, vehicles_pcu=known(sum(kinds.values())),
            )
            for (entry, exit_), kinds in turns.items()
        )  # fmt: skip
        n = sum(sum(kinds.values()) for kinds in turns.values())
        usual = {
            "until_s": since_s + length_s, "coverage": 1.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu",
            "entered": known(n + lost), "left": known(n), "vanished": known(lost), "appeared": known(0),
            "trembled": known(0), "stored_change": known(0), "imbalance": known(lost),
        }  # fmt: skip
        return TurningFacts(since_s=since_s, turns=made, **{**usual, **said})

    return make


@pytest.fixture
def wrap() -> Callable[..., list[Event]]:
    """Bodies in envelopes of one camera and boot, labelled as the agent labels them."""

    def make(bodies: Iterable[Any], camera: str = "north", boot: str = "b1", start: datetime = SEVEN) -> list[Event]:
        stream = EventStream(camera, boot, start)
        return [stream.wrap(body, getattr(body, "at_s", getattr(body, "since_s", 0.0))) for body in bodies]

    return make


@pytest.fixture
def event_file(tmp_path: Path) -> Callable[[Sequence[Event]], Path]:
    """The events as `ngatu watch --out` writes them."""

    def write(events: Sequence[Event]) -> Path:
        file = tmp_path / "events.jsonl"
        file.write_bytes(b"".join(EVENT.dump_json(event, exclude_none=True) + b"\n" for event in events))
        return file

    return write
