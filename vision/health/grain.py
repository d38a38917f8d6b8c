"""Sharpness, noise and compression blocks, measured in the full-size luma of a few small tiles."""

from typing import NamedTuple

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.health.look import CELL_PX, Look

TILE_PX = 32
TILES = 24
# A tile whose levels spread less than this has no edge to be sharp.
EDGE_STD = 5.0
FEWEST_TILES = 5
BLOCK_PX = 8
# Rows that are looked at for blocks, about: the pattern is the same in every one.
BLOCK_ROWS = 80
SECOND_DIFFERENCE_GAIN = 6.0**0.5


class Grain(NamedTuple):
    """
    sharpness  share of the edges' variance that lies in the finest details; None where there are no edges
    noise      standard deviation of the sensor's noise in flat places, levels
    blocks     how much more neighbours differ across the borders of 8 px blocks than elsewhere; 0 when not at all
    """

    sharpness: float | None
    noise: float
    blocks: float


def grain(look: Look) -> Grain:
    """Of a look with its full-size luma; ValueError without."""
    if look.luma is None:
        raise ValueError(f"look at {look.media_s:.2f} s: wanted its full-size luma, found none")
    luma = look.luma
    order = np.argsort(look.cell_std, axis=None)
    light = (look.cell_mean.ravel()[order] > 12) & (look.cell_mean.ravel()[order] < 243)
    usable = order[light] if light.any() else order
    return Grain(
        _sharpness(_tiles(look, luma, usable[-TILES:])), _noise(_tiles(look, luma, usable[: TILES // 2])), _blocks(luma)
    )


def _tiles(look: Look, luma: U8, cells: np.ndarray) -> F32:
    """(n, TILE_PX, TILE_PX) around the middles of these cells, in full-size pixels."""
    rows, columns = np.divmod(cells, look.cell_std.shape[1])
    height, width = luma.shape
    tops = np.clip(((rows + 0.5) * CELL_PX * look.scale).astype(int) - TILE_PX // 2, 0, height - TILE_PX)
    lefts = np.clip(((columns + 0.5) * CELL_PX * look.scale).astype(int) - TILE_PX // 2, 0, width - TILE_PX)
    cut = [luma[y : y + TILE_PX, x : x + TILE_PX] for y, x in zip(tops.tolist(), lefts.tolist(), strict=True)]
    return np.asarray(cut, np.float32).reshape(-1, TILE_PX, TILE_PX)


def _sharpness(tiles: F32) -> float | None:
    spread = tiles.var(axis=(1, 2))
    edged = spread >= EDGE_STD**2
    if np.count_nonzero(edged) < FEWEST_TILES:
        return None
    fine = tiles - np.stack([cv2.blur(tile, (3, 3)) for tile in tiles])
    return float(np.median(fine.var(axis=(1, 2))[edged] / spread[edged]))


def _noise(tiles: F32) -> float:
    """From second differences along the rows, which a slope in brightness leaves at nothing."""
    second = tiles[:, :, 2:] - 2 * tiles[:, :, 1:-1] + tiles[:, :, :-2]
    return float(np.median(second.std(axis=(1, 2))) / SECOND_DIFFERENCE_GAIN)


def _blocks(luma: U8) -> float:
    rows = luma[:: max(1, luma.shape[0] // BLOCK_ROWS)]
    steps = np.asarray(cv2.absdiff(np.ascontiguousarray(rows[:, 1:]), np.ascontiguousarray(rows[:, :-1])), np.uint8)
    along = steps.mean(axis=0)
    phases = np.array([along[phase::BLOCK_PX].mean() for phase in range(BLOCK_PX)])
    rest = (phases.sum() - phases.max()) / (BLOCK_PX - 1)
    return float(phases.max() / max(rest, 0.1) - 1)
