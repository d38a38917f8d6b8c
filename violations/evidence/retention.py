"""How long which package is kept, and what may be deleted when. Pure, but for reading the rules' file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from violations.errors import RetentionFileError
from violations.evidence.gate import VIETNAM
from violations.evidence.present import Present
from violations.evidence.record import EvidenceRecord
from vision.events.bodies import Name
from vision.geometry.marked_model import read_model

Standing = Literal["prosecutable", "information"]


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Written):
    """For packages of that standing, of these offences (empty: all), recorded from `since` on.

    keep_days: whole days after the recorded one. certainty: as in the law's data.
    """

    name: Name
    since: date
    applies_to: Standing
    offences: tuple[Name, ...] = ()
    keep_days: Annotated[int, Field(ge=1, le=36_500)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    certainty: Literal["P", "S", "R", "I", "U"]


class RetentionRules(Written):
    """version: of this form of file."""

    version: Literal[1]
    rules: tuple[Rule, ...]

    def rule_for(self, record: EvidenceRecord) -> Rule | None:
        """The one in force when it was recorded: one that names the offence before one for all, then the latest.

        None: no rule speaks of it, and it is kept.
        """
        standing = "prosecutable" if record.gate is not None and record.gate.prosecutable else "information"
        day = record.time.astimezone(VIETNAM).date()
        fitting = [
            rule
            for rule in self.rules
            if rule.applies_to == standing
            and rule.since <= day
            and (not rule.offences or record.offence in rule.offences)
        ]
        return max(fitting, key=lambda rule: (bool(rule.offences), rule.since), default=None)


class Kept(StrEnum):
    """Why a package stays; of several reasons the first of these is told."""

    HELD = "held"  # a legal hold beats everything
    DIFFERS = "differs"  # it is not what was sealed: a person must look
    UNSEALED = "unsealed"  # the ledger does not know it, so no receipt could be about it
    NO_RULE = "no_rule"
    NOT_DUE = "not_due"
    NO_WITNESS = "no_witness"  # nobody but this box's clock says that it is old
    CLOCK = "clock_disagrees"  # old by this box's clock, and not by the witness
    UNSENT = "unsent"
    UNASKED = "centre_not_asked"  # its case may be open, and nobody asked
    OPEN = "open_case"
    UNKNOWN = "unknown_to_centre"  # the centre has no case of it, though it should have been sent


@dataclass(frozen=True, slots=True)
class Known:
    """What speaks against deleting, by the SHA-256 of manifests. asked: whether a centre said which cases are open;
    needs_asking: whether packages of this folder may have cases at a centre at all."""

    held: Collection[str]
    unsent: Collection[str]
    open_cases: Collection[str] = ()
    unknown: Collection[str] = ()
    asked: bool = False
    needs_asking: bool = True


@dataclass(frozen=True, slots=True)
class Package:
    """folder: its name. record: None where it cannot be read. sealed, sound: as the verifier found it."""

    folder: str
    manifest: str
    record: EvidenceRecord | None
    sealed: bool
    sound: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """kept: why it stays, None where it may go. due: the first day on which its rule lets it go; None: no rule."""

    package: Package
    rule: Rule | None
    due: date | None
    kept: Kept | None


def judge_packages(packages: Sequence[Package], rules: RetentionRules, known: Known, present: Present) -> list[Verdict]:
    """What may be purged today (the day in Vietnam): only what is old by two witnesses of the day."""
    return [_judge(package, rules, known, present) for package in packages]


def _judge(package: Package, rules: RetentionRules, known: Known, present: Present) -> Verdict:
    rule = rules.rule_for(package.record) if package.record is not None else None
    due = None
    if rule is not None and package.record is not None:
        began = present.began(package.manifest, package.record.time)
        due = began.astimezone(VIETNAM).date() + timedelta(days=rule.keep_days + 1)
    return Verdict(package, rule, due, _why_kept(package, due, known, present))


def _why_kept(package: Package, due: date | None, known: Known, present: Present) -> Kept | None:
    """The first of these that holds; nobody needs to ask a centre about what stays anyway."""
    asking, both = known.needs_asking, present.by_both
    today = present.box.astimezone(VIETNAM).date()
    surely = None if both is None else both.astimezone(VIETNAM).date()
    reasons = (
        (package.manifest in known.held, Kept.HELD),
        (package.record is None or not package.sound, Kept.DIFFERS),
        (not package.sealed, Kept.UNSEALED),
        (due is None, Kept.NO_RULE),
        (due is not None and today < due, Kept.NOT_DUE),
        (package.manifest in known.unsent, Kept.UNSENT),
        (asking and not known.asked, Kept.UNASKED),
        (surely is None, Kept.NO_WITNESS),
        (due is not None and surely is not None and surely < due, Kept.CLOCK),
        (asking and package.manifest in known.open_cases, Kept.OPEN),
        (asking and package.manifest in known.unknown, Kept.UNKNOWN),
    )
    return next((kept for holds, kept in reasons if holds), None)


def load_rules(file: Path | None = None) -> RetentionRules:
    """The rules in `file`, by default those that ship. Raises RetentionFileError with file, line and allowed values."""
    if file is None:
        with resources.as_file(resources.files("violations.evidence") / "retention.yaml") as shipped:
            return load_rules(shipped)
    return read_model(file, RetentionRules, RetentionFileError)[0]
