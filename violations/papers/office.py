"""What an office says of itself on its papers, as data of its own."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from violations.papers.errors import OfficeError
from vision.geometry.wording import word

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Office(BaseModel):
    """check_page: the authority's own address for checking a notice, without the code and a slash at its end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    detecting_unit: Words
    resolving_unit: Words
    address: Words
    phone: Words
    check_page: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$", max_length=200)]
    place_of_issue: Words

    def check_address(self, code: str) -> str:
        return f"{self.check_page}/{code}"


@cache
def shipped_office() -> Office:
    """The example beside this file."""
    with resources.as_file(resources.files("violations.papers") / "office.yaml") as path:
        return load_office(path)


def load_office(path: Path) -> Office:
    """Raises OfficeError that names the file, the key, the wanted and the found."""
    try:
        return Office.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OfficeError(f"{path}: wanted a readable YAML file, found: {error}") from error
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {word(Office, one)}" for one in error.errors() if one["loc"]
        )
        raise OfficeError(f"{path}: {said or 'wanted keys and values'}") from error
