"""Squares that drive over a line in a small grey picture, with the crossings a tracker would tell of them."""

from dataclasses import dataclass

import numpy as np
import pytest

from vision.events.bodies import Crossing, Direction
from vision.events.incidents import SwarmFlow
from vision.geometry.lines import Line
from vision.tracks import Tracks
from vision.traffic.swarm.counter import SwarmCounter, SwarmSettings

SMALL_PX, FRAME_PX = (160, 90), (640, 360)
FPS = 12.5
LINE = Line("across", "counting", ((0.0, 180.0), (640.0, 180.0)))
SIDE_PX = 8  # of a square, small pixels
PACE_PX = 2.0  # small pixels a picture


def road_luma(seed=1):
    return np.random.default_rng(seed).integers(90, 110, (SMALL_PX[1], SMALL_PX[0]), np.uint8)


@dataclass(frozen=True)
class Meadow:
    """`play` draws one square per column and start time; up the picture is RIGHT_TO_LEFT."""

    settings: type[SwarmSettings]
    counter: type[SwarmCounter]
    line: Line = LINE
    small_px: tuple[int, int] = SMALL_PX
    frame_px: tuple[int, int] = FRAME_PX
    fps: float = FPS

    def counter_of(self, **settings: object) -> SwarmCounter:
        return SwarmCounter([LINE], FRAME_PX, SMALL_PX, SwarmSettings(**settings))  # type: ignore[arg-type]  # as given

    def play(self, counter, starts, seconds, *, told_until_s=1e9, sign=-1) -> list[SwarmFlow]:
        """starts: (column 0..19, second at which it is on the line). After told_until_s no crossing is told."""
        road = road_luma()
        faces = np.random.default_rng(5).integers(0, 256, (20, SIDE_PX, SIDE_PX), np.uint8)
        told: list[SwarmFlow] = []
        for index in range(round(seconds * FPS)):
            media_s = index / FPS
            luma = road.copy()
            crossings = []
            for number, (column, at_s) in enumerate(starts):
                y = 45 + sign * (media_s - at_s) * FPS * PACE_PX
                top = round(y - SIDE_PX / 2)
                if 0 <= top <= SMALL_PX[1] - SIDE_PX:
                    luma[top : top + SIDE_PX, column * 8 : column * 8 + SIDE_PX] = faces[column]
                if media_s < told_until_s and index == round(at_s * FPS):
                    crossings.append(crossing(number + 1, index, media_s, sign))
            told += counter.see(luma, no_tracks(), crossings, media_s)
        return [*told, *counter.finish()]


def no_tracks():
    return Tracks(
        np.zeros(0, np.int64), np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int8),
        np.zeros(0, np.bool_), np.zeros(0, np.bool_), np.zeros(0, np.int64),
    )  # fmt: skip


def crossing(track, frame, media_s, sign):
    way = Direction.RIGHT_TO_LEFT if sign < 0 else Direction.LEFT_TO_RIGHT
    return Crossing(
        line="across", role="counting", track=track, vehicle="motorbike", direction=way, frame=frame, at_s=media_s,
        at_error_s=0.04, x=0.5, y=0.5,
    )  # fmt: skip


@pytest.fixture(scope="session")
def meadow() -> Meadow:
    return Meadow(SwarmSettings, SwarmCounter)
