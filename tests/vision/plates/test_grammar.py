import pytest

from vision.plates.grammar import Certainty, load_grammar, parse_grammar
from vision.plates.text import ALPHABET, Ground, canonical

FORMATS = """
provinces: {first: 11, last: 12, not_in_use: []}
series_letters: {letters: A}
second_letters: {letters: A}
state_letters: {letters: A}
formats: [{name: car, source: here, certainty: law, pattern: "pl|ddddd", lines: [1], grounds: [white]}]
"""


@pytest.fixture(scope="module")
def grammar():
    return load_grammar()


@pytest.mark.parametrize(
    ("text", "lines", "name"),
    [
        ("30A12345", 1, "car"),
        ("30A12345", 2, "car"),
        ("51F1234", 1, "car_old"),
        ("59G196577", 2, "motorbike"),
        ("59G19657", 2, "motorbike_old"),
        ("29AB12345", 2, "motorbike_new"),
        ("80A01234", 1, "car_state"),
        ("50LD00454", 1, "car_special"),
        ("60LD4379", 1, "car_special_rare"),
        ("29MD112345", 2, "electric_motorbike"),
        ("TM1234", 2, "military"),
        ("80NG12345", 1, "foreign_series_first"),
    ],
)
def test_a_number_fits_its_format(grammar, text, lines, name):
    assert name in [form.name for form in grammar.fitting(text, lines)]
    assert grammar.knows(text, lines)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("13A12345", "province 13 is not in use"),
        ("30A123", "too few digits"),
        ("30A123456", "digit 1 to 9 missing before five digits of a two-line plate"),
        ("30I12345", "I is no series letter"),
        ("5OA12345", "a letter stands for a digit"),
        ("HONDA", "no number at all"),
        ("0123456789ABCDEF", "too long"),
    ],
)
def test_what_is_no_number_fits_nothing_on_one_line(grammar, text, why):
    assert grammar.fitting(text, 1) == (), why


def test_eight_characters_are_told_apart_by_the_number_of_rows(grammar):
    assert "motorbike_old" not in {form.name for form in grammar.fitting("59G19657", 1)}
    assert "motorbike_old" in {form.name for form in grammar.fitting("59G19657", 2)}


def test_the_ground_narrows_the_formats(grammar):
    assert [form.name for form in grammar.fitting("80A01234", 1, Ground.BLUE)] == ["car_state"]
    assert "car_state" not in [form.name for form in grammar.fitting("80A01234", 1, Ground.WHITE)]


def test_every_format_says_where_it_comes_from_and_how_sure_it_is(grammar):
    for form in grammar.formats:
        assert form.source
        assert form.certainty in Certainty
        assert form.lines <= {1, 2}
        assert form.grounds
        places = [text for row in form.rows for place in row for text in place]
        assert set("".join(places)) <= set(ALPHABET)


def test_a_pattern_with_an_unknown_place_is_refused_by_name():
    text = FORMATS.replace("pl|", "p?|")
    with pytest.raises(ValueError, match=r"p\?: wanted one of .* found '\?'"):
        parse_grammar(text)


@pytest.mark.parametrize(
    ("shown", "text"),
    [("59-G1 965.77", "59G196577"), ("29-MĐ1 123.45", "29MD112345"), ("30a-123.45", "30A12345"), ("…", "")],
)
def test_what_is_shown_is_compared_without_its_marks(shown, text):
    assert canonical(shown) == text
