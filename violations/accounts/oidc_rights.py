"""From what the provider says of a person to what they may do here. Pure. Whatever is unknown gives nothing."""

from collections.abc import Mapping
from typing import Any

from violations.accounts.errors import NoRightsError, ProviderTokenError
from violations.accounts.oidc_settings import EVERY_DISTRICT, ProviderSettings
from violations.accounts.users import DISTRICT, NAME, Rights
from violations.store.scope import Districts

IDENTITY_MAX = 400


def identity_of(claims: Mapping[str, Any]) -> str:
    """The name of the person that never changes and is never given to somebody else. Raises ProviderTokenError."""
    identity = f"{claims['iss']}|{claims['sub']}"
    if not claims["sub"] or len(identity) > IDENTITY_MAX or not identity.isprintable():
        raise ProviderTokenError("ID token: wanted a subject in up to 400 printable characters, found another")
    return identity


def name_of(settings: ProviderSettings, claims: Mapping[str, Any]) -> str:
    """The account's name here, for the audit log. Raises ProviderTokenError."""
    name = _at(claims, settings.name_claim)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ProviderTokenError(f"ID token: wanted {settings.name_claim} with 2 to 60 plain characters, found another")
    return name


def rights_of(settings: ProviderSettings, claims: Mapping[str, Any]) -> Rights:
    """Raises NoRightsError for who has no role here, or no district to have it in."""
    values = _texts(_at(claims, settings.roles_claim))
    roles = frozenset(role for value in values for role in settings.roles.get(value, ()))
    districts = _districts(settings, claims)
    if not roles or districts == frozenset():
        raise NoRightsError(f"{settings.roles_claim}: wanted a value with a role and a district here, found none")
    office = next((settings.offices[value] for value in values if value in settings.offices), None)
    return Rights(roles, districts, office)


def _districts(settings: ProviderSettings, claims: Mapping[str, Any]) -> Districts:
    if settings.districts_claim is None:
        return None
    values = _texts(_at(claims, settings.districts_claim))
    if settings.districts is None:
        return frozenset(value for value in values if DISTRICT.fullmatch(value))
    found = frozenset(place for value in values for place in settings.districts.get(value, ()))
    return None if EVERY_DISTRICT in found else found


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The value under this name, else under the dotted path; None for nothing there."""
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]
