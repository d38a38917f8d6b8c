"""The loss: a picture with one vehicle must weigh something beside a swarm."""

import numpy as np
import pytest
import torch

from models.train.criterion import even_criterion
from models.train.network import Recipe, build_network
from vision.vehicles import VehicleKind

SIDE = 128
SWARM = [(0.08 + 0.12 * column, 0.08 + 0.12 * row, 0.1, 0.1) for row in range(8) for column in range(8)]


@pytest.fixture(scope="module")
def network():
    return build_network(Recipe(width=0.0625, depth=0.34)).train()


def batch(*pictures):
    rng = np.random.default_rng(0)
    image = torch.from_numpy(rng.random((len(pictures), 3, SIDE, SIDE), np.float32))
    owner = torch.tensor([float(place) for place, boxes in enumerate(pictures) for _ in boxes])
    boxes = torch.tensor([box for boxes in pictures for box in boxes], dtype=torch.float32).reshape(-1, 4)
    kind = torch.full((len(boxes), 1), float(VehicleKind.TRUCK))
    return {"img": image, "bboxes": boxes, "cls": kind, "batch_idx": owner}


@pytest.mark.parametrize(("alone", "swarm", "ratio"), [(10, 1000, 10), (50, 50, 1), (0, 800, 10)])
def test_a_picture_weighs_as_the_root_of_its_targets(network, alone, swarm, ratio):
    targets = torch.tensor([float(alone), float(swarm)])[:, None, None]
    criterion = even_criterion(network)
    criterion._assign = lambda: (None, None, targets)
    criterion._weigh()
    lone, dense = criterion.class_weights[:, 0]
    assert (lone / dense).tolist() == pytest.approx([ratio] * len(lone))
    assert lone[VehicleKind.BUS] > lone[VehicleKind.CAR]


def test_a_picture_by_itself_is_weighed_as_ever(network):
    from ultralytics.utils.loss import v8DetectionLoss

    given = batch(SWARM)
    said = network(given["img"])
    ours, plain = network.criterion(said, given)[0], v8DetectionLoss(network)(said, given)[0]
    assert torch.allclose(ours[[0, 2]], plain[[0, 2]])  # where it is; what it is called weighs more
    assert ours[1] > plain[1]


def test_pictures_without_any_vehicle_have_a_finite_loss(network):
    given = batch([], [])
    assert torch.isfinite(network.criterion(network(given["img"]), given)[0]).all()
