"""Accounts of people. Every function works inside the caller's transaction, which also writes the audit entry."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from violations.accounts.caller import LOCAL_NAME, PERSON_ROLES
from violations.accounts.errors import AccountExistsError, AccountValueError, NoSuchAccountError
from violations.accounts.passwords import check_password, hash_password
from violations.cases.states import Role
from violations.store.account_tables import SessionRow, UserRow
from violations.store.database import reading
from violations.store.scope import Districts

NAME = re.compile(r"[\w][\w.@-]{1,59}")
DISTRICT = re.compile(r"[\w][\w.-]{0,39}")


@dataclass(frozen=True, slots=True)
class User:
    """`districts` None: all of them. `office`: the name in the law's powers, None where the person fines nobody."""

    name: str
    roles: frozenset[Role]
    districts: Districts
    office: str | None
    disabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do; the fields as in User."""

    roles: frozenset[Role]
    districts: Districts
    office: str | None


def any_user(session: Session) -> bool:
    """Whether there are accounts at all; disabled ones count."""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def list_users(engine: Engine) -> tuple[User, ...]:
    """In order of name."""
    with reading(engine) as session:
        return tuple(user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))


def add_user(session: Session, user: User, password: str) -> User:
    """Raises AccountExistsError and AccountValueError."""
    check_name(user.name)
    check_password(password, user.name)
    _check_rights(user.roles, user.districts)
    if session.scalar(select(UserRow.id).where(func.lower(UserRow.name) == user.name.lower())) is not None:
        raise AccountExistsError(f"user {user.name}: wanted a free name, found an account with it")
    session.add(
        UserRow(
            name=user.name,
            password=hash_password(password),
            roles=sorted(user.roles),
            districts=_listed(user.districts),
            office=user.office,
            disabled=False,
            created_at=user.created_at,
            changed_at=user.created_at,
        )
    )
    session.flush()
    return user


def set_rights(session: Session, name: str, rights: Rights, now: datetime) -> User:
    """What the account may do, from the next request on. Raises NoSuchAccountError and AccountValueError."""
    _check_rights(rights.roles, rights.districts)
    row = row_of(session, name)
    _keep_an_admin(session, row, stays=Role.ADMIN in rights.roles)
    row.roles, row.districts = sorted(rights.roles), _listed(rights.districts)
    row.office, row.changed_at = rights.office, now
    session.flush()
    return user_of(row)


def set_password(session: Session, name: str, password: str, now: datetime) -> User:
    """A new password; whoever is signed in with the old one is signed out."""
    row = row_of(session, name)
    check_password(password, row.name)
    row.password, row.changed_at = hash_password(password), now
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    return user_of(row)


def set_disabled(session: Session, name: str, now: datetime, *, disabled: bool) -> User:
    """Disabled accounts stay: their names are in the audit log. Their sessions end at once."""
    row = row_of(session, name)
    _keep_an_admin(session, row, stays=not disabled)
    row.disabled, row.changed_at = disabled, now
    if disabled:
        session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    session.flush()
    return user_of(row)


def row_of(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise NoSuchAccountError(f"user {name}: wanted the name of an account, found none with it")
    return row


def user_of(row: UserRow) -> User:
    return User(
        name=row.name,
        roles=frozenset(map(Role, row.roles)),
        districts=None if row.districts is None else frozenset(row.districts),
        office=row.office,
        disabled=row.disabled,
        created_at=row.created_at,
    )


def check_name(name: str) -> None:
    """Names stand in the audit log, so they are plain, and none is one of the centre's own."""
    if not NAME.fullmatch(name) or name == LOCAL_NAME:
        raise AccountValueError(f"name: wanted 2 to 60 letters, digits or . @ _ - , found {name!r}")


def check_district(district: str) -> None:
    if not DISTRICT.fullmatch(district):
        raise AccountValueError(f"district: wanted up to 40 letters, digits or . _ - , found {district!r}")


def _check_rights(roles: Collection[Role], districts: Districts) -> None:
    wrong = sorted(set(roles) - set(PERSON_ROLES))
    if wrong or not roles:
        wanted = ", ".join(PERSON_ROLES)
        raise AccountValueError(f"roles: wanted at least one of {wanted}, found {', '.join(wrong) or 'none'}")
    for district in districts or ():
        check_district(district)


def _keep_an_admin(session: Session, row: UserRow, *, stays: bool) -> None:
    """The last administrator cannot be taken away: nobody could put it right but at the console."""
    if stays or row.disabled or Role.ADMIN not in row.roles:
        return
    others = session.scalars(select(UserRow).where(UserRow.id != row.id))
    if not any(Role.ADMIN in other.roles and not other.disabled for other in others):
        raise AccountValueError(f"user {row.name}: wanted another administrator first, found this one to be the last")


def _listed(districts: Districts) -> list[str] | None:
    return None if districts is None else sorted(districts)
