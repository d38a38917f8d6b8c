"""A sign-in by way of the identity provider: begun here, proven there, ended here, once and in the same browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from violations.accounts.errors import AccountLockedError, NameTakenError, NoRightsError, StaleSignInError
from violations.accounts.oidc_provider import Provider
from violations.accounts.oidc_rights import identity_of, name_of, rights_of
from violations.accounts.oidc_settings import ProviderSettings
from violations.accounts.remembered import callers_changed
from violations.accounts.sessions import end_all_sessions
from violations.accounts.users import User, add_user, check_rights, user_of
from violations.store.account_tables import OidcLoginRow, UserRow
from violations.store.database import writing

UNDER_WAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """`address`: where the browser goes. `browser`: what its cookie must hold when it comes back."""

    address: str
    browser: str


def begin(engine: Engine, provider: Provider, *, after: str, hint: str, back: str, now: datetime) -> Begun:
    """after: the page to end on. hint: the name that was typed. Raises ProviderAwayError before anything is kept."""
    state, browser, nonce, verifier = (token_urlsafe(32) for _ in range(4))
    address = provider.address_to_sign_in(state=state, nonce=nonce, verifier=verifier, back=back, hint=hint)
    row = OidcLoginRow(
        state=_key(state),
        browser=_key(browser),
        nonce=nonce,
        verifier=verifier,
        after=after,
        ends_at=now + UNDER_WAY,
    )
    with writing(engine) as session:
        session.execute(delete(OidcLoginRow).where(OidcLoginRow.ends_at <= now))
        session.add(row)
    return Begun(address, browser)


def take(engine: Engine, *, state: str, browser: str, now: datetime) -> OidcLoginRow:
    """The sign-in under way, which nobody can take a second time. Raises StaleSignInError."""
    with writing(engine) as session:
        query = select(OidcLoginRow).where(OidcLoginRow.state == _key(state)).with_for_update()
        row = session.scalars(query).one_or_none()
        if row is not None:
            session.delete(row)
    if row is None or row.ends_at <= now or row.browser != _key(browser):
        raise StaleSignInError
    return row


def user_of_claims(session: Session, settings: ProviderSettings, claims: Mapping[str, Any], now: datetime) -> User:
    """The account of this person, made or brought up to date with what the provider says of them now.

    Raises NoRightsError, NameTakenError, AccountLockedError, ProviderTokenError. An account of our own is never taken
    over, whatever name the provider gives.
    """
    identity = identity_of(claims)
    row = session.scalar(select(UserRow).where(UserRow.identity == identity))
    rights = rights_of(settings, claims)
    if row is None:
        name = name_of(settings, claims)
        if session.scalar(select(UserRow.id).where(func.lower(UserRow.name) == name.lower())) is not None:
            raise NameTakenError(f"user {name}: wanted a free name, found another account with it")
        made = User(
            name=name,
            roles=rights.roles,
            districts=rights.districts,
            office=rights.office,
            disabled=False,
            created_at=now,
            identity=identity,
        )
        return add_user(session, made, None)
    if row.disabled:
        raise AccountLockedError(f"user {row.name}: wanted an account in use, found one that is locked")
    check_rights(rights.roles, rights.districts)
    row.roles, row.office, row.changed_at = sorted(rights.roles), rights.office, now
    row.districts = None if rights.districts is None else sorted(rights.districts)
    session.flush()
    callers_changed(session)
    return user_of(row)


def end_without_rights(engine: Engine, claims: Mapping[str, Any]) -> None:
    """Whoever the provider gives no role any more has no session left either."""
    with writing(engine) as session:
        row = session.scalar(select(UserRow).where(UserRow.identity == identity_of(claims)))
        if row is not None:
            end_all_sessions(session, row.name)


def finish(
    engine: Engine, provider: Provider, login: OidcLoginRow, code: str, *, back: str, now: datetime
) -> Mapping[str, Any]:
    """What the provider proves of whoever came back with the code. Raises as `Provider.claims`, and NoRightsError."""
    claims = provider.claims(code, verifier=login.verifier, nonce=login.nonce, back=back, now=now)
    try:
        rights_of(provider.settings, claims)
    except NoRightsError:
        end_without_rights(engine, claims)
        raise
    return claims


def _key(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
