"""Accounts of people. Every function works inside the caller's transaction, which also writes the audit entry."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from violations.accounts.caller import LOCAL_NAME, PERSON_ROLES
from violations.accounts.errors import AccountExistsError, AccountValueError, NoSuchAccountError
from violations.accounts.passwords import Chosen, check_password, chosen
from violations.accounts.remembered import callers_changed
from violations.cases.states import Role
from violations.store.account_tables import PasswordCodeRow, SessionRow, UserRow
from violations.store.database import reading
from violations.store.scope import Districts

NAME = re.compile(r"[\w][\w.@-]{1,59}")
DISTRICT = re.compile(r"[\w][\w.-]{0,39}")


@dataclass(frozen=True, slots=True)
class User:
    """`districts` None: all of them. `office`: the name in the law's powers, None where the person fines nobody.

    `identity`: issuer and subject of the identity provider that says what the account may do; None for one of our own.
    """

    name: str
    roles: frozenset[Role]
    districts: Districts
    office: str | None
    disabled: bool
    created_at: datetime
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do; the fields as in User."""

    roles: frozenset[Role]
    districts: Districts
    office: str | None


def rights_version(user: User) -> str:
    """Another one whenever what the account may do is another."""
    places = None if user.districts is None else sorted(user.districts)
    said = json.dumps([sorted(user.roles), places, user.office, user.disabled])
    return sha256(said.encode()).hexdigest()[:16]


def any_user(session: Session) -> bool:
    """Whether there are accounts at all; disabled ones count."""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def list_users(engine: Engine) -> tuple[User, ...]:
    """In order of name."""
    with reading(engine) as session:
        return tuple(user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))


def add_user(session: Session, user: User, password: str | None) -> User:
    """Raises AccountExistsError and AccountValueError. password: None for one that the person chooses later."""
    check_name(user.name)
    if password is not None:
        check_password(password, user.name)
    check_rights(user.roles, user.districts)
    if session.scalar(select(UserRow.id).where(func.lower(UserRow.name) == user.name.lower())) is not None:
        raise AccountExistsError(f"user {user.name}: wanted a free name, found an account with it")
    session.add(
        UserRow(
            name=user.name,
            password="" if password is None else chosen(password).hashed,
            roles=sorted(user.roles),
            districts=_listed(user.districts),
            office=user.office,
            disabled=False,
            created_at=user.created_at,
            changed_at=user.created_at,
            identity=user.identity,
        )
    )
    session.flush()
    return user


def set_rights(session: Session, name: str, rights: Rights, now: datetime) -> User:
    """What the account may do, from the next request on. Raises NoSuchAccountError and AccountValueError."""
    check_rights(rights.roles, rights.districts)
    row = row_of(session, name)
    if row.identity is not None:
        raise AccountValueError(
            f"user {name}: wanted an account of our own, found one whose roles the provider says", "provider"
        )
    _keep_an_admin(session, row, stays=Role.ADMIN in rights.roles)
    row.roles, row.districts = sorted(rights.roles), _listed(rights.districts)
    row.office, row.changed_at = rights.office, now
    session.flush()
    callers_changed(session)
    return user_of(row)


def set_password(session: Session, name: str, password: str | Chosen, now: datetime) -> User:
    """A new password; whoever is signed in with the old one is signed out. A server gives it with its hash."""
    row = row_of(session, name)
    check_password(password if isinstance(password, str) else password.text, row.name)
    if row.identity is not None:
        raise AccountValueError(
            f"user {name}: wanted an account of our own, found one that signs in elsewhere", "provider"
        )
    row.password = (chosen(password) if isinstance(password, str) else password).hashed
    row.changed_at = now
    session.execute(delete(PasswordCodeRow).where(PasswordCodeRow.user_id == row.id))
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    callers_changed(session)
    return user_of(row)


def set_disabled(session: Session, name: str, now: datetime, *, disabled: bool) -> User:
    """Disabled accounts stay: their names are in the audit log. Their sessions end at once."""
    row = row_of(session, name)
    _keep_an_admin(session, row, stays=not disabled)
    row.disabled, row.changed_at = disabled, now
    if disabled:
        session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    session.flush()
    callers_changed(session)
    return user_of(row)


def signs_in_elsewhere(engine: Engine, name: str) -> bool:
    """Whether the identity provider knows this account; False for a name that is nobody's."""
    with reading(engine) as session:
        return session.scalar(select(UserRow.identity).where(UserRow.name == name)) is not None


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
        identity=row.identity,
    )


def check_name(name: str) -> None:
    """Names stand in the audit log, so they are plain, and none is one of the centre's own."""
    if not NAME.fullmatch(name) or name == LOCAL_NAME:
        raise AccountValueError(f"name: wanted 2 to 60 letters, digits or . @ _ - , found {name!r}", "name")


def check_district(district: str) -> None:
    if not DISTRICT.fullmatch(district):
        raise AccountValueError(f"district: wanted up to 40 letters, digits or . _ - , found {district!r}", "district")


def check_rights(roles: Collection[Role], districts: Districts) -> None:
    """Raise AccountValueError for roles that are no person's, and districts that cannot be names."""
    wrong = sorted(set(roles) - set(PERSON_ROLES))
    if wrong or not roles:
        wanted = ", ".join(PERSON_ROLES)
        raise AccountValueError(f"roles: wanted at least one of {wanted}, found {', '.join(wrong) or 'none'}", "roles")
    for district in districts or ():
        check_district(district)


def _keep_an_admin(session: Session, row: UserRow, *, stays: bool) -> None:
    """The last administrator cannot be taken away: nobody could put it right but at the console.

    Those of the identity provider do not count: what they may do, and whether they can sign in, is said elsewhere.
    """
    if stays or row.disabled or row.identity is not None or Role.ADMIN not in row.roles:
        return
    # Two administrators who take each other away at the same moment meet here, one after the other.
    everybody = session.scalars(
        select(UserRow).order_by(UserRow.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    others = [other for other in everybody if other.id != row.id and other.identity is None]
    if not any(Role.ADMIN in other.roles and not other.disabled for other in others):
        sentence = f"user {row.name}: wanted another administrator first, found this one to be the last"
        raise AccountValueError(sentence, "last_admin")


def _listed(districts: Districts) -> list[str] | None:
    return None if districts is None else sorted(districts)
