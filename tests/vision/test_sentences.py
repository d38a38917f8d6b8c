"""A sentence is its English, and can still be said in Vietnamese."""

import ast
import copy
import pickle
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
import yaml

from vision.sentences import Sayer, in_language, texts_of

ROOT = Path(resources.files("vision")).parent
PACKAGES = {"signals": ("signals", "centre/junctions"), "vision.geometry": ("vision/geometry",)}
# What is told by a value alone, such as the name of a way or a state: it stands in no call as a text.
BY_VALUE = {
    "signals": {
        *("vehicle", "bus", "pedestrian", "outbound", "inbound", "dwell", "long_way", "short_way"),
        *("proposed", "running", "approved", "rejected"),
    },
    "vision.geometry": {
        f"input should be {bound} {{bound}}"
        for bound in ("greater than", "greater than or equal to", "less than", "less than or equal to")
    },
}


def said_in(package):
    """Every template that the code of a package says."""
    found = set()
    for folder in PACKAGES[package]:
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said"
                if named and isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
    return found | BY_VALUE[package]


def names_in(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("package", PACKAGES)
def test_whatever_is_said_has_its_vietnamese_and_no_vietnamese_is_left_over(package):
    assert said_in(package) == set(texts_of(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_both_languages_name_the_same_values(package):
    for english, vietnamese in texts_of(package).items():
        assert names_in(english) == names_in(vietnamese), english
    text = (resources.files(package) / "texts" / "vi.yaml").read_text("utf-8")
    keys = [key.value for key, _ in yaml.compose(text).value]
    assert len(keys) == len(set(keys))


def test_a_sentence_is_english_to_whoever_does_not_ask():
    said = Sayer("signals")
    sentence = said("Plan {name}: {sentence}", name="day", sentence=said("Movement {name} never gets green.", name="N"))
    assert sentence == "Plan day: Movement N never gets green."
    assert f"{sentence}" == str(sentence) == in_language(sentence, "en")
    assert in_language(sentence, "vi") == "Kế hoạch day: Luồng N không bao giờ có đèn xanh."


def test_numbers_are_written_the_vietnamese_way():
    sentence = Sayer("signals")(
        "Stage {stage} is green for {green_s:g} s; the least is {least_s:g} s.", stage="A.1", green_s=6.5, least_s=7.0
    )
    assert in_language(sentence, "vi") == "Pha A.1 xanh 6,5 giây; ít nhất phải là 7 giây."


def test_a_sentence_survives_being_copied_and_sent():
    sentence = Sayer("signals")("Movement {name} never gets green.", name="N")
    for other in (copy.copy(sentence), copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert in_language(other, "vi").startswith("Luồng N")


def test_what_nobody_translated_stays_as_it_is():
    assert in_language("a plain text", "vi") == "a plain text"
    assert in_language(Sayer("signals")("never said {x}", x=1.5), "vi") == "never said 1,5"
