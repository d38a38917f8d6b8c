"""The audit log for auditors, and how far it reaches for whoever anchors it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field, TypeAdapter
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import problems
from violations.api.values import Answer, Cursor, CursorOf, Since, Text, Until, WholeNumber, known_queries
from violations.audit.log import EntriesWanted, Note, Stored, head, list_entries, note_view
from violations.cases.states import Role
from violations.store.database import reading

PLACE: CursorOf[int] = CursorOf(TypeAdapter(WholeNumber))


class EntryOut(Answer):
    """`hash` is SHA-256 over the canonical JSON of all the other fields; `previous` the hash of the entry before."""

    number: int
    at: datetime
    who: str
    roles: str
    address: str
    action: str
    subject: str
    details: dict[str, Any]
    previous: str
    hash: str


class EntriesOut(Answer):
    entries: list[EntryOut]
    next: str | None = Field(description="Pass as `cursor` for the following page; null on the last.")


class HeadOut(Answer):
    number: int = Field(description="Of the last entry; 0 where there is none.")
    hash: str


def build_audit_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["audit"])

    @router.get(
        "/audit",
        summary="Read the audit log, newest first",
        responses=problems(422),
        dependencies=[Depends(known_queries)],
    )
    def get_entries(
        *,
        caller: Annotated[Caller, allow(Role.AUDITOR)],
        who: Annotated[Text | None, Query(description="Only deeds of this account.")] = None,
        action: Annotated[Text | None, Query(description="Only this action, such as case.view.")] = None,
        subject: Annotated[Text | None, Query(description="Only about this, such as case/12.")] = None,
        since: Since = None,
        until: Until = None,
        limit: Annotated[int, Query(ge=1, le=500, description="Entries per page.")] = 100,
        cursor: Cursor = None,
    ) -> EntriesOut:
        """Reading the log is in the log."""
        wanted = EntriesWanted(who, action, subject, since, until)
        note_view(engine, caller, Note("audit.read", subject or "audit"), now())
        found = list_entries(engine, wanted, limit=limit + 1, before=PLACE.read(cursor))
        last = found[limit - 1].entry.number if len(found) > limit else None
        return EntriesOut(entries=[_entry(one) for one in found[:limit]], next=PLACE.write(last))

    @router.get("/audit/head", summary="Read how far the audit log reaches", responses=problems())
    def get_head(_caller: Annotated[Caller, allow(Role.AUDITOR)]) -> HeadOut:
        with reading(engine) as session:
            last = head(session)
        return HeadOut(number=last.number, hash=last.hash)

    return router


def _entry(one: Stored) -> EntryOut:
    entry = one.entry
    return EntryOut(
        number=entry.number,
        at=entry.at,
        who=entry.who,
        roles=entry.roles,
        address=entry.address,
        action=entry.action,
        subject=entry.subject,
        details=dict(entry.details),
        previous=entry.previous,
        hash=one.hash,
    )
