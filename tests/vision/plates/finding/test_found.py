"""From finds to plates: doubt upon doubt is dropped, sure finds stay even where they cannot be read."""

import numpy as np
import pytest

from vision.detections import Detections
from vision.plates.found import plate_bearers, read_crop, read_plates
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
    straight, whole = reading(certainty=0.8), reading(certainty=0.95)
    assert read_crop(crop, finder, Reader(straight, whole)).score is None
    assert read_crop(crop, finder, Reader(whole, straight)).score is not None
    assert read_crop(crop, finder, Reader(reading(Doubt.UNSURE, 0.97), straight)).reading is straight


def test_a_crop_without_a_find_is_read_as_it_is(finder, black_with):
    reader = Reader(reading())
    found = read_crop(black_with((60, 40)), finder, reader)
    assert found.score is None
    assert found.quad_px.tolist() == [[0, 0], [60, 0], [60, 40], [0, 40]]
    assert reader.shown[0].shape == (40, 60, 3)
