"""What a model's own class names mean to this engine."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from vision.vehicles import KindName

Meaning = KindName | Literal["person", "ignored"]
"""A kind of road user; `person`: a human being who may be riding, decided by the rider rule; or not of interest."""

_COCO = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,"
    "parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,"
    "suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,"
    "tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,"
    "hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,"
    "cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush"
)
COCO_NAMES: tuple[str, ...] = tuple(_COCO.split(","))
"""The 80 classes of COCO 2017 in the order every public detector gives them."""

PLAIN_NAMES: Mapping[str, Meaning] = MappingProxyType(
    {
        "person": "person",
        "bicycle": "bicycle",
        "motorcycle": "motorbike",
        "motorbike": "motorbike",
        "car": "car",
        "bus": "bus",
        "truck": "truck",
        "pedestrian": "pedestrian",
    }
)
"""Names whose meaning nobody disputes. `rider`, `van` or `bike` are left out on purpose: data sets differ on them."""


def default_meanings(classes: Sequence[str]) -> dict[str, Meaning]:
    """The meaning of each class for a card that states none.

    The COCO classes beyond road users are ignored. A name that is neither COCO's nor plain has no entry: only the
    card's author knows what it means.
    """
    is_coco = tuple(classes) == COCO_NAMES
    meanings: dict[str, Meaning] = {}
    for name in classes:
        meaning = PLAIN_NAMES.get(name)
        if meaning is not None:
            meanings[name] = meaning
        elif is_coco:
            meanings[name] = "ignored"
    return meanings
