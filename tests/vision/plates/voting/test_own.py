"""Whose plate it is: a neighbour's is never taken for the accused's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.plates.own import stray
from vision.plates.voted import Stray
from vision.vehicles import VehicleKind

BOX = (100, 100, 200, 300)


def quad(x, y, wide=30, high=22):
    return np.array([(x - wide / 2, y - high / 2), (x + wide / 2, y - high / 2),
                     (x + wide / 2, y + high / 2), (x - wide / 2, y + high / 2)], np.float32)  # fmt: skip


def test_a_plate_in_its_place_is_the_vehicles_own(shot_of):
    assert stray(quad(150, 230), shot_of(BOX)) is None


@pytest.mark.parametrize(
    ("plate", "why"),
    [
        (quad(205, 230), Stray.OUTSIDE),
        (quad(150, 320), Stray.OUTSIDE),
        (quad(150, 130), Stray.ODD_PLACE),
        (quad(116, 230), Stray.ODD_PLACE),
        (quad(150, 230, wide=80), Stray.ODD_SIZE),
        (quad(150, 230, wide=5, high=4), Stray.ODD_SIZE),
    ],
)
def test_a_plate_where_no_such_vehicle_bears_one_is_not_its_own(shot_of, plate, why):
    assert stray(plate, shot_of(BOX)) is why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ((140, 150, 240, 340), Stray.NEARER_VEHICLE),
        ((140, 150, 240, 297), Stray.NEARER_VEHICLE),
        ((155, 150, 255, 340), Stray.NEARER_VEHICLE),
        ((210, 150, 310, 340), None),
        ((60, 20, 160, 250), None),
        ((110, 80, 190, 285), None),
    ],
    ids=["in front", "at the same depth", "partly in front", "in front but beside", "behind", "behind, around it"],
)
def test_a_plate_in_the_box_of_a_nearer_vehicle_is_not_taken(shot_of, other, why):
    assert stray(quad(150, 230), shot_of(BOX, [other])) is why


def test_a_plate_that_sits_better_in_a_farther_vehicle_is_not_taken(shot_of):
    # At the edge of a motorbike's box, in the middle of a car's behind it.
    plate = quad(178, 235, wide=34, high=17)
    car = (90, 130, 266, 280)
    assert stray(plate, shot_of(BOX, [car], kinds=[VehicleKind.CAR])) is Stray.NEARER_VEHICLE
    assert stray(plate, shot_of(BOX)) is None


@pytest.mark.parametrize("kind", [VehicleKind.PEDESTRIAN, VehicleKind.BICYCLE])
def test_kinds_without_plates_own_none(shot_of, kind):
    assert stray(quad(150, 230), shot_of(BOX, kind=kind)) is not None


@given(
    x=st.floats(0, 400), y=st.floats(0, 400), box=st.tuples(st.floats(0, 300), st.floats(0, 300)),
    side=st.tuples(st.floats(20, 200), st.floats(20, 300)),
)  # fmt: skip
def test_one_more_vehicle_near_never_makes_a_plate_ones_own(shot_of, x, y, box, side):
    other = (*box, box[0] + side[0], box[1] + side[1])
    if stray(quad(x, y), shot_of(BOX)) is not None:
        assert stray(quad(x, y), shot_of(BOX, [other])) is not None
