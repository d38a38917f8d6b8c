"""What the papers print of a case, gathered from the store, the evidence package and the law."""

from collections.abc import Sequence
from datetime import datetime

from violations.cases.join import deduction
from violations.cases.states import Verdict
from violations.evidence.record import EvidenceRecord
from violations.law.clocks import deadline
from violations.law.dated import day_in_vietnam
from violations.papers.facts import DeviceStated, FileStated, PaperFacts
from violations.papers.office import Office
from violations.store.case_papers import Notice, Owner
from violations.store.records import CaseRecord


def paper_facts(
    case: CaseRecord,
    file: Sequence[CaseRecord],
    *,
    owner: Owner | None,
    notice: Notice | None,
    record: EvidenceRecord | None,
    office: Office,
    now: datetime,
) -> PaperFacts:
    """file: every case of the same file. record: what the package states, None where it cannot be read."""
    vehicle = owner.vehicle if owner and owner.vehicle else {}
    device = device_stated(case, record)
    reply = deadline("no_reply", case.life.notified_at) if case.life.notified_at else None
    limitation = deadline("limitation", case.at)
    return PaperFacts(
        case=case.id,
        code=notice.code if notice else None,
        office=office,
        issued_on=day_in_vietnam(now, "paper"),
        recorded_at=case.at,
        place=(record.papers.site if record and record.papers else None) or case.camera,
        line=case.finding.line,
        offence=case.finding.offence,
        vehicle=case.finding.vehicle,
        plate=case.life.plate,
        ground=_ground(record) or vehicle.get("ground"),
        owner=vehicle.get("owner"),
        owner_address=vehicle.get("address") or None,
        fine=case.life.fine,
        together_points=together_points(file),
        measures=case.finding.measures,
        device=device,
        package=case.finding.package,
        files=tuple(FileStated(name=one.name, sha256=one.sha256) for one in case.finding.media),
        accepted_by=tuple(look.who for look in case.life.looks if look.verdict is Verdict.ACCEPT),
        notified_at=case.life.notified_at,
        minutes_at=case.life.minutes_at,
        reply_by=reply.last_day if reply else None,
        limitation=limitation.last_day if limitation else None,
    )


def together_points(file: Sequence[CaseRecord]) -> int:
    """The one deduction of all offences of a file; what was merged away or let go does not count."""
    return deduction([case.life.fine for case in file if case.life.fine and case.state.value not in LET_GO]).points


LET_GO = frozenset({"rejected", "withdrawn", "closed", "expired"})


def device_stated(case: CaseRecord, record: EvidenceRecord | None) -> DeviceStated:
    papers = record.papers if record else None
    if papers is None:
        return DeviceStated(camera=case.camera)
    return DeviceStated(
        camera=case.camera,
        unit=papers.unit,
        operator=papers.operator,
        approval=papers.approval.number if papers.approval else None,
        approval_until=papers.approval.until if papers.approval else None,
        calibration=papers.calibration.certificate if papers.calibration else None,
        calibration_until=papers.calibration.until if papers.calibration else None,
    )


def _ground(record: EvidenceRecord | None) -> str | None:
    return record.plate.ground if record and record.plate else None
