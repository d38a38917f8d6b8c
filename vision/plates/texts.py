"""Why there is no plate, as a sentence. The files hold the same keys; pages that have texts of their own merge them."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from vision.plates.voted import Stray, WhyNoPlate

FOLDER = Path(__file__).parent / "texts"
Language = Literal["vi", "en"]


def sentence(why: WhyNoPlate | Stray, language: Language) -> str:
    """A full sentence in that language."""
    group = "why_no_plate" if isinstance(why, WhyNoPlate) else "stray"
    return _sentences(language)[group][why.value]


@cache
def _sentences(language: Language) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    return read
