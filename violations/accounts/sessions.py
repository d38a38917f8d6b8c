"""Signed-in browsers. The cookie is a random secret; the database knows only its SHA-256.

Ages are counted in UTC here, not on a monotonic clock: a session outlives the process that began it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Engine, String, and_, bindparam, delete, func, select
from sqlalchemy.orm import Session

from violations.accounts.errors import WrongPasswordError
from violations.accounts.passwords import hash_password, is_outdated, password_fits
from violations.accounts.remembered import callers_changed
from violations.accounts.throttle import check_tries, forget_failures, note_failure
from violations.accounts.users import User, row_of, user_of
from violations.store.account_tables import SessionRow, UserRow
from violations.store.database import reading, writing

IDLE = timedelta(hours=1)
WHOLE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)
OF_SECRET = (
    select(SessionRow, UserRow)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .where(SessionRow.key == bindparam("key", type_=String))
)


def prove(engine: Engine, name: str, password: str, address: str, now: datetime) -> User:
    """The account whose name and password these are. Raises WrongPasswordError and TooManyTriesError.

    Each failure is written down in its own transaction before it is told.
    """
    with reading(engine) as session:
        check_tries(session, name, address, now)
        row = session.scalar(select(UserRow).where(UserRow.name == name))
        hashed = None if row is None or row.disabled else row.password or None
    fits = password_fits(hashed, password)
    anew = hash_password(password) if fits and hashed is not None and is_outdated(hashed) else None
    with writing(engine) as session:
        if not fits or row is None:
            note_failure(session, name, address, now)
        else:
            forget_failures(session, name, address)
            if anew is not None:
                session.get_one(UserRow, row.id).password = anew
    if not fits or row is None:
        raise WrongPasswordError
    return user_of(row)


def begin_session(session: Session, name: str, before: str | None, now: datetime) -> str:
    """A new secret for the browser of a proven user; `before`, the secret it came with, holds no longer (rotation)."""
    if before:
        end_session(session, before)
    session.execute(delete(SessionRow).where(SessionRow.ends_at <= now))
    secret = token_urlsafe(32)
    user_id = session.scalars(select(UserRow.id).where(UserRow.name == name)).one()
    session.add(SessionRow(key=_key(secret), user_id=user_id, began_at=now, seen_at=now, ends_at=now + WHOLE))
    return secret


def end_session(session: Session, secret: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.key == _key(secret)))
    callers_changed(session)


def end_all_sessions(session: Session, name: str) -> int:
    """How many browsers were signed in with this account. Raises NoSuchAccountError."""
    ended = session.execute(delete(SessionRow).where(SessionRow.user_id == row_of(session, name).id))
    callers_changed(session)
    return int(ended.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


def count_sessions(engine: Engine, now: datetime) -> Mapping[str, int]:
    """How many sessions hold now, by name of the account; accounts without any are left out."""
    holds = and_(SessionRow.ends_at > now, SessionRow.seen_at > now - IDLE)
    query = select(UserRow.name, func.count()).join(SessionRow, SessionRow.user_id == UserRow.id).where(holds)
    with reading(engine) as session:
        found = session.execute(query.group_by(UserRow.name)).all()
    return {row[0]: row[1] for row in found}


def user_of_session(engine: Engine, secret: str, now: datetime) -> User | None:
    """Whose session it is; None where it never was one, is over, or lay idle too long."""
    with reading(engine) as session:
        found = session.execute(OF_SECRET, {"key": _key(secret)}).one_or_none()
    if found is None:
        return None
    row, user = found
    if user.disabled or now >= row.ends_at or now - row.seen_at >= IDLE:
        return None
    if now - row.seen_at >= TOUCH_AFTER:
        with writing(engine) as session:
            session.get_one(SessionRow, row.key).seen_at = now
    return user_of(user)


def _key(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
