"""Whatever the engine can say of a case has words in both languages on the summary that leaves with it."""

from importlib import resources

import pytest
import yaml

from violations.evidence.gate import Lack
from violations.rules.accusation import Doubt
from violations.web.texts import TEXTS

WORDS = yaml.safe_load((resources.files("violations.evidence") / "summary_words.yaml").read_text(encoding="utf-8"))
DESK = yaml.safe_load((TEXTS / "en.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("doubt", [doubt.value for doubt in Doubt]),
        ("gate", [lack.value for lack in Lack]),
        *((group, list(DESK[group])) for group in ("offence", "measure", "vehicle", "lamp")),
    ],
)
def test_every_code_has_words(group, codes):
    assert [code for code in codes if code not in WORDS[group]] == []
    for vietnamese, english in WORDS[group].values():
        assert vietnamese and english
