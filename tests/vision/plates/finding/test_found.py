"""From finds to plates: doubt upon doubt is dropped, sure finds stay even where they cannot be read."""

from dataclasses import replace

import numpy as np
import pytest

from vision.detections import Detections
from vision.plates.found import agreed, plate_bearers, read_crop, read_plates
from vision.plates.reader import Doubt, PlateReading
from vision.plates.search import SearchSettings
from vision.plates.text import Ground
from vision.vehicles import VehicleKind

SETTINGS = SearchSettings(most_levels=2, closer=64 / 24)
PLATE = (210, 150, 306, 214)


def reading(doubt: Doubt | None = None, certainty: float = 0.99) -> PlateReading:
    return PlateReading("59G196577", (0.99,) * 9, certainty, 2, Ground.WHITE, 0.99, doubt)


class Reader:
    """Says what it is told to say and keeps what it was shown."""

    def __init__(self, *answers: PlateReading) -> None:
        self.answers, self.shown = list(answers), []

    def read(self, pictures):
        self.shown += pictures
        return [self.answers[index % len(self.answers)] for index in range(len(pictures))]


class ByShape(Reader):
    """One answer for pictures of a shape, another for all others."""

    def __init__(self, shape, same: PlateReading, other: PlateReading) -> None:
        super().__init__(same, other)
        self.shape = shape

    def read(self, pictures):
        return [self.answers[picture.shape != self.shape] for picture in pictures]


def test_a_sure_find_is_read_straightened(finder, black_with):
    reader = Reader(reading())
    found = read_plates(black_with((512, 384), PLATE), None, finder, reader, SETTINGS)
    assert [one.reading.text for one in found] == ["59G196577"]
    assert found[0].quad_px.shape == (4, 2)
    assert reader.shown[0].mean() > 200


@pytest.mark.parametrize(
    ("level", "doubt", "plates"),
    [(255, None, 1), (255, Doubt.UNSURE, 1), (130, None, 1), (130, Doubt.UNSURE, 0), (20, None, 0)],
    ids=["sure and read", "sure, abstained", "doubtful but read", "doubtful and unread", "nothing"],
)
def test_doubt_upon_doubt_is_no_plate(finder, black_with, level, doubt, plates):
    image = black_with((512, 384), PLATE, level=level)
    found = read_plates(image, None, finder, Reader(reading(doubt)), SETTINGS)
    assert len(found) == plates
    assert all(one.reading.abstained == (doubt is not None) for one in found)


def test_a_picture_without_plates_asks_nobody(finder, black_with):
    reader = Reader(reading())
    assert read_plates(black_with((512, 384)), Detections.empty(), finder, reader) == []
    assert reader.shown == []


def test_people_and_bicycles_bear_no_plates():
    kinds = list(VehicleKind)
    boxes = np.tile(np.array([[0, 0, 9, 9]], np.float32), (len(kinds), 1))
    seen = Detections(boxes, np.ones(len(kinds), np.float32), np.array(kinds, np.int8))
    assert len(plate_bearers(seen)) == len(kinds) - 2
    assert len(plate_bearers(None)) == 0


def test_of_two_ways_to_read_a_crop_the_surer_counts(finder, black_with):
    # In its border the crop is 78 px wide: at 64 px its white part is then just this finder's plate.
    crop = black_with((60, 24), (15, 2, 45, 22))
    fair, good, unsure = reading(certainty=0.8), reading(certainty=0.95), reading(Doubt.UNSURE, 0.97)
    for whole, straight, score_is_none in ((good, fair, True), (fair, good, False), (fair, unsure, True)):
        found = read_crop(crop, finder, ByShape(crop.shape, whole, straight))
        assert (found.score is None) is score_is_none


def test_looks_that_agree_are_given_by_the_surest_of_them():
    fair, good, other = reading(certainty=0.8), reading(certainty=0.95), replace(reading(certainty=0.99), text="59G1")
    assert agreed([fair, good, other]) is good
    assert agreed([good]) is good


def test_looks_that_differ_are_in_doubt():
    looks = [replace(reading(), text=text) for text in ("59G1", "59G2", "59G3")]
    assert agreed(looks).doubt is Doubt.UNSURE
    assert agreed(looks[:2]).doubt is Doubt.UNSURE


def test_an_abstained_majority_stays_abstained():
    unsure = reading(Doubt.ODD_FORMAT)
    assert agreed([unsure, unsure, replace(reading(), text="59G1")]).doubt is Doubt.ODD_FORMAT
    assert not agreed([unsure, reading(), reading(Doubt.UNSURE)]).abstained


def test_a_crop_without_a_find_is_read_as_it_is(finder, black_with):
    reader = Reader(reading())
    found = read_crop(black_with((60, 40)), finder, reader)
    assert found.score is None
    assert found.quad_px.tolist() == [[0, 0], [60, 0], [60, 40], [0, 40]]
    assert reader.shown[0].shape == (40, 60, 3)
