"""Walks the whole log and finds what was removed, changed or moved; with anchors also what was cut off or rewritten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from violations.audit.anchor import Anchor
from violations.audit.entry import EMPTY, Head
from violations.audit.log import Stored, stored
from violations.store.audit_tables import AuditRow
from violations.store.database import walking

PAGE = 1000
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """`number`: the entry at which it shows."""

    number: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """`entries`: how many were read. `anchored`: how far an anchor vouches for them. No faults: the log is whole."""

    entries: int
    head: Head
    anchored: int
    faults: tuple[Fault, ...]


def verify(engine: Engine, anchors: Sequence[Anchor] = ()) -> Report:
    """In one snapshot. At most MOST_FAULTS are told: after the first, later ones often follow from it."""
    wanted = {anchor.number: anchor for anchor in anchors}
    faults: list[Fault] = []
    before, entries = EMPTY, 0
    with walking(engine) as session:
        for row in session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=PAGE)):
            one = stored(row)
            entries += 1
            faults += _faults(one, before) if len(faults) < MOST_FAULTS else ()
            before = Head(one.entry.number, one.hash)
            anchor = wanted.get(before.number)
            if anchor is not None and anchor.hash != before.hash:
                faults.append(Fault(before.number, f"wanted the hash {anchor.hash} of an anchor, found {before.hash}"))
    for anchor in anchors:
        if anchor.number > before.number:
            faults.append(Fault(anchor.number, f"wanted entry {anchor.number} of an anchor, found the end before it"))
    reached = [anchor.number for anchor in anchors if anchor.number <= before.number]
    return Report(entries, before, max(reached, default=0), tuple(faults[:MOST_FAULTS]))


def _faults(one: Stored, before: Head) -> Iterator[Fault]:
    entry = one.entry
    if entry.number != before.number + 1:
        yield Fault(entry.number, f"wanted entry {before.number + 1} after {before.number}, found {entry.number}")
    if entry.previous != before.hash:
        yield Fault(entry.number, f"previous: wanted {before.hash}, found {entry.previous}")
    found = entry.hash()
    if one.hash != found:
        yield Fault(entry.number, f"hash: wanted {found} of what stands there, found {one.hash}")
