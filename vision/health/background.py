"""Landmarks of the unmoving background, and how they lie in another picture.

Landmarks are corners of the picture after its local contrast was evened out, so that sun, cloud and street lamps move
them little. Each is followed into the other picture (pyramidal Lucas-Kanade), believed where its surroundings look the
same there (normalised cross-correlation), and outvoted where it disagrees with most others (RANSAC over similarities):
vehicles hide and shift landmarks, but they do not all move as one rigid picture. A view that moved too far to be
followed is found again by its ORB descriptors.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

import cv2
import numpy as np

from vision.arrays import F32, F64, U8, Bool

LANDMARKS = 90
FEWEST_LANDMARKS = 14
APART_PX = 10
# Captions and clocks are burned in along the upper and lower edge; they stay where they are when the camera moves.
EDGE_SHARE = 0.1
WINDOW_PX = (13, 13)
LEVELS = 4
STEPS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.03)
PATCH_PX = 13
ALIKE = 0.6
# Landmarks that agree must not all lie on one thing, or in one caption: their spread, as shares of width and height.
LEAST_SPREAD = (0.07, 0.07)
ORB_POINTS = 350
ORB_NEAR_BITS = 60
LARGEST_ZOOM = 1.6


class Quorum(NamedTuple):
    """How near pairs must agree (small px), how many must, and what share of all."""

    agree_px: float
    fewest: int
    share: float


# Landmarks of a still camera are found again within about half a pixel.
FOLLOWED = Quorum(1.5, 9, 0.0)
DESCRIBED = Quorum(3.0, 16, 0.3)


class Match(NamedTuple):
    """motion (2, 3): reference px to picture px, both small. agreeing: landmarks that say so; error_px: of each."""

    motion: F64
    agreeing: int
    error_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """
    small      the picture it was made of
    flat       the same, evened
    points     (n, 2) float32 landmarks, small px
    patches    (n, PATCH_PX²) float32 their surroundings, of mean 0 and length 1
    """

    small: U8
    flat: U8
    points: F32
    patches: F32
    orb: tuple[F32, U8] | None = field(repr=False)

    @classmethod
    def of(cls, small: U8) -> Self | None:
        """None where the picture has too few landmarks to know it again."""
        flat = even_out(small)
        margin = round(EDGE_SHARE * flat.shape[0])
        mask = np.zeros_like(flat)
        mask[margin : flat.shape[0] - margin, 4:-4] = 255
        found = cv2.goodFeaturesToTrack(flat, LANDMARKS, 0.02, APART_PX, mask=mask, blockSize=5)
        if found is None or len(found) < FEWEST_LANDMARKS:
            return None
        points = np.asarray(found, np.float32).reshape(-1, 2)
        return cls(small, flat, points, _patches(flat, points), _orb(flat, mask))

    def match(self, flat: U8) -> Match | None:
        """How this background lies in another evened picture; None where it is not recognised."""
        start = self.points.reshape(-1, 1, 2)
        there, status, _ = cv2.calcOpticalFlowPyrLK(
            self.flat, flat, start, start.copy(), winSize=WINDOW_PX, maxLevel=LEVELS, criteria=STEPS
        )
        found = np.asarray(there, np.float32).reshape(-1, 2)
        alike = (self.patches * _patches(flat, found)).sum(axis=1) >= ALIKE
        believed = np.asarray(status, np.bool_).ravel() & alike & _inside(found, flat)
        return _agreement(self.points[believed], found[believed], FOLLOWED, flat)

    def search(self, flat: U8) -> Match | None:
        """The same for a view that may have moved far; takes several times as long."""
        mine, theirs = self.orb, _orb(flat, None)
        if mine is None or theirs is None:
            return None
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(mine[1], theirs[1])
        near = [pair for pair in pairs if pair.distance <= ORB_NEAR_BITS]
        here = np.array([mine[0][pair.queryIdx] for pair in near], np.float32).reshape(-1, 2)
        there = np.array([theirs[0][pair.trainIdx] for pair in near], np.float32).reshape(-1, 2)
        return _agreement(here, there, DESCRIBED, flat)


def even_out(small: U8) -> U8:
    """Local contrast brought to one level: what remains are shapes, whatever the light."""
    level = small.astype(np.float32)
    detail = level - cv2.blur(level, (25, 25))
    strength = cv2.blur(np.abs(detail), (25, 25)) + 4.0
    soft = cv2.GaussianBlur(detail / strength, (3, 3), 0.8)
    return np.asarray(np.clip(128 + 40 * soft, 0, 255), np.uint8)


def _patches(flat: U8, points: F32) -> F32:
    """(n, PATCH_PX²) around each point, between pixels too, of mean 0 and length 1."""
    reach = np.arange(PATCH_PX, dtype=np.float32) - PATCH_PX // 2
    dx, dy = np.meshgrid(reach, reach)
    x = points[:, :1] + dx.ravel()
    y = points[:, 1:] + dy.ravel()
    cut = cv2.remap(flat, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    cut = cut - cut.mean(axis=1, keepdims=True)
    return np.asarray(cut / np.maximum(np.linalg.norm(cut, axis=1, keepdims=True), 1e-3), np.float32)


def _inside(points: F32, flat: U8) -> Bool:
    height, width = flat.shape
    return np.asarray(((points >= 0) & (points < (width, height))).all(axis=1), np.bool_)


def _orb(flat: U8, mask: U8 | None) -> tuple[F32, U8] | None:
    keypoints, descriptors = cv2.ORB.create(ORB_POINTS, fastThreshold=12).detectAndCompute(flat, mask)
    if descriptors is None or len(keypoints) < DESCRIBED.fewest:
        return None
    return np.array([point.pt for point in keypoints], np.float32), np.asarray(descriptors, np.uint8)


def _agreement(here: F32, there: F32, quorum: Quorum, flat: U8) -> Match | None:
    """The similarity most pairs agree on, if they are many and not all in one place."""
    if len(here) < quorum.fewest:
        return None
    motion, agree = cv2.estimateAffinePartial2D(
        here,
        there,
        method=cv2.RANSAC,
        ransacReprojThreshold=quorum.agree_px,
        maxIters=300,
        confidence=0.995,
        refineIters=5,
    )
    if motion is None:
        return None
    inside = agree.ravel().astype(bool)
    number = int(inside.sum())
    spread = here[inside].std(axis=0)
    zoom = float(np.hypot(motion[0, 0], motion[1, 0]))
    wide = bool((spread >= np.multiply(LEAST_SPREAD, flat.shape[::-1])).all())
    if number < max(quorum.fewest, quorum.share * len(here)) or not wide:
        return None
    if not 1 / LARGEST_ZOOM <= zoom <= LARGEST_ZOOM:
        return None
    off = here[inside] @ motion[:, :2].T + motion[:, 2] - there[inside]
    return Match(np.asarray(motion, np.float64), number, float(np.sqrt((off**2).sum(axis=1).mean())))
