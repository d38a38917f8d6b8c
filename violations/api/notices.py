"""A notice for whoever holds it: its code and the plate together, and nothing for less."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import Base64Bytes, Field, StringConstraints
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import public
from violations.api.appealing import (
    APPEALS_PER_MINUTE,
    CONTACT_MAX,
    MOST_FILE_BYTES,
    MOST_FILES,
    TRIES_PER_MINUTE,
    Attached,
    TypedAppeal,
    media_type_of,
    record_appeal,
)
from violations.api.problems import ProblemError, problems
from violations.api.values import Answer
from violations.audit.log import Note, note_view
from violations.cases.desk_rules import DeskRules
from violations.cases.law_clocks import Running, law_clocks
from violations.cases.moves import Step, open_steps
from violations.cases.reasons import NOTE_MAX
from violations.cases.states import CaseState, Role
from violations.papers.short_code import read_code
from violations.store.case_papers import find_notice
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from vision.masking.picture_size import MOST_PIXELS

WRONG = {
    "missing_words": "words: wanted why the notice is wrong, found nothing",
    "too_long": f"words, contact: wanted at most {NOTE_MAX} and {CONTACT_MAX} characters of text, found more",
    "too_large": f"files: wanted at most {MOST_FILES} of {MOST_FILE_BYTES} bytes each, found more",
    "wrong_type": "files: wanted JPEG, PNG, WebP or MP4, found something else",
    "too_many_pixels": f"files: wanted pictures of at most {MOST_PIXELS} pixels, found one that claims more",
}
Typed = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]


class NoticeIn(Answer):
    code: Typed = Field(description="As printed; spaces, hyphens and case do not count.")
    plate: Typed


class AppealIn(NoticeIn):
    words: Annotated[str, StringConstraints(max_length=NOTE_MAX + 200)] = Field(description="Why the notice is wrong.")
    contact: Annotated[str, StringConstraints(max_length=CONTACT_MAX)] = ""
    files: list[Base64Bytes] = Field(
        default_factory=list, max_length=MOST_FILES, description="JPEG, PNG, WebP or MP4 in base64, 4 MB each at most."
    )


class ReceiptOut(Answer):
    receipt: str = Field(description="What the citizen keeps; it is shown once.")


class NoticeOut(Answer):
    """What the notice itself says. Owner, pictures and who worked on it are not in it."""

    state: CaseState
    offence: str
    vehicle: str
    plate: str | None
    at: datetime
    camera: str
    from_vnd: int | None = Field(description="Null where the law's data hold no amount.")
    to_vnd: int | None
    points: int | None
    codes: list[str] = Field(description="Where it is written: decree and year, article, clause, point.")
    reply_by: date | None
    limitation: date | None = Field(description="Last day on which it can be decided.")
    may_appeal: bool


def build_notices_router(
    engine: Engine, shelf: EvidenceShelf, now: Callable[[], datetime], rules: DeskRules
) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["notices"])

    @router.post(
        "/notices/check", summary="Check a notice by its code and plate", responses=problems(400, 404, 413, 422)
    )
    def post_check(
        said: NoticeIn, caller: Annotated[Caller, public(per_minute=TRIES_PER_MINUTE, counted_as="notice")]
    ) -> NoticeOut:
        """404 whichever of the two is wrong."""
        return _out(_found(engine, caller, said, now()), now())

    @router.post(
        "/notices/appeals",
        status_code=HTTPStatus.CREATED,
        summary="Appeal against a notice by its code and plate",
        responses=problems(400, 404, 409, 413, 422),
    )
    def post_appeal(
        said: AppealIn, caller: Annotated[Caller, public(per_minute=APPEALS_PER_MINUTE, counted_as="appeal")]
    ) -> ReceiptOut:
        """404 whichever of the two is wrong; 409 where nothing can be appealed now. Page and program share a limit."""
        case = _found(engine, caller, said, now())
        files = tuple(Attached(content, media_type_of(content)) for content in said.files)
        typed = TypedAppeal(said.words.replace("\r\n", "\n").strip(), said.contact.strip(), files)
        problem = typed.problem()
        if problem:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"appeal-{problem.replace('_', '-')}",
                "It cannot be taken",
                WRONG[problem],
            )
        receipt = record_appeal(engine, shelf, caller, case, typed, now=now(), rules=rules)
        return ReceiptOut(receipt=receipt)

    return router


def _found(engine: Engine, caller: Caller, said: NoticeIn, now: datetime) -> CaseRecord:
    """The case, with its entry in the audit log. Raises ProblemError (404), whichever of code and plate is wrong."""
    code = read_code(said.code)
    case = find_notice(engine, code, said.plate) if code else None
    if case is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "no-such-notice",
            "No such notice",
            "notice: wanted a code and the plate it was sent for, found no notice with both",
        )
    note_view(engine, caller, Note("notice.view", f"case/{case.id}"), now)
    return case


def _out(case: CaseRecord, now: datetime) -> NoticeOut:
    last = {one.clock: one.last_day for one in law_clocks(case.life, now) if isinstance(one, Running)}
    fine = case.life.fine
    return NoticeOut(
        state=case.state,
        offence=case.finding.offence,
        vehicle=case.finding.vehicle,
        plate=case.life.plate,
        at=case.at,
        camera=case.camera,
        from_vnd=fine.from_vnd if fine else None,
        to_vnd=fine.to_vnd if fine else None,
        points=fine.points if fine else None,
        codes=list(fine.codes) if fine else [],
        reply_by=last.get("no_reply"),
        limitation=last.get("limitation"),
        may_appeal=Step.APPEAL in open_steps(case.state, Role.CITIZEN),
    )
