"""What to tell a user who has no model, or a model that does not explain itself."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from vision.detect.card import Head
from vision.detect.meanings import PLAIN_NAMES

NO_MODEL = """\
no detector: wanted {file}, found none. Ways to get one:
  1. with internet, Ultralytics YOLO11n (AGPL-3.0):
       pip install ultralytics
       yolo export model=yolo11n.pt format=onnx imgsz=640
     and then give it: --model yolo11n.onnx
  2. with internet, YOLOX-nano (Apache-2.0), smaller and weaker: download yolox_nano.onnx from
       https://github.com/Megvii-BaseDetection/YOLOX/releases/tag/0.1.1rc0
     and then give it: --model yolox_nano.onnx
  3. train one on your own pictures with this project's `train` extra: pip install 'ngatu[train]'"""

_INPUTS = {
    Head.YOLOX: ("bgr", "1.0", "top_left"),
    Head.YOLO: ("rgb", "0.00392156862745098  # 1/255", "centre"),
    Head.YOLO_END2END: ("rgb", "0.00392156862745098  # 1/255", "centre"),
}


def card_path(file: Path) -> Path:
    """Where the card of a model lies: model.onnx has model.card.yaml beside it."""
    return file.with_suffix(".card.yaml")


def how_to_write_a_card(
    file: Path, head: Head | None = None, size_px: tuple[int, int] | None = None, classes: Sequence[str] = ()
) -> str:
    """Instructions with a whole example, filled in with what is known of the model."""
    colour, scale, placement = _INPUTS[head or Head.YOLO]
    width_px, height_px = size_px or (640, 640)
    names = list(classes) or ["motorbike", "car", "person"]
    return f"""\
write {card_path(file)}, for example (change what is wrong):
{_yaml(name=file.stem)}version: '1'
head: {head or Head.YOLO}  # {", ".join(Head)}
input:
  width_px: {width_px}
  height_px: {height_px}
  colour: {colour}
  scale: {scale}
  placement: {placement}
# in the order of the model; or: coco
{_yaml(classes=names)}# motorbike, bicycle, car, bus, truck, pedestrian; person: may be riding; or ignored
{_yaml(meanings={name: PLAIN_NAMES.get(name, "ignored") for name in names})}licence: what its author says
source: where it comes from
"""


def _yaml(**entry: object) -> str:
    """One entry of a mapping, quoted wherever YAML would read a name as something else."""
    return yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, default_flow_style=False, width=10_000)
