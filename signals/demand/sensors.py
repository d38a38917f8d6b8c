"""Which of the cameras' lanes and lines may be believed: the four ways a video detector errs, seen in its own facts.

False calls, missed vehicles, stuck on, dropped (Medina and others, Illinois Center for Transportation 2009, name them
for video detection). A sensor in doubt keeps its numbers, marked; one that failed is not used at all, so that whoever
times the signal falls back for that approach alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from signals.sentences import said
from vision.events.facts import LineFacts, TurningFacts

STUCK_OCCUPANCY, STUCK_AFTER_S = 0.95, 300.0
LEAST_COVERAGE, FULL_COVERAGE = 0.5, 0.8
MOST_UNITS_H_PER_LANE = 12_000.0
"""No lane of ordinary width discharges more motorbikes in an hour (Hanoi: 24,335 in four lanes, ASCE 2012)."""


class ErrorType(StrEnum):
    FALSE = "false"
    MISSED = "missed"
    STUCK_ON = "stuck_on"
    DROPPED = "dropped"


class Trust(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SensorHealth:
    """`sensor`: a line, or line/lane. `why`: sentences, one for each thing that is wrong; none where trust is good."""

    sensor: str
    trust: Trust
    errors: frozenset[ErrorType]
    why: tuple[str, ...]


def sensor_health(lines: Sequence[LineFacts], turning: Sequence[TurningFacts] = ()) -> tuple[SensorHealth, ...]:
    """Per line and lane, in order of name. lines: consecutive intervals of one length; turning: of the same time."""
    by_sensor: dict[str, list[LineFacts]] = defaultdict(list)
    for one in lines:
        by_sensor[one.line if one.lane is None else f"{one.line}/{one.lane}"].append(one)
    contradiction = _contradiction(turning)
    return tuple(_judge(name, facts, contradiction) for name, facts in sorted(by_sensor.items()))


def trusted(health: Sequence[SensorHealth]) -> Mapping[str, bool]:
    """Whether each sensor's numbers may be used at all."""
    return {one.sensor: one.trust is not Trust.FAILED for one in health}


def _judge(name: str, facts: Sequence[LineFacts], contradiction: str | None) -> SensorHealth:
    found = [
        each for each in (_dropped(name, facts), _moved(name, facts), _stuck(name, facts), _many(name, facts)) if each
    ]
    doubts = [*found, *_in_doubt(contradiction)]
    order = [Trust.GOOD, Trust.DOUBTFUL, Trust.FAILED]
    trust = max((each[0] for each in doubts), key=order.index, default=Trust.GOOD)
    return SensorHealth(
        name, trust, frozenset(each[1] for each in doubts), tuple(dict.fromkeys(each[2] for each in doubts))
    )


_Doubt = tuple[Trust, ErrorType, str]


def _in_doubt(contradiction: str | None) -> Iterator[_Doubt]:
    """Whether one line calls too many or another too few cannot be told apart."""
    if contradiction is not None:
        yield Trust.DOUBTFUL, ErrorType.FALSE, contradiction
        yield Trust.DOUBTFUL, ErrorType.MISSED, contradiction


def _dropped(name: str, facts: Sequence[LineFacts]) -> _Doubt | None:
    length_s = sum(one.until_s - one.since_s for one in facts)
    share = sum((one.until_s - one.since_s) * one.coverage for one in facts) / length_s
    if share >= FULL_COVERAGE:
        return None
    sentence = said(
        "{name} was analysed for only {share:.0%} of the time; {wanted:.0%} is wanted.",
        name=name,
        share=share,
        wanted=FULL_COVERAGE,
    )
    return (Trust.FAILED if share < LEAST_COVERAGE else Trust.DOUBTFUL), ErrorType.DROPPED, sentence


def _moved(name: str, facts: Sequence[LineFacts]) -> _Doubt | None:
    if not facts[-1].view_moved:
        return None
    return (
        Trust.FAILED,
        ErrorType.MISSED,
        said("The camera of {name} looks elsewhere: the line is not where it was drawn.", name=name),
    )


def _stuck(name: str, facts: Sequence[LineFacts]) -> _Doubt | None:
    """Covered without a break to the end of what is known, and nobody passed."""
    lasts_s = 0.0
    for one in reversed(facts):
        occupied = (one.occupancy.value or 0.0) >= STUCK_OCCUPANCY
        if not occupied or (one.vehicles.value or 0.0) > 0:
            break
        lasts_s += one.until_s - one.since_s
    if lasts_s < STUCK_AFTER_S:
        return None
    sentence = said(
        "{name} has been covered for {lasts_s:.0f} s and nobody passed: something stands in its way, or it is stuck.",
        name=name,
        lasts_s=lasts_s,
    )
    return Trust.FAILED, ErrorType.STUCK_ON, sentence


def _many(name: str, facts: Sequence[LineFacts]) -> _Doubt | None:
    flows = [one.flow_veh_h.value for one in facts if one.flow_veh_h.value is not None]
    if not flows or max(flows) <= MOST_UNITS_H_PER_LANE:
        return None
    sentence = said(
        "{name} told {flow_h:.0f} vehicles an hour; a lane carries at most {most_h:.0f}.",
        name=name,
        flow_h=max(flows),
        most_h=MOST_UNITS_H_PER_LANE,
    )
    return Trust.FAILED, ErrorType.FALSE, sentence


def _contradiction(turning: Sequence[TurningFacts]) -> str | None:
    """In = out + stored, over all lines of the camera: it does not say which line lies, so all are in doubt."""
    wrong = [one for one in turning if one.balanced is False and one.imbalance.value is not None]
    if len(wrong) * 2 <= len(turning):
        return None
    more = sum(one.imbalance.value or 0.0 for one in wrong)
    if more > 0:
        return said("Over its lines {count:.0f} vehicles more entered than left or stayed.", count=more)
    return said("Over its lines {count:.0f} vehicles fewer entered than left or stayed.", count=-more)
