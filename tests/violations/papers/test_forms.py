"""The forms' data: every item there, gaps named, wording with its source."""

import json

import pytest

from violations.errors import LawError, LawFileError
from violations.papers.errors import OfficeError
from violations.papers.forms import form_01, form_03
from violations.papers.office import load_office, shipped_office
from violations.papers.short_code import ALPHABET, new_code, read_code
from violations.papers.wording import load_wording, shipped_wording


def test_form_01_holds_what_the_record_must_hold(facts):
    form = form_01(facts)
    assert (form["form"], form["certainty"], form["missing"]) == ("01/73", "U", ["operator_signature"])
    items = form["items"]
    assert items["law"] == ["16824.6.9.b"]
    assert items["measured"][0]["error"] == 0.14
    assert [file["name"] for file in items["pictures"]] == ["still_at.jpg", "clip.mp4"]
    assert (items["unit"], items["operator"], items["violator"]) == (
        "Phòng CSGT",
        "Trần Văn Đạt",
        "Nguyễn Thị Ánh Tuyết",
    )
    assert json.loads(json.dumps(form)) == form


def test_form_03_says_what_a_notice_must_say(facts):
    items = form_03(facts)["items"]
    for name in ("vehicle_type", "plate", "plate_colour", "time", "place", "offence", "detecting_unit", "phone"):
        assert items[name], name
    assert items["check_address"].endswith(items["short_code"])
    gaps = form_03(facts.model_copy(update={"ground": None, "code": None}))["missing"]
    assert gaps == ["plate_colour", "check_address", "short_code"]


@pytest.mark.parametrize("_n", range(50))
def test_a_code_is_read_however_it_is_typed_and_one_wrong_letter_is_noticed(_n):
    code = new_code()
    assert read_code(code) == read_code(code.lower().replace("-", " ")) == read_code(code.replace("-", "")) == code
    plain = code.replace("-", "")
    for place, letter in enumerate(plain):
        other = ALPHABET[(ALPHABET.index(letter) + 1 + _n % 27) % len(ALPHABET)]
        assert read_code(plain[:place] + other + plain[place + 1 :]) is None
    for place in range(len(plain) - 2):
        if plain[place] != plain[place + 1]:
            assert read_code(plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]) is None


@pytest.mark.parametrize("typed", ["", "K7QX", "O" * 10, "\x00" * 10, "２" * 9, "x" * 10_000])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None


def test_every_sentence_of_law_has_its_source_and_both_languages():
    for sentence in shipped_wording().sentences:
        assert sentence.source
        assert sentence.vi != sentence.en


def test_wrong_wording_and_a_wrong_office_are_refused_by_name(tmp_path):
    file = tmp_path / "data.yaml"
    file.write_text("format: 1\nsentences:\n  - {name: a, vi: x, en: y, source: z, certainty: Q, since: 2025-01-01}\n")
    with pytest.raises(LawFileError, match="'Q' is not allowed here"):
        load_wording(file)
    with pytest.raises(LawError, match="wanted one of"):
        shipped_wording().named("none")
    file.write_text("detecting_unit: x\nphon: 3\n")
    with pytest.raises(OfficeError, match="did you mean 'phone'"):
        load_office(file)
    file.write_text("[")
    with pytest.raises(OfficeError, match="readable YAML"):
        load_office(file)
    assert shipped_office().check_address("X").startswith("https://")
