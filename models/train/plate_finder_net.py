"""The plate finder's network and what it is taught by.

One map at a quarter of the picture's size says where plates have their middles and, from there, where their corners
lie: the idea of CenterNet (Zhou, Wang, Krähenbühl: Objects as Points, 2019) with four corners instead of two sides.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.datasets.plate_scenes import SIDE_PX, PlateScene
from models.train.small import conv
from vision.arrays import F32

STRIDE_PX = 4
CELLS = SIDE_PX // STRIDE_PX
CORNER_UNIT_PX = 32.0
"""The network's raw numbers times this are pixels: so that they stay near one."""
SPREAD = 0.14
"""Standard deviation of a plate's bump in the score map, as a share of its box."""
LEAST_SPREAD_CELLS = 0.75
CORNER_WEIGHT = 4.0
MAPS = 13
"""Score, eight offsets, then one map for each corner, clockwise from the top left."""
SHARP_CELLS = 0.9
"""Standard deviation of a corner's bump in its map."""
LEAST_SHARP_PX, LEAST_SHARP_TRUST = 24.0, 0.2
"""Corners of narrower plates, or of plates whose place alone is known, are not taught in the corner maps."""
WIDTHS = (16, 24, 48, 80, 112)
DEPTHS = (0, 1, 2, 2)
"""Channels at strides 2 to 32, and residual blocks at 4 to 32: about 6 ms on one core."""


class Residual(nn.Module):
    """Two convolutions around which the input goes as well."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.second(self.first(x)))


class FinderNet(nn.Module):
    """(N, 3, 256, 256) RGB 0..1 to (N, 13, 64, 64): score before its sigmoid, eight numbers in CORNER_UNIT_PX, four
    corner maps before their sigmoid."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.stem = conv(3, WIDTHS[0], 2)
        self.down = nn.ModuleList(
            nn.Sequential(conv(into, out, 2), *(Residual(out) for _ in range(depth)))
            for into, out, depth in zip(WIDTHS, WIDTHS[1:], DEPTHS, strict=False)
        )
        merged = (32, 48, 64, 64)
        self.across = nn.ModuleList(nn.Conv2d(into, out, 1) for into, out in zip(WIDTHS[1:], merged, strict=True))
        self.up = nn.ModuleList((conv(32, 32), conv(48, 32), conv(64, 48)))
        self.out = nn.Conv2d(32, MAPS, 1)
        nn.init.constant_(self.out.bias[:1], -4.0)
        nn.init.constant_(self.out.bias[9:], -4.0)  # plates are rare: without this the first steps undo the rest

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        levels = []
        x = self.stem(x)
        for down in self.down:
            x = down(x)
            levels.append(x)
        y = self.across[3](levels[3])
        for level in (2, 1, 0):
            y = functional.interpolate(y, scale_factor=2.0, mode="nearest") + self.across[level](levels[level])
            y = self.up[level](y)
        answer: torch.Tensor = self.out(y)
        return answer


class Shipped(nn.Module):
    """What the file gives: scores 0..1 and corners in pixels, in one array."""

    def __init__(self, network: FinderNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raw = self.network(x)
        return torch.cat([torch.sigmoid(raw[:, :1]), raw[:, 1:9] * CORNER_UNIT_PX, torch.sigmoid(raw[:, 9:])], dim=1)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one picture's map should be; all float32, (…, 64, 64).

    score    (1, …)  1 at each plate's middle, falling off around it
    heed     (1, …)  0 where nobody knows whether there is a plate
    corner   (8, …)  in CORNER_UNIT_PX from the cell's middle
    weight   (1, …)  how much the corners of this cell count, over the plate's size in CORNER_UNIT_PX
    sharp    (4, …)  1 at each plate's corner, one map a corner, falling off around it
    known    (1, …)  0 where corners may be that were not taught
    """

    score: F32
    heed: F32
    corner: F32
    weight: F32
    sharp: F32
    known: F32


def lesson(scene: PlateScene) -> Lesson:
    """The map that this picture should give."""
    score, heed = np.zeros((1, CELLS, CELLS), np.float32), np.ones((1, CELLS, CELLS), np.float32)
    corner, weight = np.zeros((8, CELLS, CELLS), np.float32), np.zeros((1, CELLS, CELLS), np.float32)
    sharp = np.zeros((4, CELLS, CELLS), np.float32)
    for x1, y1, x2, y2 in np.round(scene.unsure_xyxy_px / STRIDE_PX).astype(int):
        heed[0, max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = 0
    known = heed.copy()
    at = (np.arange(CELLS, dtype=np.float32) + 0.5) * STRIDE_PX
    grid = np.stack(np.broadcast_arrays(at[None, :], at[:, None]))
    for quad, trust in zip(scene.plates.quad_px, scene.plates.trust, strict=True):
        bump = _bump(quad, at)
        heed[0, bump > 0.1] = 1
        mine = (bump > 0.3) & (bump >= score[0])
        np.maximum(score[0], bump, out=score[0])
        offset = (quad.reshape(8, 1, 1) - np.tile(grid, (4, 1, 1))) / CORNER_UNIT_PX
        corner[:, mine] = offset[:, mine]
        size = np.sqrt(max(cv2.contourArea(quad), 16.0)) / CORNER_UNIT_PX
        weight[0, mine] = trust * bump[mine] / (size * max(float(bump[mine].sum()), 1.0))
        _teach_corners(quad, float(trust), at, sharp, known)
    return Lesson(score, heed, corner, weight, sharp, known)


def _teach_corners(quad: F32, trust: float, at: F32, sharp: F32, known: F32) -> None:
    """Put the plate's corners into their maps, or take its surroundings out of what is known."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    if trust < LEAST_SHARP_TRUST or high[0] - low[0] < LEAST_SHARP_PX:
        margin = 0.3 * (high - low)
        (x1, y1), (x2, y2) = (np.round(edge / STRIDE_PX).astype(int) for edge in (low - margin, high + margin))
        known[0, max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = 0
        return
    spread = np.full(2, SHARP_CELLS * STRIDE_PX, np.float32)
    for number, point in enumerate(quad):
        if (point >= 0).all() and (point < SIDE_PX).all():
            bell = _bell(point, spread, at)
            np.maximum(sharp[number], bell, out=sharp[number])
            known[0, bell > 0.1] = 1


def _bump(quad: F32, at: F32) -> F32:
    """(64, 64) a bell over the plate's box."""
    spread = np.maximum(np.ptp(quad, axis=0) * SPREAD, LEAST_SPREAD_CELLS * STRIDE_PX)
    return _bell(quad.mean(axis=0), spread, at)


def _bell(middle: F32, spread: F32, at: F32) -> F32:
    """(64, 64) a bell whose highest cell is exactly 1."""
    middle = np.clip((np.floor(middle / STRIDE_PX) + 0.5) * STRIDE_PX, at[0], at[-1])
    across, down = (np.exp(-(((at - middle[axis]) / spread[axis]) ** 2) / 2) for axis in (0, 1))
    bump: F32 = (down[:, None] * across[None, :]).astype(np.float32)
    return bump


Truth = tuple[torch.Tensor, ...]


def loss(raw: torch.Tensor, truth: Truth) -> torch.Tensor:
    """What is wrong with the maps, per plate. `truth`: the parts of `Lesson`, in its order.

    Penalty-reduced focal loss of the score map and of the corner maps, and the corners' distance by the plate's size.
    """
    score, heed, corner, weight, sharp, known = truth
    plates = (score > 0.999).float().sum().clamp(min=1.0)
    far = ((raw[:, 1:9] - corner).abs() * weight).sum() / 8
    corners = _focal(raw[:, 9:], sharp, known) / 4
    return (_focal(raw[:, :1], score, heed) + CORNER_WEIGHT * far + corners) / plates


def _focal(logit: torch.Tensor, wanted: torch.Tensor, heed: torch.Tensor) -> torch.Tensor:
    chance = torch.sigmoid(logit)
    hit = (wanted > 0.999).float()
    right = -functional.logsigmoid(logit) * (1 - chance) ** 2 * hit
    wrong = -functional.logsigmoid(-logit) * chance**2 * (1 - wanted) ** 4 * (1 - hit) * heed
    return right.sum() + wrong.sum()
