from collections import Counter

import numpy as np
import pytest

from models.datasets.plates import fonts
from models.datasets.plates.capture import capture, recapture
from models.datasets.plates.choose import SHARES, random_plate
from models.datasets.plates.draw import BLANKS_MM, PX_PER_MM, draw_plate
from models.datasets.plates.glyphs import SHAPES, Hand, draw_glyph
from models.datasets.plates.plate import Ink, Layout, PlateText
from models.datasets.plates.wear import cloud, wear
from vision.plates.grammar import load_grammar
from vision.plates.text import ALPHABET, Ground


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(5)
    return [random_plate(rng) for _ in range(2500)]


def test_every_invented_plate_is_a_vietnamese_one(many):
    grammar = load_grammar()
    for plate in many:
        assert grammar.fitting(plate.text, plate.lines, plate.colour), plate


def test_every_layout_ground_and_format_is_invented(many):
    assert {plate.layout for plate in many} == set(Layout)
    assert {plate.colour for plate in many} == set(Ground)
    assert {plate.ink for plate in many} == set(Ink)
    assert set(SHARES) == {form.name for form in load_grammar().formats}
    assert set("".join(plate.text for plate in many)) == set(ALPHABET)


def test_only_the_long_blank_bears_one_line(many):
    assert {(plate.layout is Layout.CAR_LONG, plate.lines) for plate in many} == {(True, 1), (False, 2)}


def test_no_digit_of_the_number_is_likelier_than_another(many):
    last = Counter(plate.text[-1] for plate in many)
    assert set(last) == set("0123456789")
    assert max(last.values()) < 1.5 * min(last.values())


def test_the_same_seed_draws_the_same_plate():
    first, second = (np.random.default_rng(9) for _ in range(2))
    plates = random_plate(first), random_plate(second)
    assert plates[0] == plates[1]
    assert np.array_equal(draw_plate(plates[0], first), draw_plate(plates[1], second))


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("ground", list(Ground))
def test_a_drawn_plate_has_its_true_size_and_ground(layout, ground):
    rows = ("30A-123.45",) if layout is Layout.CAR_LONG else ("30-A1", "123.45")
    ink = Ink.BLACK if ground in (Ground.WHITE, Ground.YELLOW) else Ink.WHITE
    picture = draw_plate(PlateText(layout, rows, ground, ink), np.random.default_rng(1))
    width_mm, height_mm = BLANKS_MM[layout]
    assert picture.shape == (round(height_mm * PX_PER_MM), round(width_mm * PX_PER_MM), 3)
    assert picture.dtype == np.uint8
    blue, green, red = np.median(picture.reshape(-1, 3), axis=0)
    looks = {
        Ground.WHITE: min(blue, green, red) > 180,
        Ground.YELLOW: min(green, red) > 140 and blue < 90,
        Ground.BLUE: blue > 110 and red < 90,
        Ground.RED: red > 130 and max(blue, green) < 90,
    }
    assert looks[ground]


def test_plates_are_drawn_without_any_font_file(monkeypatch):
    monkeypatch.setattr("models.datasets.plates.draw.installed_fonts", lambda: ())
    rng = np.random.default_rng(2)
    for _ in range(30):
        assert draw_plate(random_plate(rng), rng).std() > 10


def test_letters_of_an_installed_font_fill_their_box():
    if not fonts.installed_fonts():
        pytest.skip("no font file that OpenCV can draw is installed")
    mask = np.zeros((80, 60), np.uint8)
    fonts.draw_letter(mask, "8", (10, 10, 50, 70), fonts.installed_fonts()[0])
    assert mask[10:70, 10:50].mean() > 60
    assert not mask[:9].any()
    assert not mask[:, 51:].any()


@pytest.mark.parametrize("rows", [(), ("",), ("30A-123.4I",), ("30Ạ-123.45",)])
def test_a_text_that_no_plate_bears_is_refused(rows):
    with pytest.raises(ValueError, match="wanted characters of a plate"):
        draw_plate(PlateText(Layout.CAR_LONG, rows, Ground.WHITE, Ink.BLACK), np.random.default_rng(0))


def glyph(character: str, variant: int = 0) -> np.ndarray:
    """Drawn with room around it, which must stay empty, and cut out."""
    mask = np.zeros((83, 58), np.uint8)
    draw_glyph(mask, character, (10, 10, 48, 73), Hand(7.0, 1.0, False, 0.0), variant)
    cut = mask[10:73, 10:48].copy()
    mask[8:75, 8:50] = 0  # soft edges
    assert not mask.any()
    return cut


def test_every_character_has_a_shape_unlike_the_others():
    assert set(SHAPES) == set(ALPHABET)
    drawn = {character: glyph(character).astype(int) for character in ALPHABET}
    for one in ALPHABET:
        assert 0.08 < drawn[one].mean() / 255 < 0.65
        for other in ALPHABET:
            if one < other:
                assert np.abs(drawn[one] - drawn[other]).mean() > 4, f"{one} and {other}"


def test_wear_keeps_size_and_original():
    plate = draw_plate(random_plate(np.random.default_rng(3)), np.random.default_rng(3))
    before = plate.copy()
    for seed in range(25):
        worn = wear(plate, np.random.default_rng(seed))
        assert worn.shape == plate.shape
        assert worn.dtype == np.uint8
    assert np.array_equal(plate, before)


def test_clouds_stay_between_nothing_and_all():
    made = cloud(30, 90, 4, np.random.default_rng(0))
    assert made.shape == (30, 90)
    assert made.min() >= 0
    assert made.max() <= 1


def test_a_capture_is_a_small_picture_of_any_size_never_larger_than_the_plate_with_its_margins():
    sizes = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        plate = draw_plate(random_plate(rng), rng)
        for crop in (capture(plate, rng), recapture(plate, rng)):
            assert crop.dtype == np.uint8
            assert crop.ndim == 3
            assert crop.shape[2] == 3
            assert 4 <= crop.shape[0] <= 2 * plate.shape[0]
            sizes.add(crop.shape)
    assert len(sizes) > 40
