"""How long the centre keeps which files. Pure, but for reading the rules' file."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from violations.errors import RetentionFileError
from violations.evidence.gate import VIETNAM
from vision.events.bodies import Name
from vision.geometry.marked_model import read_model

RULES_FILE = "retention.yaml"
"""In the centre's data folder; replaces what ships."""


class Ended(StrEnum):
    """How a case came to its end; UNATTACHED: a file that no case ever named."""

    PAID = "paid"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    MERGED = "merged"
    EXPIRED = "expired"
    UNATTACHED = "unattached"


Settled = Literal["paid", "withdrawn", "rejected"]
"""States of a case on which nothing more has to be decided, and something still may."""


class Kept(StrEnum):
    """Why the files of an ended case stay; of several reasons the first of these is told."""

    HELD = "held"  # a legal hold beats everything
    OPEN = "open_case"  # a case of the same file, or the one it was merged into, is open
    NO_RULE = "no_rule"
    NOT_DUE = "not_due"


class Rule(BaseModel):
    """For what ended that way from `since` on, of these offences (empty: all). keep_days: whole days after that day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    since: date
    applies_to: Ended
    offences: tuple[Name, ...] = ()
    keep_days: Annotated[int, Field(ge=1, le=36_500)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    certainty: Literal["P", "S", "R", "I", "U"]


class CentreRules(BaseModel):
    """version: of this form of file. close_after_days: how long a settled case waits for another step before the centre
    closes it; without a number it waits for a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    close_after_days: dict[Settled, Annotated[int, Field(ge=1, le=36_500)]] = Field(default_factory=dict)
    rules: tuple[Rule, ...]

    def rule_for(self, how: Ended, offence: str | None, on: date) -> Rule | None:
        """The one in force that day: one that names the offence before one for all, then the latest. None: it stays."""
        fitting = [
            rule
            for rule in self.rules
            if rule.applies_to is how and rule.since <= on and (not rule.offences or offence in rule.offences)
        ]
        return max(fitting, key=lambda rule: (bool(rule.offences), rule.since), default=None)


@dataclass(frozen=True, slots=True)
class Ending:
    """A case at its end. how None: nobody knows how it ended, and it stays. since: when it ended (aware)."""

    case_id: int
    offence: str
    how: Ended | None
    since: datetime
    package: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """kept: why its files stay, None where they may go. due: the first day on which the rule lets them go."""

    ending: Ending
    rule: Rule | None
    due: date | None
    kept: Kept | None


def judge(ending: Ending, rules: CentreRules, now: datetime, *, held: bool, other_open: bool) -> Verdict:
    """now: aware; days are Vietnam's. held, other_open: a hold, or an open case of the same file, forbids it."""
    ended_on = ending.since.astimezone(VIETNAM).date()
    rule = None if ending.how is None else rules.rule_for(ending.how, ending.offence, ended_on)
    due = None if rule is None else ended_on + timedelta(days=rule.keep_days + 1)
    reasons = (
        (held, Kept.HELD),
        (other_open, Kept.OPEN),
        (due is None, Kept.NO_RULE),
        (due is not None and now.astimezone(VIETNAM).date() < due, Kept.NOT_DUE),
    )
    return Verdict(ending, rule, due, next((kept for holds, kept in reasons if holds), None))


def load_centre_rules(data: Path) -> CentreRules:
    """The office's own in its data folder, else those that ship. Raises RetentionFileError with file and line."""
    own = data / RULES_FILE
    if own.exists():
        return read_model(own, CentreRules, RetentionFileError)[0]
    with resources.as_file(resources.files("violations.retention") / RULES_FILE) as shipped:
        return read_model(shipped, CentreRules, RetentionFileError)[0]
