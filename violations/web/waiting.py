"""The queue as its page shows it."""

from collections.abc import Iterable, Iterator

from violations.cases.desk_rules import DeskRules
from violations.cases.waiting_plate import may_be_found, shown_plate
from violations.store.waiting import WaitingCase
from violations.web.views import CaseLine, media_url


def queue_lines(cases: Iterable[WaitingCase], rules: DeskRules, plate: str | None = None) -> Iterator[CaseLine]:
    """Without those that only a hidden correction of their plate would find."""
    for case in cases:
        shown = shown_plate(case.id, case.plate, case.machine_plate, rules)
        if may_be_found(shown, plate):
            yield _line(case, shown)


def _line(case: WaitingCase, plate: str | None) -> CaseLine:
    return CaseLine(
        id=case.id,
        offence=case.offence,
        vehicle=case.vehicle,
        plate=plate,
        camera=case.camera,
        line=case.place,
        recorded_at=case.at,
        state=case.state,
        thumbnail=media_url(case.still) if case.still else None,
    )
