"""Asks the centre which packages belong to open cases, before a device deletes any."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from edge.errors import UplinkError
from edge.transport import answers
from edge.transport.address import check_address, is_this_machine
from edge.transport.proof import proof_in

AT_ONCE = 500
TIMEOUT_S = 30.0


class OpenPackages(BaseModel):
    """As SHA-256 of manifests: of a case that has not come to its end, and of no case there. at: what the centre's own
    clock said when it answered; None where it did not say."""

    # An agent is updated later than its centre: words that a newer centre adds must not stop it.
    model_config = ConfigDict(frozen=True, extra="ignore")

    open: frozenset[str]
    unknown: frozenset[str]
    at: AwareDatetime | None = None


def ask_centre(address: str, folder: Path, manifests: Iterable[str], *, allow_insecure: bool) -> OpenPackages:
    """folder: the agent's, with its token. Raises UplinkError where the centre does not say: then nobody knows."""
    url = check_address(address, allow_insecure=allow_insecure)
    wanted = sorted(manifests)
    found = OpenPackages(open=frozenset(), unknown=frozenset())
    with httpx.Client(
        base_url=url, auth=proof_in(folder), timeout=TIMEOUT_S, trust_env=not is_this_machine(url.host)
    ) as client:
        for start in range(0, len(wanted), AT_ONCE):
            part = _ask(client, wanted[start : start + AT_ONCE])
            found = OpenPackages(open=found.open | part.open, unknown=found.unknown | part.unknown, at=part.at)
    return found


def _ask(client: httpx.Client, manifests: list[str]) -> OpenPackages:
    try:
        response = client.post("/api/packages/open", json={"packages": manifests})
    except httpx.HTTPError as error:
        raise UplinkError(f"--centre: {answers.describe(error)}; nothing was deleted") from error
    if response.status_code != answers.OK:
        raise UplinkError(f"--centre: {answers.reason_of(response)}; nothing was deleted")
    try:
        found = OpenPackages.model_validate_json(response.content)
        return found.model_copy(update={"at": _said_time(response.headers.get("date", ""))})
    except ValidationError as error:
        raise UplinkError(
            "--centre: wanted which packages are open, found another answer; nothing was deleted"
        ) from error


def _said_time(date: str) -> datetime | None:
    """Of an HTTP Date header (RFC 9110, 6.6.1); None where it is none."""
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
