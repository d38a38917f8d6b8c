"""One-time codes: an administrator hands one out, and its holder chooses a password that nobody else ever knew."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from violations.accounts.errors import AccountValueError, WrongCodeError
from violations.accounts.passwords import Chosen
from violations.accounts.remembered import callers_changed
from violations.accounts.users import User, row_of, set_password, user_of
from violations.store.account_tables import PasswordCodeRow, SessionRow, UserRow
from violations.store.database import reading

LASTS = timedelta(days=1)


def make_code(session: Session, name: str, made_by: str, now: datetime) -> str:
    """A code for this account. Whatever password and sessions it had hold no longer: it may be lost to somebody else.

    Raises NoSuchAccountError, and AccountValueError for an account that the identity provider knows.
    """
    row = row_of(session, name)
    if row.identity is not None:
        raise AccountValueError(
            f"user {name}: wanted an account of our own, found one that signs in elsewhere", "provider"
        )
    row.password, row.changed_at = "", now
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    session.execute(delete(PasswordCodeRow).where(PasswordCodeRow.user_id == row.id))
    session.execute(delete(PasswordCodeRow).where(PasswordCodeRow.ends_at <= now))
    code = token_urlsafe(24)
    session.add(PasswordCodeRow(key=_key(code), user_id=row.id, made_by=made_by[:80], ends_at=now + LASTS))
    session.flush()
    callers_changed(session)
    return code


def user_of_code(engine: Engine, code: str, now: datetime) -> User:
    """Whose code it is. Raises WrongCodeError."""
    with reading(engine) as session:
        return user_of(_holder(session, code, now))


def use_code(session: Session, code: str, password: str | Chosen, now: datetime) -> User:
    """Set the password and use the code up. Raises WrongCodeError; AccountValueError leaves the code good."""
    return set_password(session, _holder(session, code, now).name, password, now)


def _holder(session: Session, code: str, now: datetime) -> UserRow:
    query = select(UserRow).join(PasswordCodeRow, PasswordCodeRow.user_id == UserRow.id)
    query = query.where(PasswordCodeRow.key == _key(code), PasswordCodeRow.ends_at > now, UserRow.disabled.is_(False))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise WrongCodeError
    return row


def _key(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()
