"""The one door of this room: every JSON route of events, cases and evidence, under /api."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy import Engine

from violations.api.cases import build_cases_router
from violations.api.events import build_events_router
from violations.api.evidence import build_evidence_router
from violations.api.ingest import build_ingest_router
from violations.store.evidence_files import EvidenceShelf


def build_router(engine: Engine, shelf: EvidenceShelf, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC. The app that includes it also calls `install_problem_handlers`."""
    router = APIRouter(prefix="/api")
    router.include_router(build_ingest_router(engine, shelf, now))
    router.include_router(build_events_router(engine))
    router.include_router(build_cases_router(engine, now))
    router.include_router(build_evidence_router(shelf))
    return router
