"""How one comes into the junction over a line, and how one leaves it."""

from typing import NamedTuple

from vision.events.bodies import Crossing, Direction
from vision.geometry.scene import Scene


class Way(NamedTuple):
    """Over a line in one direction; None: in either, for the scene does not say."""

    line: str
    direction: Direction | None

    def fits(self, crossing: Crossing) -> bool:
        return crossing.line == self.line and self.direction in {None, crossing.direction}


def entering(scene: Scene, line: str) -> Direction | None:
    """The direction in which one enters the junction over that line; None where the scene does not say."""
    stop = scene.stop_lines.get(line)
    towards = stop.entering if stop is not None else scene.counting_lines[line].entering
    return None if towards is None else Direction(towards)


def leaving(scene: Scene, line: str) -> Direction | None:
    towards = entering(scene, line)
    return None if towards is None else _other(towards)


def _other(direction: Direction) -> Direction:
    return Direction.LEFT_TO_RIGHT if direction is Direction.RIGHT_TO_LEFT else Direction.RIGHT_TO_LEFT
