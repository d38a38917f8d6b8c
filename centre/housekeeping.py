"""What the running centre does by itself. Once a day: ends what is over, closes what is settled, purges what may go."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from centre.masked import MASKED
from violations.accounts.caller import Caller
from violations.api.desk_setup import load_setup
from violations.errors import ViolationsError
from violations.retention.closing import close_settled
from violations.retention.purge import Purger
from violations.retention.rules import CentreRules, load_centre_rules
from violations.store.case_steps import expire_cases
from violations.store.database import move_log
from violations.store.evidence_bucket import open_place
from violations.store.evidence_files import EvidenceShelf

FIRST_AFTER_S = 600.0
EVERY_S = 24 * 3600.0
MOVE_LOG_EVERY_S = 5.0
CENTRE = Caller("centre", frozenset(), None, "local")

log = logging.getLogger(__name__)


def purger_of(engine: Engine, data: Path, evidence: str | None, rules: CentreRules, caller: Caller) -> Purger:
    """Of a centre's data folder. Raises as `open_place`."""
    root = data / "evidence"
    return _purger(EvidenceShelf(engine, root, place=open_place(evidence, root)), data, rules, caller)


def forget_masked(data: Path, package: str) -> None:
    """Masked copies are copies: what is purged must not live on in them."""
    shutil.rmtree(data / MASKED / package, ignore_errors=True)
    (data / MASKED / f"{package}.zip").unlink(missing_ok=True)


async def keep_house(shelf: EvidenceShelf, data: Path, now: Callable[[], datetime]) -> None:
    """All of it, until it is cancelled."""
    await asyncio.gather(purge_daily(shelf, data, now), move_logs(shelf.engine))


async def purge_daily(shelf: EvidenceShelf, data: Path, now: Callable[[], datetime]) -> None:
    """Until it is cancelled. A failed run is said and tried again the next day; the rules are read anew each time."""
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        await run_in_threadpool(purge_once, shelf, data, now)
        await asyncio.sleep(EVERY_S)


async def move_logs(engine: Engine) -> None:
    """Until it is cancelled: SQLite's log goes into its database beside the writers, who would wait for the disk."""
    while True:
        await asyncio.sleep(MOVE_LOG_EVERY_S)
        try:
            await run_in_threadpool(move_log, engine)
        except DBAPIError:
            log.exception("database: wanted its log moved, found it busy; tried again later")


def purge_once(shelf: EvidenceShelf, data: Path, now: Callable[[], datetime]) -> None:
    """One day's run; a fault is logged, and the centre goes on serving."""
    try:
        rules, desk = load_centre_rules(data), load_setup(shelf.engine, data).rules
        expire_cases(shelf.engine, now(), desk)
        close_settled(shelf.engine, rules, now(), desk)
        found = _purger(shelf, data, rules, CENTRE).purge(now())
    except (ViolationsError, OSError):
        log.exception("retention: nothing more was purged today")
    else:
        log.info("retention: %d files of %d cases purged, %d of no case", found.files, found.cases, found.unattached)


def _purger(shelf: EvidenceShelf, data: Path, rules: CentreRules, caller: Caller) -> Purger:
    return Purger(shelf.engine, shelf, rules, caller, lambda package: forget_masked(data, package))
