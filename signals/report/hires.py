"""Crossings and lamps in the words of a signal controller's high-resolution log.

Codes as in "Indiana Traffic Signal Hi Resolution Data Logger Enumerations" (INDOT and Purdue University, 2012,
docs.lib.purdue.edu/jtrpdata/3; those used here mean the same in its successor, jtrpdata/4). Only what was seen is
written: no gap-out, no max-out, no "phase on", which live in the controller. Code 10 stands at every beginning of red,
which is what tools take it for; the end of red clearance only where somebody stated its length.

A crossing becomes a pulse of one tenth of a second, the log's own resolution: how long a vehicle covered a line is not
known. Two pulses of one channel never overlap, because tools drop equal rows: in a swarm a later one waits, and the
longest wait is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import pairwise

from signals.report.clock import VIETNAM, Boot, boot_of, zeros
from signals.report.errors import ReportError
from signals.report.layouts import Column, Layout, Table, Type
from signals.report.wiring import Phase, Wiring
from vision.events.bodies import Crossing
from vision.events.envelope import Event
from vision.events.lamps import Lamp, LampSpan, LampTimeline

TENTHS_PER_S = 10
TOUCHING_S = 1e-3


class Code(IntEnum):
    BEGIN_GREEN = 1
    GREEN_TERMINATION = 7
    BEGIN_YELLOW = 8
    END_YELLOW = 9
    BEGIN_RED_CLEARANCE = 10
    END_RED_CLEARANCE = 11
    DETECTOR_OFF = 81
    DETECTOR_ON = 82


LOG = Layout(
    "hires",
    "A controller's high-resolution log of one junction, in order of time.",
    "TimeStamp",
    (
        Column("SignalID", Type.WHOLE, "", "number of the junction, from the wiring file"),
        Column("TimeStamp", Type.TEXT, "", "local time without offset, to the tenth of a second"),
        Column("EventCode", Type.WHOLE, "", "Indiana enumeration: 1, 7, 8, 9, 10, 11 phase; 81, 82 detector off, on"),
        Column("EventParam", Type.WHOLE, "", "phase number or detector channel"),
    ),
)
DETECTORS = Layout(
    "detectors",
    "The channels, as the Python package atspm wants its detector_config; further columns are for people.",
    "",
    (
        Column("DeviceId", Type.WHOLE, "", "number of the junction, SignalID in the log"),
        Column("Phase", Type.WHOLE, "", "phase the channel belongs to"),
        Column("Parameter", Type.WHOLE, "", "channel, EventParam in the log"),
        Column("Function", Type.TEXT, "", "what the tool takes it for, for instance Advance or Yellow_Red"),
        Column("Camera", Type.TEXT, "", "camera"),
        Column("Line", Type.TEXT, "", "line in the camera's scene"),
        Column("Direction", Type.TEXT, "", "direction over it"),
        Column("Vehicles", Type.TEXT, "", "kinds, empty for all but pedestrians"),
    ),
)


@dataclass(frozen=True, slots=True)
class HiresLog:
    """longest_wait_s: how much later than it happened the latest pulse stands. unwired: crossings of no channel.

    unphased: channels without a phase, which are in the log but not in `detectors`.
    """

    log: Table
    detectors: Table
    longest_wait_s: float
    waited: int
    unwired: int
    unphased: tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    tenths: int
    """Since 1970 UTC."""
    code: Code
    parameter: int


def hires_log(events: Sequence[Event], wiring: Wiring, lamps: Mapping[str, LampTimeline]) -> HiresLog:
    """Raises ReportError where lamps are given for events of several boots, or a group has no phase."""
    known = zeros(events)
    pulses, waits, unwired = _pulses(events, known, wiring)
    entries = sorted([*pulses, *_phases(lamps, known, wiring)])
    phased = [one for one in wiring.detectors if one.phase is not None]
    config = [
        (wiring.signal, one.phase, one.channel, one.function, one.camera, one.line, one.direction.value,
         " ".join(one.vehicles or ()))
        for one in phased
    ]  # fmt: skip
    return HiresLog(
        Table(LOG, [(wiring.signal, _stamp(one.tenths), int(one.code), one.parameter) for one in entries]),
        Table(DETECTORS, config),
        max(waits, default=0) / TENTHS_PER_S,
        sum(wait > 0 for wait in waits),
        unwired,
        tuple(one.channel for one in wiring.detectors if one.phase is None),
    )


def _pulses(
    events: Sequence[Event], known: Mapping[Boot, datetime], wiring: Wiring
) -> tuple[list[_Entry], list[int], int]:
    """On and off of every pulse, how long each waited (tenths), and the number of crossings without a channel."""
    wanted: dict[int, list[int]] = defaultdict(list)
    unwired = 0
    for event in events:
        if isinstance(event.data, Crossing):
            moment = known[boot_of(event)] + timedelta(seconds=event.data.at_s)
            channels = [one.channel for one in wiring.detectors if one.takes(event.camera, event.data)]
            unwired += not channels
            for channel in channels:
                wanted[channel].append(_tenths(moment))
    entries: list[_Entry] = []
    waits: list[int] = []
    for channel, moments in wanted.items():
        free = 0
        for tenths in sorted(moments):
            on = max(tenths, free)
            free = on + 1
            waits.append(on - tenths)
            entries += [_Entry(on, Code.DETECTOR_ON, channel), _Entry(free, Code.DETECTOR_OFF, channel)]
    return entries, waits, unwired


def _phases(lamps: Mapping[str, LampTimeline], known: Mapping[Boot, datetime], wiring: Wiring) -> Iterator[_Entry]:
    if not lamps:
        return
    if len(known) != 1:
        found = ", ".join(sorted(f"{boot.camera}/{boot.name}" for boot in known)) or "none that counted anything"
        sentence = "wanted events of one boot, because a lamp file is on its media clock (--camera and --boot choose)"
        raise ReportError("--lamps", f"--lamps: {sentence}; found {found}")
    zero = next(iter(known.values()))
    phases = {phase.group: phase for phase in wiring.phases}
    for group, timeline in sorted(lamps.items()):
        if group not in phases:
            has = ", ".join(phases) or "none"
            raise ReportError("--wiring", f"--wiring: wanted a phase for the signal group {group}; found {has}")
        for at_s, code in _changes(timeline.spans, phases[group]):
            yield _Entry(_tenths(zero + timedelta(seconds=at_s)), code, phases[group].phase)


def _changes(spans: Sequence[LampSpan], phase: Phase) -> Iterator[tuple[float, Code]]:
    """Every change that was seen: a span after a gap, or the first one, began nobody knows when."""
    cleared_from_green = False
    for before, after in pairwise(spans):
        seen = after.since_s - before.until_s <= TOUCHING_S
        match (before.state, after.state) if seen else (Lamp.UNKNOWN, Lamp.UNKNOWN):
            case (Lamp.RED | Lamp.YELLOW, Lamp.GREEN):
                yield after.since_s, Code.BEGIN_GREEN
            case (Lamp.GREEN, Lamp.YELLOW):
                yield after.since_s, Code.GREEN_TERMINATION
                yield after.since_s, Code.BEGIN_YELLOW
            case (Lamp.GREEN, Lamp.RED):
                yield after.since_s, Code.GREEN_TERMINATION
                yield from _red(after, phase)
            case (Lamp.YELLOW, Lamp.RED) if cleared_from_green:
                yield after.since_s, Code.END_YELLOW
                yield from _red(after, phase)
        cleared_from_green = seen and before.state is Lamp.GREEN


def _red(span: LampSpan, phase: Phase) -> Iterator[tuple[float, Code]]:
    yield span.since_s, Code.BEGIN_RED_CLEARANCE
    if phase.red_clearance_s is not None and phase.red_clearance_s <= span.until_s - span.since_s:
        yield span.since_s + phase.red_clearance_s, Code.END_RED_CLEARANCE


def _tenths(moment: datetime) -> int:
    return round(moment.timestamp() * TENTHS_PER_S)


def _stamp(tenths: int) -> str:
    second, tenth = divmod(tenths, TENTHS_PER_S)
    return f"{datetime.fromtimestamp(second, VIETNAM):%Y-%m-%d %H:%M:%S}.{tenth}"
