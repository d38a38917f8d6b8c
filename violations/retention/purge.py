"""Deletes at the centre what its rules let go: a receipt for each file and an audit entry first, then the bytes.

A crash between the two leaves bytes whose row says that they are gone; the next run deletes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, exists, select, update
from sqlalchemy.orm import Session

from violations.accounts.caller import Caller
from violations.audit.entry import Detail
from violations.audit.log import Note, note
from violations.evidence.gate import VIETNAM
from violations.retention.endings import holds, judge_cases
from violations.retention.rules import CentreRules, Ended, Rule, Verdict
from violations.store.database import reading, writing
from violations.store.errors import CaseNotFoundError, RetentionError
from violations.store.evidence_files import EvidenceShelf
from violations.store.packages import ENDS
from violations.store.retention_tables import CaseHoldRow, EvidencePurgeRow
from violations.store.tables import CaseFileRow, CaseRow, EvidenceFileRow

AT_ONCE = 200
LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Purged:
    """cases, files, size_bytes: what went, or would go. verdicts: of every ended case that still had files.
    unattached: of the files, those that no case ever named."""

    verdicts: tuple[Verdict, ...]
    cases: int
    files: int
    unattached: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Purger:
    """Whoever purges. forget: told the manifest of each package whose files went, to drop copies made from them."""

    engine: Engine
    shelf: EvidenceShelf
    rules: CentreRules
    caller: Caller
    forget: Callable[[str], None] = lambda _: None

    def plan(self, now: datetime) -> Purged:
        """What `purge` would do now. Changes nothing."""
        verdicts = tuple(judge_cases(self.engine, self.rules, now))
        due = {one.ending.case_id for one in verdicts if one.kept is None}
        with reading(self.engine) as session:
            files = {row.sha256: row.size_bytes for case in sorted(due) for row in _files_of(session, case, due)}
            stray = self._stray(session, now, after="")
            strays = len(stray)
            while stray:
                files |= {row.sha256: row.size_bytes for row in stray}
                stray = self._stray(session, now, after=stray[-1].sha256)
                strays += len(stray)
        return Purged(verdicts, len(due), len(files), strays, sum(files.values()))

    def purge(self, now: datetime) -> Purged:
        """Case by case, each in one transaction with its receipts and its audit entry."""
        self.finish()
        verdicts = tuple(judge_cases(self.engine, self.rules, now))
        due = {one.ending.case_id for one in verdicts if one.kept is None}
        cases = files = size_bytes = 0
        for verdict in (one for one in verdicts if one.kept is None and one.rule is not None):
            gone = self._purge_case(verdict, due, now)
            cases, files = cases + bool(gone), files + len(gone)
            size_bytes += sum(gone.values())
        strays = self._purge_strays(now)
        return Purged(verdicts, cases, files + len(strays), len(strays), size_bytes + sum(strays.values()))

    def finish(self) -> int:
        """Delete the bytes of files that have their receipt and are still there; how many."""
        with reading(self.engine) as session:
            query = select(EvidenceFileRow.sha256).where(EvidenceFileRow.purged_at.is_not(None))
            names = [name for name in session.scalars(query) if self.shelf.path_of(name).exists()]
        return sum(self.shelf.remove(name) for name in names)

    def _purge_case(self, verdict: Verdict, due: set[int], now: datetime) -> dict[str, int]:
        """name → size of the files that went. A case that was taken up or held meanwhile keeps all of them."""
        ending, rule = verdict.ending, verdict.rule
        assert rule is not None
        with writing(self.engine) as session:
            case = session.get(CaseRow, ending.case_id)
            if case is None or case.state not in {state.value for state in ENDS} or ending.case_id in holds(session):
                return {}
            rows = _files_of(session, ending.case_id, due)
            gone = self._mark(session, rows, rule=rule, case_id=ending.case_id, since=ending.since, now=now)
            if gone:
                details: dict[str, Detail] = {"files": len(gone), "rule": rule.name, "days": rule.keep_days}
                note(session, self.caller, Note("evidence.purge", f"case/{ending.case_id}", details), now)
        self._delete(gone)
        self.forget(ending.package)
        return gone

    def _purge_strays(self, now: datetime) -> dict[str, int]:
        gone: dict[str, int] = {}
        while True:
            with writing(self.engine) as session:
                rows = self._stray(session, now, after="")
                rule = self._stray_rule(now)
                if not rows or rule is None:
                    return gone
                part: dict[str, int] = {}
                for row in rows:
                    part |= self._mark(session, [row], rule=rule, case_id=None, since=row.stored_at, now=now)
                details: dict[str, Detail] = {"files": len(part), "rule": rule.name, "days": rule.keep_days}
                note(session, self.caller, Note("evidence.purge", "evidence/unattached", details), now)
            self._delete(part)
            gone |= part

    def _stray(self, session: Session, now: datetime, after: str) -> Sequence[EvidenceFileRow]:
        """The next files older than their rule allows that no case names."""
        rule = self._stray_rule(now)
        if rule is None:
            return ()
        today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
        query = select(EvidenceFileRow).where(
            EvidenceFileRow.sha256 > after,
            EvidenceFileRow.purged_at.is_(None),
            EvidenceFileRow.stored_at < today - timedelta(days=rule.keep_days),
            ~exists().where(CaseFileRow.sha256 == EvidenceFileRow.sha256),
            ~exists().where(CaseRow.package == EvidenceFileRow.sha256),
        )
        return session.scalars(query.order_by(EvidenceFileRow.sha256).limit(AT_ONCE)).all()

    def _stray_rule(self, now: datetime) -> Rule | None:
        return self.rules.rule_for(Ended.UNATTACHED, None, now.astimezone(VIETNAM).date())

    def _mark(
        self,
        session: Session,
        rows: Sequence[EvidenceFileRow],
        *,
        rule: Rule,
        case_id: int | None,
        since: datetime,
        now: datetime,
    ) -> dict[str, int]:
        """Receipts, and rows that say so; the bytes are still there."""
        gone = {row.sha256: row.size_bytes for row in rows}
        session.execute(update(EvidenceFileRow).where(EvidenceFileRow.sha256.in_(gone)).values(purged_at=now))
        session.add_all(
            EvidencePurgeRow(
                sha256=name,
                size_bytes=size_bytes,
                case_id=case_id,
                rule=rule.name,
                keep_days=rule.keep_days,
                not_needed_since=since,
                at=now,
            )
            for name, size_bytes in gone.items()
        )
        session.flush()
        return gone

    def _delete(self, gone: dict[str, int]) -> None:
        """What came again since its receipt was written stays."""
        with reading(self.engine) as session:
            query = select(EvidenceFileRow.sha256).where(EvidenceFileRow.sha256.in_(gone))
            names = list(session.scalars(query.where(EvidenceFileRow.purged_at.is_not(None))))
        for name in names:
            self.shelf.remove(name)


def _files_of(session: Session, case_id: int, due: set[int]) -> list[EvidenceFileRow]:
    """The case's files that are here and belong to no case that is not due."""
    own = select(CaseFileRow.sha256).where(CaseFileRow.case_id == case_id)
    shared = session.execute(select(CaseFileRow.sha256, CaseFileRow.case_id).where(CaseFileRow.sha256.in_(own)))
    kept = {sha256 for sha256, other in shared if other not in due}
    rows = session.scalars(
        select(EvidenceFileRow).where(EvidenceFileRow.sha256.in_(own), EvidenceFileRow.purged_at.is_(None))
    )
    return [row for row in rows if row.sha256 not in kept]


def set_case_hold(engine: Engine, caller: Caller, case_id: int, *, held: bool, why: str, now: datetime) -> None:
    """Forbid, or allow again, that a case's evidence be purged; audited.

    Raises CaseNotFoundError, and RetentionError for a reason that says nothing and for a hold that changes nothing.
    """
    if not 3 <= len(why.strip()) <= LONGEST_WHY:
        raise RetentionError(f"hold of case {case_id}: wanted a reason of 3 to {LONGEST_WHY} characters, found another")
    with writing(engine) as session:
        if session.get(CaseRow, case_id) is None:
            raise CaseNotFoundError(f"cases: wanted the case {case_id}, found none")
        if held == (case_id in holds(session)):
            raise RetentionError(f"case {case_id}: it is {'held already' if held else 'not held'}")
        session.add(CaseHoldRow(case_id=case_id, held=held, at=now, who=caller.name[:80], why=why.strip()))
        action = "case.hold" if held else "case.release_hold"
        note(session, caller, Note(action, f"case/{case_id}", {"why": why.strip()}), now)
