"""What a centre may ask of a junction, and why the guard may refuse to listen."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from signals.control.table import SafetyTable

# Two clocks may differ by so much; a command further ahead of its time was not sent by a clock anybody set.
CLOCK_SLACK_S = 1.0
LATE_S = 2.0


@dataclass(frozen=True, slots=True)
class Command:
    """Make `stage` green next, or keep it. sequence: grows by every command; issued_s: on the guard's own clock."""

    sequence: int
    stage: str
    issued_s: float


class Refusal(StrEnum):
    """Why a command was not followed; the values are translation keys."""

    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_STAGE = "unknown_stage"
    DUPLICATE = "duplicate"
    REORDERED = "reordered"
    LATE = "late"
    FROM_THE_FUTURE = "from_the_future"
    OUT_OF_SERVICE = "out_of_service"


def why_refused(command: Command, last_sequence: int | None, table: SafetyTable, now_s: float) -> Refusal | None:
    """None where the command may be followed. last_sequence: of the last one that was; None before the first."""
    numbers = isinstance(command.sequence, int) and not isinstance(command.sequence, bool) and command.sequence >= 0
    if not (numbers and isfinite(command.issued_s) and isfinite(now_s)):
        return Refusal.NOT_A_NUMBER
    if command.stage not in table.stages:
        return Refusal.UNKNOWN_STAGE
    if last_sequence is not None and command.sequence <= last_sequence:
        return Refusal.DUPLICATE if command.sequence == last_sequence else Refusal.REORDERED
    if now_s - command.issued_s > LATE_S:
        return Refusal.LATE
    if command.issued_s - now_s > CLOCK_SLACK_S:
        return Refusal.FROM_THE_FUTURE
    return None
