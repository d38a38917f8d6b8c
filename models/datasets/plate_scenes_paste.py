"""Hangs a flat picture (a plate, a sign) into another picture, as a camera would see it there."""

import cv2
import numpy as np

from vision.arrays import F32, F64, U8

CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
WIDEST_TURN = np.deg2rad([60.0, 45.0, 25.0])
"""Yaw, pitch and roll beyond which nobody can read a plate any more."""
USUAL_TURN = np.deg2rad([26.0, 16.0, 6.0])


def random_quad(aspect: float, width_px: float, rng: np.random.Generator) -> F32:
    """(4, 2) corners around (0, 0), clockwise from the plate's own top left, of a turned plate seen in perspective.

    aspect: width by height of the flat plate; width_px: what it would measure if it faced the camera.
    """
    yaw, pitch, roll = np.clip(rng.normal(0, USUAL_TURN), -WIDEST_TURN, WIDEST_TURN)
    flat = CORNERS * np.array([1.0, 1.0 / aspect])
    x, y = flat[:, 0] * np.cos(yaw), flat[:, 1] * np.cos(pitch)
    depth = flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)
    distance = np.exp(rng.uniform(np.log(3.0), np.log(25.0)))
    seen = np.stack([x, y], axis=1) * (distance / (distance + depth))[:, None]
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    quad: F32 = (seen @ turn.T * width_px).astype(np.float32)
    return quad


def paste(canvas: U8, picture: U8, quad_px: F32, rng: np.random.Generator, *, blur_px: float = 0.0) -> None:
    """Draw `picture` into `canvas` so that its corners lie on `quad_px`; lit like what is around, or by a lamp.

    blur_px: sigma of the blur the canvas itself already has, for a picture enlarged from a small one.
    """
    low = np.maximum(np.floor(quad_px.min(axis=0)).astype(int) - 3, 0)
    high = np.minimum(np.ceil(quad_px.max(axis=0)).astype(int) + 3, canvas.shape[1::-1])
    if (high - low < 2).any():
        return
    place = canvas[low[1] : high[1], low[0] : high[0]]
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    flat = _shrunk(picture, quad_px)
    seen, cover = _warped(flat, quad_px - low.astype(np.float32), size, rng)
    lit = seen * _light(place, flat, size, rng)
    if blur_px > 0.3:
        lit, cover = (np.asarray(cv2.GaussianBlur(layer, (0, 0), blur_px), np.float32) for layer in (lit, cover))
    share = cover[..., None]
    place[...] = np.clip(place * (1 - share) + lit * share, 0, 255).astype(np.uint8)


def _shrunk(picture: U8, quad_px: F32) -> U8:
    """Area-shrunk to about the size it will have, because warping alone would alias thin strokes away."""
    sides = np.linalg.norm(np.roll(quad_px, -1, axis=0) - quad_px, axis=1)
    width, height = max(sides[0], sides[2]), max(sides[1], sides[3])
    size = (max(4, min(picture.shape[1], round(width))), max(3, min(picture.shape[0], round(height))))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _warped(flat: U8, quad_px: F32, size: tuple[int, int], rng: np.random.Generator) -> tuple[F32, F32]:
    """The picture (float, BGR) as it lies in a window of `size`, and how much of each pixel it covers."""
    height, width = flat.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(corners, quad_px - np.float32(0.5))
    seen = cv2.warpPerspective(flat, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # The outline is drawn four times finer than the pixels: its edge must be as soft as a lens makes it.
    fine = np.zeros((4 * size[1], 4 * size[0]), np.uint8)
    cv2.fillPoly(fine, [np.round(_rounded(quad_px, rng) * 4).astype(np.int32)], 255)
    cover = cv2.resize(fine, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    return seen.astype(np.float32), cover


def _rounded(quad_px: F32, rng: np.random.Generator) -> F32:
    """The outline with its corners cut off a little."""
    share = rng.uniform(0.0, 0.06)
    before, after = np.roll(quad_px, 1, axis=0), np.roll(quad_px, -1, axis=0)
    points = np.stack([quad_px + share * (before - quad_px), quad_px + share * (after - quad_px)], axis=1)
    outline: F32 = points.reshape(-1, 2).astype(np.float32)
    return outline


def _light(place: U8, flat: U8, size: tuple[int, int], rng: np.random.Generator) -> F32:
    """(height, width, 3) gain over the window: brightness, colour cast, a gradient, perhaps a shadow's edge."""
    around = place.reshape(-1, 3).mean(axis=0).astype(np.float64) + 8
    ground = float(np.percentile(flat, 80)) + 8
    by_place = around.mean() * rng.uniform(0.9, 2.2) / ground
    by_lamp = rng.uniform(110, 255) / ground
    gain = np.clip(by_lamp if rng.random() < 0.5 else by_place, 0.12, 1.3)
    cast = (around / around.mean()) ** rng.uniform(0.0, 0.6) * np.exp(rng.normal(0, 0.04, 3))
    field = gain * cast * _slope(size, rng)[..., None]
    if rng.random() < 0.15:
        field = field * _shadow(size, rng)[..., None]
    return np.asarray(field, np.float32)


def _slope(size: tuple[int, int], rng: np.random.Generator) -> F64:
    y, x = np.mgrid[: size[1], : size[0]]
    slope: F64 = 1 + rng.normal(0, 0.12) * (x / size[0] - 0.5) + rng.normal(0, 0.12) * (y / size[1] - 0.5)
    return slope


def _shadow(size: tuple[int, int], rng: np.random.Generator) -> F64:
    """Darker beyond a random straight line."""
    y, x = np.mgrid[: size[1], : size[0]]
    angle, dark = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.8)
    side = (x - size[0] * rng.uniform(0.2, 0.8)) * np.cos(angle) + (y - size[1] * rng.uniform(0.2, 0.8)) * np.sin(angle)
    shadow: F64 = np.where(side > 0, dark, 1.0)
    return shadow
