"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, but worse or with less than it could
    FAIL = "fail"  # the agent cannot do its work like this


@dataclass(frozen=True, slots=True)
class Check:
    """found: what is there. advice: what to do about it, empty when there is nothing to do."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
