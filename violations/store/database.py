"""Opens the database, brings its tables up to date, and hands out transactions.

SQLite: write-ahead log with `synchronous=FULL`, so an acknowledged event survives a power cut; foreign keys on;
writers queue for BUSY_MS instead of failing. PostgreSQL: the same code by URL, with the extra `cluster`.
"""

import contextlib
import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from traceback import extract_stack
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.orm import Session

from violations.store.errors import DatabaseError
from violations.store.turns import Turns
from violations.store.upgrade import upgrade

BUSY_MS = 30_000
LONG_S = 2.0
CONTEXTS = contextlib.__file__
# More than the threads of a server process, so that none of them waits for a connection.
POOL = 24
PING_AFTER_S = 5
# SQLite moves its log into the database when it has grown by so many pages. The writer who comes to it would keep the
# others waiting for the disk, so a server does it earlier and beside them (`move_log`).
LOG_PAGES = 10_000
RESTS = "ngatu_rests"
WRITES = "ngatu_writes"

log = logging.getLogger(__name__)


def open_database(url: str) -> Engine:
    """A ready engine with tables at this program's version.

    Raises DatabaseError for a bad URL or a database out of reach, DatabaseNewerError for one from the future.
    """
    address = _address(url)
    try:
        engine = create_engine(address, pool_size=POOL, max_overflow=POOL)
    except (NoSuchModuleError, ModuleNotFoundError, ArgumentError) as error:
        raise DatabaseError(
            f"database {shown(address)}: wanted sqlite:///FILE or postgresql://… (with ngatu[cluster]), found {error}"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_ping_after_rest, engine.dialect))
    try:
        upgrade(engine)
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseError(
            f"database {shown(address)}: wanted one I can open and change, found {error.orig}"
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def shown(url: URL) -> str:
    """The URL for people and logs: never with its password."""
    return url.render_as_string(hide_password=True)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError(
            "database URL: wanted sqlite:///FILE or postgresql://USER@HOST/NAME, found no URL"
        ) from error
    if address.drivername in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseError(f"database URL: wanted sqlite or postgresql, found {address.get_backend_name()}")
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        raise DatabaseError(
            "database URL: wanted sqlite:///FILE, found SQLite without a file: it would forget everything"
        )
    return address


def _configure_sqlite(connection: Any, _record: object) -> None:
    """We begin transactions ourselves (below), because the driver's own way leaves DDL outside of them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
    cursor.close()


def move_log(engine: Engine) -> None:
    """SQLite: write what its log holds into the database, as far as no reader needs it; writers go on meanwhile."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: upgrading a read lock later fails instead of waiting."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _turn_of(engine: Engine) -> AbstractContextManager[object]:
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return nullcontext()
    return _sqlite_turns.setdefault(engine, Turns(Path(engine.url.database))).one()


_page: ContextVar[tuple[Engine, Session] | None] = ContextVar("one reader", default=None)
_sqlite_turns: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()


def _note_rest(_connection: object, record: Any) -> None:
    record.info[RESTS] = time.monotonic()


def _ping_after_rest(dialect: Dialect, connection: Any, record: Any, _proxy: object) -> None:
    """Ask whether the server is still there, where that may have changed; a question before each use costs as much as
    the use itself. DisconnectionError makes the pool try another connection."""
    if time.monotonic() - record.info.get(RESTS, time.monotonic()) < PING_AFTER_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Nothing is written. SQLite: one snapshot. PostgreSQL: each query its own, as READ COMMITTED gives them anyway, so
    without the two messages that would begin and end a transaction."""
    shared = _page.get()
    if shared is not None and shared[0] is engine:
        yield shared[1]
        return
    plain = engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")
    with Session(plain, expire_on_commit=False) as session:
        yield session


@contextmanager
def one_reader(engine: Engine) -> Iterator[None]:
    """Every `reading` inside goes through the same session: for a page that asks ten questions, since beginning costs
    more than asking. Nothing that is written meanwhile need be seen by it, so never around a verdict."""
    with reading(engine) as session:
        before = _page.set((engine, session))
        try:
            yield
        finally:
            _page.reset(before)


@contextmanager
def walking(engine: Engine) -> Iterator[Session]:
    """As `reading`, in one transaction: for more rows than the memory should hold at once (`yield_per`)."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises.

    SQLite lets one write at a time and makes the others look again and again, the unlucky ones until they fail: so
    all of this machine queue up here first (`turns`).
    """
    with _turn_of(engine):
        began_s = time.monotonic()
        with (
            engine.connect().execution_options(**{WRITES: True}) as connection,
            Session(connection, expire_on_commit=False, join_transaction_mode="control_fully") as session,
            session.begin(),
        ):
            yield session
        _tell_if_long(time.monotonic() - began_s)


def _tell_if_long(held_s: float) -> None:
    """Whoever kept the others waiting is named: nothing slow (hashing, files, other machines) belongs in there."""
    if held_s > LONG_S:
        who = next((one for one in reversed(extract_stack()) if one.filename not in {__file__, CONTEXTS}), None)
        log.warning("a write transaction took %.1f s: %s", held_s, who)
