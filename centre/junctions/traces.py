"""What the audit log tells of one junction: its engineers see their own deeds without being auditors."""

from sqlalchemy import Engine

from violations.audit.entry import Entry
from violations.audit.log import EntriesWanted, list_entries

LOOKS = {"signals.audit"}


def traces(engine: Engine, junction: str, limit: int) -> list[Entry]:
    """Deeds, newest first; who only looked is left out."""
    found = list_entries(engine, EntriesWanted(subject=f"junction/{junction}"), limit=limit)
    return [one.entry for one in found if one.entry.action not in LOOKS]
