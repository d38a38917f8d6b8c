"""The identity provider of an office, as data: oidc.yaml in the data folder, or the file that NGATU_OIDC names.

The client's secret may stand in NGATU_OIDC_SECRET instead, so that the file holds none.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from violations.accounts.caller import PERSON_ROLES
from violations.accounts.errors import ProviderSettingsError
from violations.cases.states import Role

FILE_VARIABLE = "NGATU_OIDC"
SECRET_VARIABLE = "NGATU_OIDC_SECRET"  # noqa: S105 — the variable's name, not a secret
EVERY_DISTRICT = "*"
Word = Annotated[str, Field(min_length=1, max_length=300)]


class ProviderSettings(BaseModel):
    """`name`: what the sign-in page calls it. `public_url`: the centre's own address as browsers reach it; None: as the
    request says, for a centre without a proxy.

    `roles_claim`, `districts_claim`: where in the ID token they stand, dots lead inside. `roles` and `offices` give
    each of its values a meaning here; a person without a known one gets nothing. `districts`: likewise, `*` for all;
    None takes the values as they are. Without `districts_claim` everybody sees every district only if `every_district`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    name: Annotated[str, Field(min_length=1, max_length=60)]
    issuer: Word
    client_id: Word
    client_secret: SecretStr | None = Field(default=None, repr=False)
    public_url: Word | None = None
    scopes: tuple[Word, ...] = ("openid", "profile")
    name_claim: Word = "preferred_username"
    roles_claim: Word = "groups"
    roles: Annotated[Mapping[str, tuple[Role, ...]], Field(min_length=1)]
    offices: Mapping[str, str] = Field(default_factory=dict)
    districts_claim: Word | None = None
    districts: Mapping[str, tuple[str, ...]] | None = None
    every_district: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for field, url in (("issuer", self.issuer), ("public_url", self.public_url)):
            if url is not None and not is_safe(url):
                raise ValueError(f"{field}: wanted an https address (http on this machine alone), found {url}")
        strange = sorted({role for roles in self.roles.values() for role in roles} - set(PERSON_ROLES))
        if strange:
            raise ValueError(f"roles: wanted only {', '.join(PERSON_ROLES)}, found {', '.join(strange)}")
        if "openid" not in self.scopes:
            raise ValueError(f"scopes: wanted openid among them, found {', '.join(self.scopes)}")
        if self.every_district == (self.districts_claim is not None):
            raise ValueError("districts: wanted either districts_claim or every_district: true, found both or neither")
        return self


def is_safe(url: str) -> bool:
    """https, or plain http that never leaves this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def load_provider(data: Path, environment: Mapping[str, str]) -> ProviderSettings | None:
    """None where no file speaks of a provider. Raises ProviderSettingsError, which names the file and the key."""
    named = environment.get(FILE_VARIABLE)
    path = Path(named) if named else data / "oidc.yaml"
    if not named and not path.exists():
        return None
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProviderSettingsError(f"{path}: wanted a readable YAML file, found: {error}") from error
    if not isinstance(read, dict):
        raise ProviderSettingsError(f"{path}: wanted keys and values such as 'issuer: https://…', found none")
    secret = environment.get(SECRET_VARIABLE)
    try:
        return ProviderSettings.model_validate(read | ({"client_secret": secret} if secret else {}))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise ProviderSettingsError(f"{path}: {faults}") from error


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
