"""Which crossing works which detector channel, which lamp is which phase: the junction as an ATSPM tool knows it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from signals.report.errors import WiringError
from vision.events.bodies import Crossing, Direction, Name
from vision.events.envelope import Event
from vision.geometry.marked_model import read_model
from vision.vehicles import KindName

# An ATSPM store keeps both in 16 bits; controllers know at most 64 channels by standard, video detectors more.
Number = Annotated[int, Field(ge=1, le=32767)]
FUNCTION_OF_ROLE: Mapping[str, str] = {"stop": "Yellow_Red", "counting": "Count"}

TEMPLATE = """\
# How an ATSPM tool knows this junction. Every crossing that fits a detector works its channel; it may fit several.
version: 1
signal: 1136            # number of the junction in the tool (SignalID, DeviceId)

# Signal groups of the lamp file and the controller's phase numbers. red_clearance_s: all-red after yellow as the
# controller is set; leave it out where nobody knows it, then no end of red clearance (code 11) is written.
phases:
  - {group: A, phase: 2, red_clearance_s: 2.0}

# function: as the tool names it (Advance, Presence, Count, Yellow_Red…). Leave `vehicles` out for all kinds.
detectors:
  - {channel: 21, camera: north, line: stop, direction: right_to_left, phase: 2, function: Yellow_Red}
  - {channel: 22, camera: north, line: stop, direction: right_to_left, phase: 2, function: Count, vehicles: [motorbike]}
"""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(_Part):
    group: Annotated[str, Field(min_length=1)]
    phase: Number
    red_clearance_s: Annotated[float, Field(gt=0, le=20)] | None = None


class Detector(_Part):
    """phase None: nobody said, the tool must be told. vehicles None: every kind but pedestrians."""

    channel: Number
    camera: Name
    line: Name
    direction: Direction
    phase: Number | None = None
    function: Annotated[str, Field(min_length=1, max_length=40)]
    vehicles: tuple[KindName, ...] | None = None

    def takes(self, camera: str, crossing: Crossing) -> bool:
        return (self.camera, self.line, self.direction) == (camera, crossing.line, crossing.direction) and (
            crossing.vehicle != "pedestrian" if self.vehicles is None else crossing.vehicle in self.vehicles
        )


class Wiring(_Part):
    """A channel and a group are named once each."""

    version: Literal[1] = 1
    signal: Annotated[int, Field(ge=0, le=2**31 - 1)]
    phases: tuple[Phase, ...] = ()
    detectors: tuple[Detector, ...] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        for what, names in (
            ("channel", [str(one.channel) for one in self.detectors]),
            ("group", [one.group for one in self.phases]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"wanted every {what} once, found again: {', '.join(twice)}")
        return self


def load_wiring(file: Path) -> Wiring:
    """Raises WiringError with file, line and what was wanted."""
    return read_model(file, Wiring, WiringError)[0]


def wire(events: Sequence[Event], groups: Sequence[str], signal: int = 1) -> Wiring:
    """A wiring where nobody gave one: channels and phases numbered in order of name, from 1.

    A detector has a phase only where there is a single signal group: which lamp rules which line is not in the events.
    """
    phases = tuple(Phase(group=group, phase=number) for number, group in enumerate(sorted(groups), start=1))
    seen = sorted(
        {
            (event.camera, event.data.line, event.data.direction, event.data.role)
            for event in events
            if isinstance(event.data, Crossing)
        }
    )
    detectors = tuple(
        Detector(
            channel=number,
            camera=camera,
            line=line,
            direction=direction,
            phase=phases[0].phase if len(phases) == 1 else None,
            function=FUNCTION_OF_ROLE[role],
        )
        for number, (camera, line, direction, role) in enumerate(seen, start=1)
    )
    return Wiring(signal=signal, phases=phases, detectors=detectors)
