"""The gate: which findings are in order for a prosecution, and what the others lack. Pure.

Asked for by Decree 61/2026/NĐ-CP and Circular 73/2024/TT-BCA as `docs` cites them: an approved device, a valid
calibration, a record with its unit, operator, measured index, pictures, time and place. Whatever is not known counts as
lacking: such a finding is kept for information only, with the reasons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from violations.evidence.papers import DevicePapers
from vision.events.bodies import Gate, Measure

VIETNAM = timezone(timedelta(hours=7))


class Lack(StrEnum):
    """Why a finding is for information only. The values travel in `Gate.reasons` and are translation keys."""

    RECORDING = "recording"  # the pictures came from a file: nobody vouches for when they were taken
    NO_PAPERS = "no_papers"  # no device file was given
    NO_UNIT = "no_unit"
    NO_OPERATOR = "no_operator"
    NO_SITE = "no_site"
    NO_APPROVAL = "no_approval"
    APPROVAL_OVER = "approval_over"
    NO_CALIBRATION = "no_calibration"
    CALIBRATION_NOT_YET = "calibration_not_yet"
    CALIBRATION_OVER = "calibration_over"
    CLOCK_UNKNOWN = "clock_unknown"
    CLOCK_UNSYNCHRONISED = "clock_unsynchronised"
    CLOCK_ERROR = "clock_error"
    VIEW_UNKNOWN = "view_unknown"
    VIEW_MOVED = "view_moved"
    SCENE_CHANGED = "scene_changed"  # the scene file on disk is no longer the one that is judged by
    NO_PLACE = "no_place"
    NO_MEASURE = "no_measure"
    NO_PICTURES = "no_pictures"
    NO_CLIP = "no_clip"
    UNSIGNED = "unsigned"  # no device key seals the package
    OTHER_CAMERA = "other_camera"  # it rests on a sighting at another camera too, and that one is not in order
    SUSPICION = "suspicion"  # that a plate is perhaps cloned: something to look into, and no offence of anybody seen


class View(StrEnum):
    """Whether the camera looked where the scene was drawn, in all of the time that matters."""

    LOCKED = "locked"
    MOVED = "moved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What the gate looks at beside the papers.

    time       the UTC label of the moment
    live       from the camera itself, not from a recording
    synchronised, clock_error_s    the clock behind the label; None: nobody says
    scene_intact    the scene file on disk is still the one that was loaded
    place      the name of the place in the scene, None where the offence has none
    stills, clip    how many pictures prove it, and whether a clip does
    signed     whether a device key will seal the package
    suspicion  whether it is no more than a suspicion, whatever else is in order
    others_in_order   whether every other camera that it rests on is in order itself
    """

    time: datetime
    live: bool
    synchronised: bool | None
    clock_error_s: float | None
    view: View
    scene_intact: bool
    place: str | None
    measures: Sequence[Measure]
    stills: int
    clip: bool
    signed: bool
    suspicion: bool = False
    others_in_order: bool = True


def judge_record(papers: DevicePapers | None, facts: GateFacts) -> Gate:
    """Prosecutable only where nothing lacks."""
    lacks = (*camera_lacks(papers, facts), *(lack.value for lack in _items(facts)))
    return Gate(prosecutable=not lacks, reasons=lacks)


def camera_lacks(papers: DevicePapers | None, facts: GateFacts) -> tuple[str, ...]:
    """What lacks of the camera itself: its papers, its clock, its view; the record's own items aside."""
    lacking = (_origin(facts), _papers(papers, facts.time), _clock(papers, facts), _view(facts))
    return tuple(lack.value for lacks in lacking for lack in lacks)


def _origin(facts: GateFacts) -> Iterator[Lack]:
    if facts.suspicion:
        yield Lack.SUSPICION
    if not facts.others_in_order:
        yield Lack.OTHER_CAMERA
    if not facts.live:
        yield Lack.RECORDING
    if not facts.signed:
        yield Lack.UNSIGNED


def _papers(papers: DevicePapers | None, time: datetime) -> Iterator[Lack]:
    if papers is None:
        yield Lack.NO_PAPERS
        return
    today = time.astimezone(VIETNAM).date()
    if papers.unit is None:
        yield Lack.NO_UNIT
    if papers.operator is None:
        yield Lack.NO_OPERATOR
    if papers.site is None:
        yield Lack.NO_SITE
    if papers.approval is None:
        yield Lack.NO_APPROVAL
    elif today > papers.approval.until:
        yield Lack.APPROVAL_OVER
    if papers.calibration is None:
        yield Lack.NO_CALIBRATION
    elif today < papers.calibration.on:
        yield Lack.CALIBRATION_NOT_YET
    elif today > papers.calibration.until:
        yield Lack.CALIBRATION_OVER


def _clock(papers: DevicePapers | None, facts: GateFacts) -> Iterator[Lack]:
    most_s = (papers or DevicePapers()).clock_error_s
    if facts.synchronised is None:
        yield Lack.CLOCK_UNKNOWN
    elif not facts.synchronised:
        yield Lack.CLOCK_UNSYNCHRONISED
    elif facts.clock_error_s is None:
        yield Lack.CLOCK_UNKNOWN
    elif not facts.clock_error_s <= most_s:  # written so that a number that is no number fails
        yield Lack.CLOCK_ERROR


def _view(facts: GateFacts) -> Iterator[Lack]:
    if facts.view is View.UNKNOWN:
        yield Lack.VIEW_UNKNOWN
    elif facts.view is not View.LOCKED:
        yield Lack.VIEW_MOVED
    if not facts.scene_intact:
        yield Lack.SCENE_CHANGED


def _items(facts: GateFacts) -> Iterator[Lack]:
    """What a record must hold; its offence and its time the record itself cannot do without."""
    if facts.place is None:
        yield Lack.NO_PLACE
    if not facts.measures:
        yield Lack.NO_MEASURE
    if facts.stills == 0:
        yield Lack.NO_PICTURES
    if not facts.clip:
        yield Lack.NO_CLIP
