"""`ngatu models pull` with the real ultralytics.

Its weights cannot be fetched where there is no internet, so an untrained YOLO11n, made by ultralytics itself, lies
where it looks before it downloads; all that follows is real.
"""

import numpy as np
import pytest
import torch

from models.registry import pulling
from models.registry.resolve import resolve_model
from models.train.toolkit import prepare
from vision.detect.card import Head
from vision.detect.detector import Detector
from vision.detect.meanings import COCO_NAMES
from vision.detect.model_file import read_model_file

SIZE_PX = (160, 96)


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    def export(name, size_px, folder):
        yolo = prepare().YOLO(f"{name}.yaml", verbose=False)
        yolo.model.names = dict(enumerate(COCO_NAMES))
        torch.save({"model": yolo.model, "train_args": {}}, folder / f"{name}.pt")
        return pulling.export_by_ultralytics(name, size_px, folder)

    return pulling.pull("yolo11n", tmp_path_factory.mktemp("models"), SIZE_PX, export=export)


def test_what_ultralytics_exports_lies_with_its_card_where_it_is_looked_for(pulled):
    assert pulled.file.name == "yolo11n.onnx"
    assert [file.name for file in sorted(pulled.file.parent.iterdir())] == ["yolo11n.card.yaml", "yolo11n.onnx"]
    card = resolve_model(pulled.file).card
    assert (card.head, card.classes) == (Head.YOLO, COCO_NAMES)
    assert (card.input.width_px, card.input.height_px) == SIZE_PX
    assert (card.name, card.licence) == ("yolo11n", "AGPL-3.0 (Ultralytics)")
    assert card.sha256 == read_model_file(pulled.file).sha256


def test_the_product_runs_it(pulled):
    picture = np.random.default_rng(0).integers(0, 256, (270, 480, 3), dtype=np.uint8)
    detector = Detector.open(pulled.file, pulled.card, score=0.0)
    [found] = detector.detect([picture])
    assert len(found) > 0
    assert (found.xyxy_px >= 0).all()
    assert (found.xyxy_px <= [480, 270, 480, 270]).all()


def test_the_weights_themselves_are_refused_at_run_time(ngatu, tmp_path):
    torch.save({"weight": torch.zeros(1)}, tmp_path / "yolo11n.pt")
    answer = ngatu("import", tmp_path / "yolo11n.pt", "--head", "yolo", "--classes", "coco", code=2)
    assert "wanted an ONNX file, found a PyTorch file; export it first" in answer.err
