import re
from pathlib import Path
from typing import get_args

import pytest

import centre.pages
import violations.web
from violations.cases.moves import Step
from violations.cases.refusals import Why
from violations.cases.states import CaseState, Verdict
from violations.cases.verdicts import SecondPerson
from violations.law.catalogue import Certainty, shipped_catalogue
from violations.registry.suspicion import Suspicion
from violations.rules.accusation import Doubt
from violations.web.errors import TextsError
from violations.web.frame import ROOMS
from violations.web.preferences import Theme
from violations.web.texts import Language, load_texts
from vision.events.lamps import Lamp
from vision.vehicles import KIND_NAMES

ROOT_FOLDERS = [Path(package.__path__[0]) for package in (violations.web, centre.pages)]
KEY = re.compile(r"""\bt\(\s*f?["']([a-z_.]+)["']\s*[,)]""")
COUNTED = re.compile(r"""\bt\.count\(\s*["']([a-z_.]+)["']""")
EITHER = re.compile(r"""\bt\(\s*["']([a-z_.]+)["'] if .+? else ["']([a-z_.]+)["']\s*[,)]""")


@pytest.fixture(scope="module")
def texts():
    return load_texts([folder / "texts" for folder in ROOT_FOLDERS])


def used_keys() -> set[str]:
    keys: set[str] = set()
    for folder in ROOT_FOLDERS:
        for file in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
            source = file.read_text(encoding="utf-8")
            keys |= set(KEY.findall(source)) | set(COUNTED.findall(source))
            keys |= {f"{key}_one" for key in COUNTED.findall(source)}
            keys |= {key for pair in EITHER.findall(source) for key in pair}
    return keys


def test_both_languages_have_the_same_keys(texts):
    assert texts[Language.VI].sentences.keys() == texts[Language.EN].sentences.keys()


def test_both_languages_fill_in_the_same_values(texts):
    def holes(sentence: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", sentence))

    for key, sentence in texts[Language.VI].sentences.items():
        if not key.endswith("_one"):
            assert holes(sentence) == holes(texts[Language.EN].sentences[key]), key


@pytest.mark.parametrize("language", Language)
def test_every_key_a_page_uses_has_a_sentence(texts, language):
    used = used_keys()
    assert len(used) > 100, "the search for used keys found too few to be trusted"
    assert used - texts[language].sentences.keys() == set()


@pytest.mark.parametrize("language", Language)
def test_every_closed_choice_has_a_word(texts, language):
    choices = {
        "state": [*CaseState],
        "lamp": [*Lamp],
        "vehicle": KIND_NAMES,
        "room": [room.key for room in ROOMS],
        "theme": [*Theme],
        "language": [*Language],
        "decide": [*Verdict],
        "origin": ["controller", "image", "file"],
        "shows": ["still_before", "still_at", "still_after", "overlay", "clip", "manifest", "seal"],
        "doubt": [*Doubt, *Suspicion],
        "step": [*Step],
        "refusal": [*Why],
        "second": [*SecondPerson],
        "citizen_state": [*CaseState],
        "offence": {row.offence for row in shipped_catalogue().rows},
        "certainty": get_args(Certainty),
        "problem": [
            "missing_verdict",
            "missing_reviewer",
            "missing_reason",
            "missing_note",
            "unknown_reason",
            "note_too_long",
        ],
        "forged": ["origin", "token"],
    }
    missing = {f"{group}.{code}" for group, codes in choices.items() for code in codes} - texts[
        language
    ].sentences.keys()
    assert missing == set()


def test_a_missing_key_is_a_fault_and_an_unknown_code_is_shown_as_it_came(texts):
    vietnamese = texts[Language.VI]
    with pytest.raises(TextsError, match="nowhere"):
        vietnamese("nowhere.at_all")
    assert vietnamese.term("offence", "new_offence") == "new_offence"
    assert vietnamese.count("age.days", 1) == "1 ngày trước"


def test_a_key_in_two_folders_is_refused(tmp_path):
    for language in Language:
        (tmp_path / f"{language}.yaml").write_text("product: x\n", encoding="utf-8")
    with pytest.raises(TextsError, match="product"):
        load_texts([ROOT_FOLDERS[0] / "texts", tmp_path])
