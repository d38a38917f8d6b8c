"""The rates that ship: of the shipped detector and tracker on checked clips, and nothing of the clips themselves."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from vision.traffic.errors.model import ErrorModel, Rate

FILE = Path(__file__).with_name("shipped.json")


def as_text(model: ErrorModel) -> str:
    """The model as its file holds it."""
    return json.dumps({**asdict(model), "dispersion": round(model.dispersion, 3)}, indent=1) + "\n"


def from_text(text: str) -> ErrorModel:
    """ValueError where the text is no error model; it says what was wanted and found."""
    given = json.loads(text)
    try:
        return ErrorModel(
            missed=Rate(**given["missed"]),
            dropped=Rate(**given["dropped"]),
            false=Rate(**given["false"]),
            stuck_on=Rate(**given["stuck_on"]),
            mistaken=Rate(**given["mistaken"]),
            clips=int(given["clips"]),
            dispersion=float(given["dispersion"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"error model: wanted five rates, clips and dispersion, found {text[:200]!r}") from error


@cache
def shipped_error_model() -> ErrorModel:
    return from_text(FILE.read_text("utf-8"))
