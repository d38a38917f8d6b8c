"""What a reviewer typed into the verdict form, and the first thing wrong with it. Pure.

The form is kept as it was typed, so that a refused verdict costs nobody their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from violations.accounts.caller import Caller
from violations.cases.plate_text import plate_key
from violations.cases.reasons import NOTE_MAX, OTHER, REASON_BY_CODE, Ruling
from violations.cases.states import Verdict
from violations.web.preferences import REVIEWER_MAX

PLATE_MAX = 40


@dataclass(frozen=True, slots=True)
class TypedVerdict:
    """`version` is the case's version on the page the reviewer saw; -1 where the field did not hold one.

    plate: the plate field as typed; None where it says what the page showed. With an account the reviewer is its name.
    """

    verdict: str
    reason: str
    note: str
    reviewer: str
    version: int
    plate: str | None = None

    @classmethod
    def read(cls, fields: Mapping[str, str], caller: Caller | None = None) -> "TypedVerdict":
        version = fields.get("version", "")
        return cls(
            verdict=fields.get("verdict", ""),
            reason=fields.get("reason", ""),
            # Browsers send line ends as CR LF; one note should read and hash the same wherever it was typed.
            note=fields.get("note", "").replace("\r\n", "\n").strip(),
            reviewer=_reviewer(fields, caller),
            plate=_plate(fields),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1,
        )

    def problem(self) -> str | None:
        """The text key under `problem` of what is missing or wrong; None when the ruling can be made."""
        if self.verdict not in Verdict.__members__.values():
            return "missing_verdict"
        if not self.reviewer:
            return "missing_reviewer"
        if len(self.note) > NOTE_MAX or "\x00" in self.note:
            return "note_too_long"
        return self._reason_problem() if self.verdict == Verdict.REJECT else None

    def _reason_problem(self) -> str | None:
        if not self.reason:
            return "missing_reason"
        if self.reason not in REASON_BY_CODE:
            return "unknown_reason"
        return "missing_note" if self.reason == OTHER and not self.note else None

    def ruling(self) -> Ruling:
        """Only after `problem()` is None. An accepted case keeps no rejection reason, even if one was ticked."""
        verdict = Verdict(self.verdict)
        return Ruling(verdict, self.reason if verdict is Verdict.REJECT else None, self.note, self.plate)


def _reviewer(fields: Mapping[str, str], caller: Caller | None) -> str:
    if caller is not None and not caller.local:
        return caller.name
    return fields.get("reviewer", "").strip()[:REVIEWER_MAX]


def _plate(fields: Mapping[str, str]) -> str | None:
    """None unless it differs from the one the page showed: an untouched field corrects nothing."""
    typed = fields.get("plate")
    if typed is None or plate_key(typed) == plate_key(fields.get("plate_shown")):
        return None
    return typed.strip()[:PLATE_MAX]
