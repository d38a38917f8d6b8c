"""Which registry an office asks: the table beside the cases, or a service it names in a file of its own."""

from pathlib import Path
from typing import Annotated, Literal

import httpx
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import Engine

from violations.registry.errors import RegistryError
from violations.registry.http import HttpRegistry, Patience
from violations.registry.port import Registry
from violations.registry.table import TableRegistry
from vision.geometry.wording import word

SAFE_ADDRESS = r"^(https://|http://(localhost|127\.0\.0\.1)[:/])"
Seconds = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]


class Service(BaseModel):
    """address: HTTPS, or plain HTTP on this machine. token_file: holds the bearer token alone; None for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    address: Annotated[str, StringConstraints(pattern=SAFE_ADDRESS, max_length=300)]
    token_file: Path | None = None
    timeout_s: Seconds = 3.0
    tries: Annotated[int, Field(ge=1, le=5)] = 3


def open_registry(engine: Engine, file: Path) -> Registry:
    """The service that `file` names; the table where there is no such file. Raises RegistryError for a wrong one."""
    if not file.exists():
        return TableRegistry(engine)
    try:
        service = Service.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        token = service.token_file.read_text(encoding="utf-8").strip() if service.token_file else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegistryError(f"{file}: wanted a readable YAML file, and its token_file, found: {error}") from error
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {word(Service, one)}" for one in error.errors() if one["loc"]
        )
        raise RegistryError(f"{file}: {said or 'wanted keys and values'}") from error
    headers = {"authorization": f"Bearer {token}"} if token else {}
    # Lives as long as the centre: one pool of connections for all reviewers.
    client = httpx.Client(headers=headers)
    return HttpRegistry(client, service.address, Patience(timeout_s=service.timeout_s, tries=service.tries))
