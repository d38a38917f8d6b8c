"""What the pages show of a case: store records turned into exactly what the templates print. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from violations.cases.moves import open_verdicts
from violations.cases.states import Role, Verdict
from violations.evidence.record import EvidenceRecord, Still
from violations.store.records import CaseRecord, HistoryEntry
from violations.web.package import PackageFacts
from vision.events.bodies import Finding, Gate, Measure, MediaFile

# The rules' measure of how late the crossing was; its error holds both the crossing's and the lamp's.
INTO_LAMP = "into_red"
STILLS = ("still_began", "still_before", "still_at", "still_after", "plate_crop")


def media_url(sha256: str) -> str:
    return f"/api/evidence/{sha256}"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the package. `still`: which frame it is, None for what is no still or where nobody states it."""

    name: str
    shows: str
    url: str
    sha256: str
    size_bytes: int
    still: Still | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `recorded_at` is the camera's UTC label of the offence."""

    id: int
    offence: str
    vehicle: str
    plate: str | None
    camera: str
    line: str | None
    recorded_at: datetime
    state: str
    thumbnail: str | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case on the review page. `verdicts` is empty once it is decided."""

    head: CaseLine
    version: int
    package: str
    machine_plate: str | None
    clip: File | None
    overlay: File | None
    stills: tuple[File, ...]
    at_line: File | None
    files: tuple[File, ...]
    plate_picture: File | None
    earlier_plate: File | None
    """The plate alone: here, and at the other camera where the finding rests on one."""
    measures: tuple[Measure, ...]
    into_lamp: Measure | None
    """How late after the lamp's change, with all the doubt in it."""
    at_s: float
    doubts: tuple[str, ...]
    gate: Gate | None
    """None: the agent knew no gate, so it is for information only."""
    verdicts: tuple[Verdict, ...]
    record: EvidenceRecord | None
    """What the package's manifest states; None where it cannot be read."""
    history: tuple[HistoryEntry, ...]


def line_of(case_id: int, camera: str, at: datetime, state: str, finding: Finding, plate: str | None) -> CaseLine:  # noqa: PLR0917 — the columns of one row
    still = next((file for file in finding.media if file.shows == "still_at"), None)
    return CaseLine(
        id=case_id,
        offence=finding.offence,
        vehicle=finding.vehicle,
        plate=plate,
        camera=camera,
        line=finding.line or finding.place,
        recorded_at=at,
        state=state,
        thumbnail=media_url(still.sha256) if still else None,
    )


def line_of_record(case: CaseRecord) -> CaseLine:
    return line_of(case.id, case.camera, case.at, case.state, case.finding, case.life.plate)


def view_of(
    case: CaseRecord, history: Sequence[HistoryEntry], package: PackageFacts, *, judges: bool = True
) -> CaseView:
    """judges: whether the reader may give verdicts."""
    finding = case.finding
    files = tuple(_file(media, package.stills.get(media.sha256)) for media in finding.media)
    by_shows = {file.shows: file for file in files}
    return CaseView(
        head=line_of_record(case),
        version=case.version,
        package=finding.package,
        machine_plate=finding.plate,
        clip=by_shows.get("clip"),
        overlay=by_shows.get("overlay"),
        stills=tuple(by_shows[shows] for shows in STILLS if shows in by_shows),
        at_line=by_shows.get("still_at"),
        files=files,
        plate_picture=by_shows.get("plate_crop"),
        earlier_plate=by_shows.get("earlier_plate"),
        measures=finding.measures,
        into_lamp=next((one for one in finding.measures if one.name == INTO_LAMP), None),
        at_s=finding.at_s,
        doubts=case.life.doubts,
        gate=finding.gate,
        verdicts=open_verdicts(case.state, Role.REVIEWER) if judges else (),
        record=package.record,
        history=tuple(history),
    )


def _file(media: MediaFile, still: Still | None) -> File:
    return File(
        name=media.name,
        shows=media.shows,
        url=media_url(media.sha256),
        sha256=media.sha256,
        size_bytes=media.size_bytes,
        still=still,
    )
