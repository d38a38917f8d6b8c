"""Finds, with a half-trained finder, the plates that photographs show and nobody labelled."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from models.datasets.plate_scenes import Photo, Plates
from models.datasets.plate_scenes_sources import Material
from models.train.plate_finder_export import write_finder
from vision.arrays import F32, Bool
from vision.plates.finder import PlateFinder, PlateQuads, boxes_of
from vision.plates.search import SearchSettings, first_look, look_closer

SURE = 0.55
"""Found with this score, something is taught as a plate; found with less, nobody is taught what it is."""
SURE_IN_BOX = 0.2
"""Where a box drawn by hand says that there is one, less is enough for its corners."""
UNSURE_FROM, PROMISING = 0.12, 0.3
"""From what score a place is unsure, and from what score it is worth a closer look."""
MINED_TRUST = 0.15
LEAST_PX = 8.0
UNSURE_MARGIN = 0.25


def look_for_plates(network: Any, material: Material, out: Path) -> Material:
    """The same material, its photographs with the plates that `network` sees; the others are unsure."""
    finder = PlateFinder.open(*write_finder(network, out / "first-stage", doubtful=UNSURE_FROM, sure=SURE))
    photos = [_all_looked_at(part, finder) for part in material.photos]
    return Material(photos, material.plates)


def _all_looked_at(part: Sequence[Photo], finder: PlateFinder) -> Sequence[Photo]:
    """A set without plates and without doubt shows none of readable size: nothing to look for."""
    if not any(len(photo.plates.trust) or len(photo.unsure_xyxy_px) for photo in part):
        return part
    return [_looked_at(photo, finder) for photo in track(part, "looking for plates", console=Console(stderr=True))]


def _looked_at(photo: Photo, finder: PlateFinder) -> Photo:
    settings = SearchSettings(most_levels=1)
    first = first_look(photo.image, photo.vehicle_xyxy_px, finder, settings)
    promising = first.take(np.flatnonzero(first.score >= PROMISING))
    found = look_closer(photo.image, promising, finder, settings)
    found = found.take(np.flatnonzero(np.ptp(found.quad_px[:, :, 0], axis=1) >= LEAST_PX))
    labelled, used = _sharpened(photo.plates, found)
    rest = found.take(np.flatnonzero(~used))
    sure = rest.take(np.flatnonzero(rest.score >= SURE))
    plates = Plates(
        np.concatenate([labelled.quad_px, sure.quad_px]),
        np.concatenate([labelled.trust, np.full(len(sure), MINED_TRUST, np.float32)]),
    )
    return replace(photo, plates=plates, unsure_xyxy_px=_wider(boxes_of(first.quad_px)))


def _sharpened(labelled: Plates, found: PlateQuads) -> tuple[Plates, Bool]:
    """Loose boxes replaced by what was found in them, and which finds were in some box."""
    quads, trust = labelled.quad_px.copy(), labelled.trust.copy()
    middles, used = found.quad_px.mean(axis=1), np.zeros(len(found), np.bool_)
    for row, (x1, y1, x2, y2) in enumerate(boxes_of(labelled.quad_px)):
        inside = (middles >= (x1, y1)).all(axis=1) & (middles <= (x2, y2)).all(axis=1)
        used |= inside
        best = np.flatnonzero(inside & (found.score >= SURE_IN_BOX))
        if len(best):
            quads[row], trust[row] = found.quad_px[best[0]], MINED_TRUST
    return Plates(quads, trust), used


def _wider(xyxy_px: F32) -> F32:
    margin = (xyxy_px[:, 2:] - xyxy_px[:, :2]) * UNSURE_MARGIN
    wider: F32 = np.concatenate([xyxy_px[:, :2] - margin, xyxy_px[:, 2:] + margin], axis=1).astype(np.float32)
    return wider
