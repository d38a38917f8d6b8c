"""Turning movements and approaches, from traffic facts of one interval length."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signals.report.clock import VIETNAM, boot_of, zeros
from signals.report.number import Number, of_figure, total
from signals.report.sheets import is_length
from signals.report.turning_chart import Flow
from vision.events.envelope import Event
from vision.events.facts import ApproachFacts, LevelOfService, TurningFacts
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class Turning:
    """All turns of one camera over the whole report. balanced None: too few to tell in any interval."""

    camera: str
    flows: Sequence[Flow]
    by_kind: Sequence[dict[KindName, Number]]
    """For each flow."""
    vanished: Number
    appeared: Number
    trembled: Number
    imbalance: Number
    balanced: bool | None


@dataclass(frozen=True, slots=True)
class ApproachRow:
    camera: str
    stop_line: str
    since: datetime
    until: datetime
    coverage: float
    vehicles: Number
    control_delay_s: Number
    arrivals_on_green: Number
    greens: int
    split_failures: Number
    saturation_pcu_h: Number
    level_of_service: LevelOfService | None


def turnings(events: Sequence[Event], interval_s: float) -> list[Turning]:
    found = defaultdict[str, list[TurningFacts]](list)
    for event in events:
        body = event.data
        if isinstance(body, TurningFacts) and is_length(body.until_s - body.since_s, interval_s):
            found[event.camera].append(body)
    return [_turning(camera, bodies) for camera, bodies in sorted(found.items())]


def _turning(camera: str, bodies: Sequence[TurningFacts]) -> Turning:
    numbers = defaultdict[tuple[str, str, str | None], list[Number]](list)
    kinds = defaultdict[tuple[str, str, str | None], dict[KindName, list[Number]]](lambda: defaultdict(list))
    for body in bodies:
        for turn in body.turns:
            key = (turn.entry, turn.exit, turn.movement)
            numbers[key].append(of_figure(turn.vehicles))
            for kind, figure in turn.volume.items():
                kinds[key][kind].append(of_figure(figure))
    imbalance = total(of_figure(body.imbalance) for body in bodies)
    return Turning(
        camera,
        [Flow(*key, total(parts)) for key, parts in sorted(numbers.items(), key=lambda item: item[0][:2])],
        [
            {kind: total(parts) for kind, parts in kinds[key].items()}
            for key in sorted(numbers, key=lambda key: key[:2])
        ],
        total(of_figure(body.vanished) for body in bodies),
        total(of_figure(body.appeared) for body in bodies),
        total(of_figure(body.trembled) for body in bodies),
        imbalance,
        _balanced([body.balanced for body in bodies]),
    )


def _balanced(said: Sequence[bool | None]) -> bool | None:
    """One interval that is out of balance is enough to doubt the camera."""
    if False in said:
        return False
    return True if True in said else None


def approaches(events: Sequence[Event], interval_s: float) -> list[ApproachRow]:
    """In order of camera, stop line and time."""
    known, rows = zeros(events), list[ApproachRow]()
    for event in events:
        body = event.data
        if not (isinstance(body, ApproachFacts) and is_length(body.until_s - body.since_s, interval_s)):
            continue
        zero = known.get(boot_of(event), event.time - timedelta(seconds=body.since_s))
        since, until = ((zero + timedelta(seconds=s)).astimezone(VIETNAM) for s in (body.since_s, body.until_s))
        rows.append(_approach_row(event.camera, body, since, until))
    return sorted(rows, key=lambda row: (row.camera, row.stop_line, row.since))


def _approach_row(camera: str, body: ApproachFacts, since: datetime, until: datetime) -> ApproachRow:
    return ApproachRow(
        camera=camera,
        stop_line=body.stop_line,
        since=since,
        until=until,
        coverage=body.coverage,
        vehicles=of_figure(body.vehicles),
        control_delay_s=of_figure(body.control_delay_s),
        arrivals_on_green=of_figure(body.arrivals_on_green),
        greens=body.greens,
        split_failures=of_figure(body.split_failures),
        saturation_pcu_h=of_figure(body.saturation_pcu_h),
        level_of_service=body.level_of_service,
    )
