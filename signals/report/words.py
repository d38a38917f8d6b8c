"""The words of the report page and its numbers: Vietnamese first, English equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml

from signals.report.clock import VIETNAM
from signals.report.errors import ReportError
from signals.report.number import Number, digits_for, rounded_up


class Language(StrEnum):
    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences by dotted key, and the way numbers and times are written in that language."""

    language: Language
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Raises ReportError for a key nobody wrote."""
        if key not in self.sentences:
            raise ReportError(key, f"texts/{self.language}.yaml: wanted the key {key}, found none")
        return self.sentences[key].format_map(values) if values else self.sentences[key]

    def term(self, group: str, code: str) -> str:
        """The word for a code that came from outside; the code itself where nobody has named it yet."""
        return self.sentences.get(f"{group}.{code}", code)

    def number(self, value: float, digits: int = 0) -> str:
        """Vietnamese groups with points and has a decimal comma, English the reverse."""
        text = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
        return text.translate(str.maketrans(",.", ".,")) if self.language is Language.VI else text

    def measured(self, number: Number) -> str:
        """`12,4 ± 0,8`; a dash where the value is not known."""
        if number.value is None:
            return "–"
        digits = digits_for(number.error, number.value)
        text = self.number(number.value, digits)
        return text if number.error is None else f"{text} ± {self.number(rounded_up(number.error, digits), digits)}"

    def share(self, value: float | None) -> str:
        return (
            "–" if value is None else f"{self.number(100 * value, 0 if value in {0.0, 1.0} else 1)}\N{NO-BREAK SPACE}%"
        )

    def clock(self, moment: datetime, day: date) -> str:
        """The time alone on the day the reader knows, else with its date."""
        local = moment.astimezone(VIETNAM)
        return f"{local:%H:%M:%S}" if local.date() == day else f"{local:%d/%m %H:%M:%S}"

    def moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


@cache
def words(language: Language) -> Words:
    file = resources.files("signals.report") / "texts" / f"{language}.yaml"
    return Words(language, dict(_flat(yaml.safe_load(file.read_text(encoding="utf-8")), "")))


def _flat(node: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in node.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", str(value))]
    return found
