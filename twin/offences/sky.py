"""The three conditions a play is drawn in."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum

import numpy as np

from models.datasets.drawn.scene import Hour, Sky

HANOI = timezone(timedelta(hours=7))


class Condition(StrEnum):
    DAY = "day"
    NIGHT = "night"
    RAIN = "rain"


def sky_of(condition: Condition, rng: np.random.Generator) -> Sky:
    """By day sun or cloud; rain falls from a grey sky."""
    sky = Sky(
        hour=Hour.SUN if rng.random() < 0.6 else Hour.OVERCAST, sun_azimuth_rad=float(rng.uniform(-np.pi, np.pi)),
        sun_height_rad=float(rng.uniform(0.6, 1.3)), haze=float(rng.uniform(0.1, 0.4)), rain=0, glare=0,
        blur_px=float(rng.uniform(0.3, 0.55)), sharpen=0, noise=float(rng.uniform(1.2, 2.5)), jpeg=92,
        saturation=float(rng.uniform(0.7, 0.95)), contrast=float(rng.uniform(0.92, 1.08)),
        warmth=float(rng.normal(0, 0.02)), shrink=1, caption=False,
    )  # fmt: skip
    if condition is Condition.NIGHT:
        return replace(sky, hour=Hour.NIGHT, noise=float(rng.uniform(4, 7)), haze=0.2)
    if condition is Condition.RAIN:
        return replace(sky, hour=Hour.OVERCAST, rain=float(rng.uniform(0.4, 0.8)), haze=float(rng.uniform(0.4, 0.65)))
    return sky


def hour_of(condition: Condition) -> datetime:
    """A working day; by day and in rain the morning's rush, at night after the trucks have been let in."""
    return datetime(2026, 11, 20, 21 if condition is Condition.NIGHT else 8, 10, tzinfo=HANOI)
