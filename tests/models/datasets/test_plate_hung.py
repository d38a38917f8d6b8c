"""Plates hung, found again and straightened: what the reader is taught is what it will get."""

import numpy as np
import pytest

from models.datasets.plate_hung import HungPlate, found, hang, looks, shows_all
from models.datasets.plate_scenes import Photo, Plates
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Ink, Layout, PlateText
from models.registry.advice import card_path
from models.registry.shipped import shipped
from vision.detect.card_file import load_card
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.text import Ground

ASIDE = np.array([14, 0], np.float32)
SQUARE = np.array([[20, 30], [120, 30], [120, 80], [20, 80]], np.float32)


@pytest.fixture(scope="module")
def plate():
    text = PlateText(Layout.MOTORBIKE, ("59-G1", "965.77"), Ground.WHITE, Ink.BLACK)
    return draw_plate(text, np.random.default_rng(5))


@pytest.fixture(scope="module")
def finder():
    file = shipped("plate-finder")
    return PlateFinder.open(file, load_card(card_path(file), FinderCard))


def photo(side_px: int = 700) -> Photo:
    boxes = np.array([[0.2 * side_px, 0.2 * side_px, 0.8 * side_px, 0.8 * side_px]], np.float32)
    return Photo(np.full((side_px, side_px, 3), 70, np.uint8), boxes, Plates(), np.zeros((0, 4), np.float32))


def hung(plate, count: int = 12) -> list[HungPlate]:
    rng = np.random.default_rng(2)
    made = [hang(photo(), plate, rng) for _ in range(count)]
    return [one for one in made if one is not None]


def test_a_hung_plate_lies_in_its_piece_of_the_photograph_and_nothing_else_changes(plate):
    ground = photo()
    before = ground.image.copy()
    several = [hang(ground, plate, np.random.default_rng(seed)) for seed in range(8)]
    assert (ground.image == before).all()
    for one in filter(None, several):
        height, width = one.image.shape[:2]
        assert (one.quad_px >= 0).all()
        assert (one.quad_px <= (width, height)).all()
    assert sum(one is not None for one in several) >= 4


def test_the_finder_sees_most_of_them_about_where_they_are(plate, finder):
    rng = np.random.default_rng(3)
    seen = [(one, quad) for one in hung(plate) if (quad := found(one, finder, rng)) is not None]
    assert len(seen) >= 6
    away = [np.abs(quad.mean(axis=0) - one.quad_px.mean(axis=0)).max() / np.ptp(one.quad_px) for one, quad in seen]
    assert np.median(away) < 0.1


def test_each_margin_gives_a_look(plate):
    one = hung(plate)[0]
    assert len(looks(one, one.quad_px, (0.0, 0.1))) == 2


@pytest.mark.parametrize(
    ("quad", "margin", "whole"),
    [
        (SQUARE, 0.0, True),
        (SQUARE + 2, 0.0, True),
        (SQUARE + ASIDE, 0.0, False),
        (SQUARE + ASIDE, 0.15, True),
        (SQUARE * 1.5, 0.0, False),
        (SQUARE, -0.12, False),
    ],
)
def test_what_the_corners_cut_off_is_noticed(quad, margin, whole):
    one = HungPlate(np.zeros((120, 160, 3), np.uint8), SQUARE)
    assert shows_all(one, quad.astype(np.float32), margin) is whole
