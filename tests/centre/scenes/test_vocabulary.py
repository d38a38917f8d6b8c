import re
from pathlib import Path

import pytest

import centre.pages
import violations.web
from centre.scenes.vocabulary import vocabulary
from violations.web.texts import Language, load_texts

FOLDERS = [Path(package.__path__[0]) for package in (violations.web, centre.pages)]
KEY = re.compile(r"""["'](scene\.[a-z_.-]+[a-z_])["']""")


@pytest.fixture(scope="module")
def texts():
    return load_texts([folder / "texts" for folder in FOLDERS])


@pytest.mark.parametrize("language", Language)
def test_every_word_the_scripts_use_is_there(texts, language):
    used = {key for file in (FOLDERS[1] / "static").glob("*.js") for key in KEY.findall(file.read_text("utf-8"))}
    assert len(used) > 60
    groups = ("scene.choice", "scene.day")
    assert used - texts[language].sentences.keys() - set(groups) == set()


@pytest.mark.parametrize("language", Language)
def test_everything_that_can_be_chosen_has_a_word(texts, language):
    known, words = vocabulary(), texts[language]
    fields = [one for group in (*known["fields"].values(), *known["rules"].values()) for one in group]
    fields += known["scene"] + known["limits"]["red_light"]
    missing = {f"scene.field.{one['name']}" for one in fields}
    missing |= {f"scene.choice.{option}" for one in fields for option in one.get("options", ())}
    missing |= {f"scene.field.{field}" for places in known["places"].values() for field in places}
    missing |= {f"scene.{group}.{kind}" for group in ("kind", "kinds") for kind in (*known["fields"], "rules")}
    missing |= {f"scene.day.{day}" for day in known["days"]} | {f"vehicle.{kind}" for kind in known["vehicles"]}
    missing |= {f"offence.{offence}" for offence in known["rules"]}
    assert missing - words.sentences.keys() == set()


def test_a_field_takes_what_its_model_takes():
    rules = vocabulary()["rules"]
    speeding = {one["name"]: one for one in rules["speeding"]}
    assert speeding["limit_kmh"] == {"name": "limit_kmh", "required": True, "input": "number"}
    assert speeding["line"] == {
        "name": "line",
        "required": True,
        "input": "ref",
        "of": ["stop_lines", "counting_lines"],
    }
    solid = {one["name"]: one for one in rules["solid_line"]}
    assert solid["toward"]["options"] == ["left", "right", "both"]
    assert {"kinds", "hours"} <= speeding.keys()
