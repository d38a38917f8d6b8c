"""Every quantity that a rule can measure has a name in both languages, on the desk and on the summary that leaves."""

import ast
from importlib import resources
from pathlib import Path

import pytest
import yaml

import violations.rules
from violations.web.texts import TEXTS

RULES = sorted(Path(violations.rules.__path__[0]).glob("*.py"))


def constants(tree):
    """Names given to texts in a module: NAME = "text"."""
    given = [one for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    return {one.targets[0].id: one.value.value for one in given}


def measures_of(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    known = constants(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "Measure":
            [name] = [word.value for word in call.keywords if word.arg == "name"]
            yield name.value if isinstance(name, ast.Constant) else known[name.id]


MEASURES = {name: file.stem for file in RULES for name in measures_of(file)}


def test_the_walk_finds_the_measures_of_many_rules():
    assert len(MEASURES) > 20
    assert {"into_red", "over_limit", "slowest_speed"} <= MEASURES.keys()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_measure_of_every_rule_has_words_on_the_desk(language):
    words = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))["measure"]
    assert {name: rule for name, rule in MEASURES.items() if not words.get(name)} == {}


def test_every_measure_of_every_rule_has_words_on_the_summary():
    source = (resources.files("violations.evidence") / "summary_words.yaml").read_text(encoding="utf-8")
    words = yaml.safe_load(source)["measure"]
    assert {name: rule for name, rule in MEASURES.items() if name not in words} == {}
