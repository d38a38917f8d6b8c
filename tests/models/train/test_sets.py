from pathlib import Path

import numpy as np

from models.datasets.labels import LabelledImage
from models.train.sets import merge_riders
from vision.vehicles import VehicleKind


def test_a_rider_and_the_machine_become_one_box_and_a_bystander_stays():
    rider, bike, bystander = (42, 10, 58, 60), (40, 40, 60, 80), (200, 10, 215, 80)
    kinds = [VehicleKind.PEDESTRIAN, VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]
    image = LabelledImage(Path("x"), np.array([rider, bike, bystander], np.float32), np.array(kinds, np.int8))
    merged = merge_riders(image)
    assert merged.xyxy_px.tolist() == [[40, 10, 60, 80], list(bystander)]
    assert merged.kind.tolist() == [VehicleKind.MOTORBIKE, VehicleKind.PEDESTRIAN]
