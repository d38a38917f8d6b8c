"""Invents plates: every format of the grammar, the common ones more often, no number more likely than another."""

from functools import cache

import numpy as np

from models.datasets.plates.plate import Ink, Layout, PlateText
from vision.plates.grammar import Format, load_grammar
from vision.plates.text import Ground

SHARES = {
    "motorbike": 0.34,
    "motorbike_old": 0.10,
    "motorbike_new": 0.11,
    "moped": 0.02,
    "motorbike_state": 0.02,
    "electric_motorbike": 0.02,
    "car": 0.20,
    "car_old": 0.07,
    "car_state": 0.03,
    "car_state_old": 0.01,
    "car_special": 0.02,
    "car_special_rare": 0.01,
    "foreign": 0.01,
    "foreign_series_first": 0.01,
    "military": 0.02,
    "temporary": 0.01,
}
"""How often each is drawn: rare ones far more often than on the road, so that they are learned at all."""

YELLOW_ON_CARS, YELLOW_ON_MOTORBIKES = 0.3, 0.08
ON_MOTORBIKES = {"motorbike", "motorbike_old", "motorbike_new", "moped", "motorbike_state", "electric_motorbike"}
SOMETIMES_ON_MOTORBIKES = {"foreign", "foreign_series_first", "military"}
RED_INK = {"NG", "QT"}


def random_plate(rng: np.random.Generator) -> PlateText:
    """One plate of any layout, colour and format."""
    formats = _formats()
    names = list(SHARES)
    shares = np.array([SHARES[name] for name in names])
    form = formats[str(rng.choice(names, p=shares / shares.sum()))]
    rows = tuple("".join(str(rng.choice(place)) for place in row) for row in form.rows)
    ground = _ground(form, rng)
    layout = _layout(form, rng)
    ink = Ink.WHITE if ground in (Ground.BLUE, Ground.RED) else Ink.BLACK
    if any(series in row for row in rows for series in RED_INK) and form.name.startswith("foreign"):
        ink = Ink.RED
    return PlateText(layout, _printed(rows, layout, rng), ground, ink)


@cache
def _formats() -> dict[str, Format]:
    return {form.name: form for form in load_grammar().formats}


def _ground(form: Format, rng: np.random.Generator) -> Ground:
    share = YELLOW_ON_MOTORBIKES if form.name in ON_MOTORBIKES else YELLOW_ON_CARS
    if Ground.YELLOW in form.grounds and rng.random() < share:
        return Ground.YELLOW
    rest = sorted(form.grounds - {Ground.YELLOW}) or [Ground.YELLOW]
    return Ground(rng.choice(rest))


def _layout(form: Format, rng: np.random.Generator) -> Layout:
    if form.name in ON_MOTORBIKES or (form.name in SOMETIMES_ON_MOTORBIKES and rng.random() < 0.4):
        return Layout.MOTORBIKE
    return Layout.CAR_LONG if rng.random() < 0.5 else Layout.CAR_SHORT


def _printed(rows: tuple[str, ...], layout: Layout, rng: np.random.Generator) -> tuple[str, ...]:
    """With the dash and the dot, and in one row where the blank is long."""
    head, number = rows
    if len(number) == 5 and number.isdigit() and rng.random() < 0.92:
        number = f"{number[:3]}.{number[3:]}"
    dashed = f"{head[:2]}-{head[2:]}" if head[:2].isdigit() else head
    if layout is Layout.MOTORBIKE:
        return (dashed if rng.random() < 0.85 else head, number)
    if layout is Layout.CAR_SHORT:
        return (dashed if rng.random() < 0.2 else head, number)
    return (f"{head}{'-' if rng.random() < 0.9 else ' '}{number}",)
