"""The plate that the queue may show and be searched by: not a correction that a blind second must not see. Pure."""

from violations.cases.desk_rules import DeskRules
from violations.cases.plate_text import plate_begins
from violations.cases.second_look import chosen


def shown_plate(case_id: int, plate: str | None, machine_plate: str | None, rules: DeskRules) -> str | None:
    """As the machine read it for every case that goes to a blind second; else as it stands."""
    return machine_plate if chosen(case_id, rules.blind_secret, rules.blind_share) else plate


def may_be_found(shown: str | None, wanted: str | None) -> bool:
    """Whether a search for `wanted` may show a case whose plate the reader sees as `shown`."""
    return wanted is None or plate_begins(shown, wanted)
