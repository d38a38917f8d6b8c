"""A crossing with lamps: red lights, stop lines, turns, the box, a solid line before it."""

from datetime import datetime

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.markings import STOP_BEYOND_M
from models.datasets.drawn.scene import Street
from twin.lights import Light
from twin.offences.place import Place, Stream
from twin.offences.signs import Painter
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

K = VehicleKind
PAINT_M = 0.35
HALF_M = 7.2
LANES = 3
CYCLE = ((Lamp.GREEN, 13.0), (Lamp.YELLOW, 3.0), (Lamp.RED, 16.0))
CROSS = ((Lamp.RED, 21.0), (Lamp.GREEN, 5.0), (Lamp.YELLOW, 2.0), (Lamp.RED, 4.0))
KERB_MIX = {K.MOTORBIKE: 0.85, K.BUS: 0.05, K.BICYCLE: 0.1}
LEFT_MIX = {K.CAR: 0.8, K.MOTORBIKE: 0.2}
MIX = {K.MOTORBIKE: 0.62, K.CAR: 0.25, K.TRUCK: 0.05, K.BICYCLE: 0.08}
BOX_AFTER_S = 3.0


def junction(rng: np.random.Generator, size_px: tuple[int, int], starts_at: datetime) -> Place:
    """A four-arm crossing seen from a mast before its stop line."""
    lane, stop = float(rng.uniform(3.4, 3.6)), float(rng.uniform(30, 33))
    middle = stop + PAINT_M + STOP_BEYOND_M + HALF_M
    street = Street(LANES * lane, 2 * lane, lane, 0.6, 4.0, middle, HALF_M, True)
    focal = size_px[0] * float(rng.uniform(0.90, 0.98))
    camera = Camera(
        (float(rng.uniform(2.5, 5.5)), 0.0, float(rng.uniform(8.0, 9.0))), float(rng.normal(0, 0.02)),
        float(np.arctan(0.43 * size_px[1] / focal)), 0.0, focal, size_px,
    )  # fmt: skip
    # The first yellow comes early, so that a whole red and the green after it are in any play.
    offset = CYCLE[0][1] - float(rng.uniform(5, 9))
    light, cross = Light(CYCLE, offset), Light(CROSS, offset)
    left, right = street.median_m / 2, street.right_m
    solid_x = left + lane
    paint = Painter()
    paint.box((left, right), (middle - HALF_M, middle + HALF_M))
    paint.solid(solid_x, (0.0, stop))
    low, high = middle - HALF_M, middle + HALF_M
    return Place(
        name="junction", street=street, camera=camera, starts_at=starts_at, light=light,
        streams=_streams(street, stop, middle, light, cross),
        stop_lines={"stop": ((left, stop), (right, stop))},
        lines={
            "out_left": ((street.left_m - 1.5, low + 0.5), (street.left_m - 1.5, high - 0.2)),
            "out_right": ((right + 1.5, low + 0.2), (right + 1.5, high - 0.5)),
            "out_ahead": ((left, high + 1.0), (right, high + 1.0)),
            "out_back": ((street.left_m, low - 1.0), (-left - 0.1, low - 1.0)),
        },
        movements={"turn_left": ("stop", "out_left"), "turn_right": ("stop", "out_right"),
                   "ahead": ("stop", "out_ahead"), "u_turn": ("stop", "out_back")},
        lanes={
            f"lane_{n + 1}": (
                [(left + n * lane, 15.0), (left + n * lane, stop), (left + (n + 1) * lane, stop),
                 (left + (n + 1) * lane, 15.0)],
                ((left + (n + 0.5) * lane, 16.5), (left + (n + 0.5) * lane, stop - 1)),
            )
            for n in range(LANES)
        },
        zones={"box": [(left, low), (left, high), (right, high), (right, low)]},
        markings={"solid": [(solid_x, 15.5), (solid_x, stop)]},
        rules={
            "over_the_line": {"offence": "stop_line", "stop_line": "stop"},
            "no_left_turn": {"offence": "forbidden_turn", "movement": "turn_left"},
            "no_u_turn": {"offence": "forbidden_u_turn", "movement": "u_turn"},
            "keep_lane": {"offence": "solid_line", "marking": "solid"},
            "keep_clear": {"offence": "box_blocking", "zone": "box", "after_s": BOX_AFTER_S},
        },
        signals=((right + 0.7, middle + HALF_M + 1.0, 3.4, float(np.pi)), (right + 0.7, stop + 0.6, 3.1, float(np.pi))),
        paint=paint.mesh(),
    )  # fmt: skip


def _streams(street: Street, stop: float, middle: float, light: Light, cross: Light) -> tuple[Stream, ...]:
    left, lane = street.median_m / 2, street.lane_m
    ahead = [
        Stream((left + (n + 0.5) * lane, -22.0), (left + (n + 0.5) * lane, 130.0), per_minute, kinds, (-1.0, 1.0),
               (7.5, 10.0), stop + 22.0, light)
        for n, (per_minute, kinds) in enumerate(((7, LEFT_MIX), (12, MIX), (15, KERB_MIX)))
    ]  # fmt: skip
    far = 2 * middle - stop
    back = [
        Stream((-left - (n + 0.5) * lane, 110.0), (-left - (n + 0.5) * lane, -20.0), 7, MIX, (-1.0, 1.0), (7.5, 10.0),
               110.0 - far, light)
        for n in range(2)
    ]  # fmt: skip
    edge = street.right_m + STOP_BEYOND_M
    across = [
        Stream((street.left_m - 45, middle - 3.5), (street.right_m + 45, middle - 3.5), 6, MIX, (-1.2, 1.2), (7.5, 9.0),
               45 - STOP_BEYOND_M, cross),
        Stream((edge + 40, middle + 3.5), (street.left_m - 45, middle + 3.5), 6, MIX, (-1.2, 1.2), (7.5, 9.0),
               40.0, cross),
    ]  # fmt: skip
    return (*ahead, *back, *across)
