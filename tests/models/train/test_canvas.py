import numpy as np
import pytest

from models.train.canvas import CanvasSettings, Picture, chances, compose
from vision.vehicles import VehicleKind


def square_picture() -> Picture:
    """White square on black: its box can be found again in any canvas made of it."""
    image = np.zeros((200, 300, 3), np.uint8)
    image[80:120, 130:170] = 255
    return Picture(image, np.array([[130, 80, 170, 120]], np.float32), np.array([VehicleKind.CAR], np.int8))


@pytest.mark.parametrize("seed", range(20))
def test_boxes_stay_on_what_they_enclose(seed):
    settings = CanvasSettings(width_px=320, height_px=192, grid_shares=(1.0,))
    canvas = compose([square_picture()], np.ones(1), settings, np.random.default_rng(seed))
    assert canvas.image.shape == (192, 320, 3)
    for x1, y1, x2, y2 in np.round(canvas.xyxy_px).astype(int):
        inside = canvas.image[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].astype(float).mean()
        around = canvas.image[max(y1 - 6, 0) : y1 - 3, x1:x2]
        assert inside > 100
        assert around.size == 0 or around.astype(float).mean() < inside / 2


def test_a_grid_shows_every_cell():
    settings = CanvasSettings(width_px=320, height_px=192, grid_shares=(0.0, 1.0))
    found = [
        len(compose([square_picture()], np.ones(1), settings, np.random.default_rng(seed)).kind) for seed in range(20)
    ]
    assert max(found) == 4


def test_boxes_never_leave_the_canvas():
    settings = CanvasSettings(width_px=320, height_px=192)
    for seed in range(50):
        boxes = compose([square_picture()], np.ones(1), settings, np.random.default_rng(seed)).xyxy_px
        assert (boxes >= 0).all()
        assert (boxes <= [320, 192, 320, 192]).all()
        assert ((boxes[:, 2:] - boxes[:, :2]) >= settings.least_side_px - 1e-3).all()


def with_kinds(*kinds):
    return Picture(np.zeros((8, 8, 3), np.uint8), np.zeros((len(kinds), 4), np.float32), np.array(kinds, np.int8))


def test_pictures_of_rare_kinds_are_picked_more_often():
    pool = [*[with_kinds(VehicleKind.CAR)] * 98, with_kinds(VehicleKind.CAR, VehicleKind.BUS), with_kinds()]
    chance = chances([pool])
    assert chance.sum() == pytest.approx(1)
    assert chance[98] / chance[0] == pytest.approx(6)
    assert chance[99] == chance[0]


def test_what_is_rare_is_asked_within_each_part_and_a_part_weighs_the_root_of_its_size():
    real = [*[with_kinds(VehicleKind.CAR)] * 9, with_kinds(VehicleKind.BUS)]
    drawn = [with_kinds(VehicleKind.BUS)] * 30
    chance = chances([real, drawn])
    assert chance.sum() == pytest.approx(1)
    assert chance[:10].sum() / chance[10:].sum() == pytest.approx(np.sqrt(10 / 30))
    assert chance[9] / chance[0] == pytest.approx(0.5 / 0.1)


def test_a_picture_without_a_chance_is_never_picked():
    pool = [with_kinds(VehicleKind.BUS), square_picture()]
    settings = CanvasSettings(width_px=320, height_px=192, grid_shares=(1.0,))
    for seed in range(20):
        assert VehicleKind.BUS not in compose(pool, np.array([0.0, 1.0]), settings, np.random.default_rng(seed)).kind
