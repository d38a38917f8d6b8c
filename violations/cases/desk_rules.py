"""How an office runs its desk, as data: locks, second people, blind looks, windows for joining."""

from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from violations.cases.errors import DeskRulesError
from vision.geometry.wording import word

SECRET_MIN = 16
ROUTINE_DOUBTS = frozenset(
    {
        "officer_unseen",
        "priority_unseen",
        "lamp_from_file",
        "lamp_from_image",
        "permit_unseen",
        "access_unseen",
        "breakdown_unseen",
        "emergency_unseen",
        "child_under_six",
        "kind_by_picture",
        "limit_in_force",
        "way_round",
        "turn_wait",
        "plate_hidden_by_chance",
    }
)
"""Reasons not to fine that every case of its kind carries, whatever the camera saw: no single case can answer them."""
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class DeskRules(BaseModel):
    """blind_share of the cases go to a second person who does not see the first verdict; which is kept by the secret.

    two_people_above_vnd: None for no amount. routine_doubts: overruling these alone takes one person.
    camera_error_limit: the share of wrong findings above which the desk proposes to stop a camera.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    lock_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 600
    undo_s: Seconds = 10
    two_people_above_vnd: Annotated[int, Field(ge=0)] | None = 22_500_000
    routine_doubts: frozenset[str] = ROUTINE_DOUBTS
    blind_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    blind_secret: str = Field(default="", repr=False)
    camera_error_limit: Annotated[float, Field(ge=0, le=1)] = 0.1
    join_window_s: Seconds = 600
    duplicate_window_s: Seconds = 15

    @property
    def lock(self) -> timedelta:
        return timedelta(seconds=self.lock_s)

    @property
    def undo(self) -> timedelta:
        return timedelta(seconds=self.undo_s)

    @model_validator(mode="after")
    def _secret_where_needed(self) -> Self:
        if self.blind_share and len(self.blind_secret) < SECRET_MIN:
            found = len(self.blind_secret)
            raise ValueError(f"blind_secret: wanted at least {SECRET_MIN} characters with a blind_share, found {found}")
        return self


@cache
def shipped_desk_rules() -> DeskRules:
    """The ones beside this file, read once."""
    with resources.as_file(resources.files("violations.cases") / "rules.yaml") as path:
        return load_desk_rules(path)


def load_desk_rules(path: Path) -> DeskRules:
    """Raises DeskRulesError that names the file, the key, the wanted and the found."""
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DeskRulesError(f"{path}: wanted a readable YAML file, found: {error}") from error
    if not isinstance(read, dict):
        raise DeskRulesError(f"{path}: wanted keys and values such as 'lock_s: 600', found {type(read).__name__}")
    try:
        return DeskRules.model_validate(read)
    except ValidationError as error:
        raise DeskRulesError(f"{path}: {_worded(error)}") from error


def _worded(error: ValidationError) -> str:
    faults = (
        (
            ".".join(map(str, one["loc"])),
            word(DeskRules, one) if one["loc"] else one["msg"].removeprefix("Value error, "),
        )
        for one in error.errors()
    )
    return "; ".join(f"{place}: {text}" if place else text for place, text in faults)
