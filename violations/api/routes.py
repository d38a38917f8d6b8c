"""The one door of this room: every JSON route of events, cases and evidence, under /api."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy import Engine

from violations.api.appeals import build_appeals_router
from violations.api.audit import build_audit_router
from violations.api.case_steps import build_case_steps_router
from violations.api.cases import build_cases_router
from violations.api.desk import build_desk_router
from violations.api.desk_setup import load_setup
from violations.api.devices import build_devices_router
from violations.api.error_ledger import ErrorLedger, build_error_ledger_router
from violations.api.events import build_events_router
from violations.api.evidence import build_evidence_router
from violations.api.figures import build_figures_router
from violations.api.ingest import build_ingest_router
from violations.api.ledgers import build_ledgers_router
from violations.api.notices import build_notices_router
from violations.api.packages import build_packages_router
from violations.api.pieces import build_pieces_router
from violations.api.queue import build_queue_router
from violations.api.session import build_session_router
from violations.api.users import build_users_router
from violations.evidence.countersigned import Countersigner
from violations.store.evidence_files import EvidenceShelf


def build_router(engine: Engine, shelf: EvidenceShelf, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC. The app that includes it also calls `install_problem_handlers`."""
    router = APIRouter(prefix="/api")
    # First what is asked for most: a request is held against one route after the other.
    router.include_router(build_evidence_router(shelf, now))
    router.include_router(build_ingest_router(engine, shelf, now))
    router.include_router(build_pieces_router(shelf, now))
    router.include_router(build_events_router(engine, now))
    desk = load_setup(engine, shelf.root.parent)
    router.include_router(build_cases_router(engine, now, desk.rules))
    router.include_router(build_case_steps_router(engine, now, desk.registrar, desk.rules))
    router.include_router(build_queue_router(engine, now, desk.rules))
    router.include_router(build_figures_router(engine, now))
    router.include_router(build_desk_router(engine, now, desk.rules))
    router.include_router(build_error_ledger_router(ErrorLedger(engine, now)))
    router.include_router(build_notices_router(engine, shelf, now, desk.rules))
    router.include_router(build_appeals_router(engine, now, desk.rules))
    router.include_router(build_session_router(engine, now))
    router.include_router(build_users_router(engine, now))
    router.include_router(build_devices_router(engine, now))
    router.include_router(build_audit_router(engine, now))
    router.include_router(build_ledgers_router(Countersigner(shelf.root.parent), now))
    router.include_router(build_packages_router(engine))
    return router
