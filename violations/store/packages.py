"""Which evidence packages are still needed here: those whose case has not come to its end."""

from collections.abc import Collection

from sqlalchemy import Engine, select

from violations.cases.states import CaseState
from violations.store.database import reading
from violations.store.tables import CaseRow

ENDS = frozenset({CaseState.CLOSED, CaseState.EXPIRED})
"""No step leads out of these; a rejected or withdrawn case may still be taken up again."""


def open_packages(engine: Engine, manifests: Collection[str]) -> tuple[set[str], set[str]]:
    """(open, unknown) among the SHA-256s of manifests: those of a case not at its end, and those of no case here."""
    with reading(engine) as session:
        found = session.execute(select(CaseRow.package, CaseRow.state).where(CaseRow.package.in_(manifests))).all()
    still_open = {package for package, state in found if CaseState(state) not in ENDS}
    return still_open, set(manifests) - {package for package, _ in found}
