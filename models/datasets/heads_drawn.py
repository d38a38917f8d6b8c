"""Riders' heads of drawn junctions: every head's state is exact, and bare ones cost nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.truth_file import PictureTruth, TrueHead, read_truth
from models.datasets.heads import RiderPicture
from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.errors import DatasetError
from vision.arrays import F32, U8
from vision.riders.card import HEAD_STATES, HeadState
from vision.vehicles import KIND_NAMES, VehicleKind

STATES = {
    Cover.HELMET: HEAD_STATES.index(HeadState.HELMET),
    Cover.NONE: HEAD_STATES.index(HeadState.NONE),
    # Neither a helmet nor bare hair: for people to judge, as the improper helmets of the photographs are.
    Cover.CAP: HEAD_STATES.index(HeadState.UNSURE),
    Cover.HAT: HEAD_STATES.index(HeadState.UNSURE),
}
RIDDEN = (KIND_NAMES[VehicleKind.MOTORBIKE], KIND_NAMES[VehicleKind.BICYCLE])
ON_FOOT = KIND_NAMES[VehicleKind.PEDESTRIAN]
SMALLEST_HEAD_PX = 6.0
LEAST_VISIBLE = 0.3
TOLD_VISIBLE = 0.55
"""Of a head of which less is seen nobody tells what is on it, but a head it is: whoever counts people counts it."""
SHORTEST_RIDER_PX = 70.0
"""Smaller ones nobody is asked about: service looks at riders of 90 px and more."""
NECK = 0.12
"""Of the head's height: the drawn box ends at the chin, those of the photographs a little lower."""
HAIR = 0.1
"""Of a bare head's width, on either side: people mark it with room for hair and ears, a helmet along its rim. Boxes of
bare heads that are narrower than people's teach the network to find them in a place that counts as wrong."""


def read_drawn_riders(folder: Path, report: ReadReport) -> Iterator[RiderPicture]:
    """Each picture of a set of `models.datasets.drawn` that shows riders large enough. One at a time: they are large.

    Raise DatasetError for an empty folder and for a truth file that says something else.
    """
    files = sorted((folder / "truth").glob("*.json"))
    if not files:
        raise DatasetError(f"{folder}: wanted a set of models.datasets.drawn with truth/*.json, found none")
    for file in files:
        truth = read_truth(file)
        image = read_picture(folder / "images" / "train" / truth.picture, report)
        if image is not None:
            report.images += 1
            picture = _riders_of(truth, image)
            if len(picture.riders_px):
                yield picture


def _riders_of(truth: PictureTruth, image: U8) -> RiderPicture:
    """Heads of which hardly anything is seen are unclear; so are those of walkers, which the truth does not name."""
    ridden = [one for one in truth.vehicles if one.kind in RIDDEN]
    riders = _boxes([one.xyxy_px for one in ridden])
    heads, states = _boxes([one.xyxy_px for one in truth.heads]), [_state(one) for one in truth.heads]
    heads[:, 3] += NECK * (heads[:, 3] - heads[:, 1])
    bare = np.array([one.cover is Cover.NONE for one in truth.heads], np.bool_)
    heads[bare] += (heads[bare, 2] - heads[bare, 0])[:, None] * np.array((-HAIR, 0, HAIR, 0), np.float32)
    large = (heads[:, 2:] - heads[:, :2]).min(axis=1, initial=np.inf) >= SMALLEST_HEAD_PX
    clear = large & np.array([one.visible_share >= LEAST_VISIBLE for one in truth.heads], np.bool_)
    walkers = _boxes([one.xyxy_px for one in truth.vehicles if one.kind == ON_FOOT])
    walkers[:, 3] = walkers[:, 1] + (walkers[:, 3] - walkers[:, 1]) / 3
    near = riders[:, 3] - riders[:, 1] >= SHORTEST_RIDER_PX
    return RiderPicture(
        image=image,
        riders_px=riders[near],
        guessed=np.zeros(int(near.sum()), np.bool_),
        heads_px=heads[clear],
        states=np.array(states, np.int64)[clear],
        unclear_px=np.concatenate([heads[~clear], walkers]),
        name=truth.picture,
    )


def _state(head: TrueHead) -> int:
    return STATES[head.cover] if head.visible_share >= TOLD_VISIBLE else HEAD_STATES.index(HeadState.UNSURE)


def _boxes(boxes: list[tuple[float, float, float, float]]) -> F32:
    return np.array(boxes, np.float32).reshape(-1, 4)
