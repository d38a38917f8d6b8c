"""A person on a machine is one vehicle: motorbike with riders, or bicycle with rider."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, I64, Bool

SIDE_MARGIN = 0.15
"""Of the machine's width: how far beside it the middle of a rider may be."""
FEET_ABOVE_TOP_END = 0.15
"""Of the machine's height, downwards from its top: feet higher than this belong to someone behind."""
FEET_BELOW = 0.30
"""Of the machine's height: how far below its lower edge a rider's feet may be."""
LEAST_PERSON_SCORE = 0.1
LEAST_MACHINE_SCORE = 0.15
"""A weaker machine may borrow its rider's outline, but the person stays a pedestrian too: a doubtful machine must not
make a certain person disappear."""


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """
    machine_xyxy_px    (m, 4) float32  the machines in their given order, each grown around its riders
    on_foot            (p,)   bool     persons who remain pedestrians
    """

    machine_xyxy_px: F32
    on_foot: Bool


def merge_riders(machine_xyxy_px: F32, machine_score: F32, person_xyxy_px: F32, person_score: F32) -> Merged:
    """Give each person to at most one machine: the best-scoring one that fits.

    A person fits whose middle is within the machine's sides, whose feet are between its top and a little below its
    wheels, and whose head is above its middle. Any number of persons may ride one machine. A person whose machine was
    not detected stays on foot: the engine does not guess vehicles. Works in pixels of any scale.
    """
    on_foot = np.ones(len(person_xyxy_px), np.bool_)
    if not (len(machine_xyxy_px) and len(person_xyxy_px)):
        return Merged(machine_xyxy_px, on_foot)
    order = np.argsort(-machine_score, kind="stable")
    fits = _fits(machine_xyxy_px[order], person_xyxy_px)
    fits &= (person_score >= LEAST_PERSON_SCORE)[None, :]
    riders = np.flatnonzero(fits.any(axis=0))
    mounts: I64 = order[fits[:, riders].argmax(axis=0)]
    grown = machine_xyxy_px.copy()
    np.minimum.at(grown[:, :2], mounts, person_xyxy_px[riders, :2])
    np.maximum.at(grown[:, 2:], mounts, person_xyxy_px[riders, 2:])
    on_foot[riders] = machine_score[mounts] < LEAST_MACHINE_SCORE
    return Merged(grown, on_foot)


def _fits(machine_xyxy_px: F32, person_xyxy_px: F32) -> Bool:
    """(m, p) whether person p sits as a rider of machine m would."""
    left, top, right, bottom = machine_xyxy_px.T[:, :, None]
    person_left, head, person_right, feet = person_xyxy_px.T[:, None, :]
    width, height = right - left, bottom - top
    middle = (person_left + person_right) / 2
    beside = (middle >= left - SIDE_MARGIN * width) & (middle <= right + SIDE_MARGIN * width)
    standing = (feet >= top + FEET_ABOVE_TOP_END * height) & (feet <= bottom + FEET_BELOW * height)
    fits: Bool = beside & standing & (head <= top + height / 2)
    return fits
