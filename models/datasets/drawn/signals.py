"""Signal heads: where they hang, what they show, how they look."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.mesh import Colour, Mesh, Place, turned
from models.datasets.drawn.scene import Street
from models.datasets.drawn.sculptor import Sculptor
from vision.events.lamps import Lamp as State

LIT: dict[State, Colour] = {State.RED: (1.0, 0.12, 0.08), State.YELLOW: (1.0, 0.75, 0.1), State.GREEN: (0.1, 1.0, 0.55)}
UNLIT: dict[State, Colour] = {
    State.RED: (0.20, 0.05, 0.05), State.YELLOW: (0.20, 0.15, 0.04), State.GREEN: (0.04, 0.16, 0.10),
}  # fmt: skip
OTHER = {State.RED: State.GREEN, State.GREEN: State.RED, State.YELLOW: State.RED, State.OFF: State.OFF}
"""What the crossing road sees meanwhile."""
OUT_M = ((State.RED, 0.33), (State.YELLOW, 0.0), (State.GREEN, -0.33))
"""How far each lamp lies from the middle of the head: upwards, or towards its own right where it is level."""
LENS_Y_M = 0.13
HOUSING: Colour = (0.07, 0.07, 0.07)
POLE: Colour = (0.35, 0.36, 0.36)


@dataclass(frozen=True, slots=True)
class Signal:
    """One head. It hangs at x, y, z and looks along `heading_rad`; `arm_m` to its left (as it looks) stands its pole.

    level    its lamps lie side by side, red at the left of who reads it
    crosses  it is for the crossing road
    """

    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    arm_m: float = 0.0
    level: bool = False
    crosses: bool = False

    def shows(self, main: State) -> State:
        """Its state while the heads of the main road show `main`."""
        return OTHER.get(main, State.OFF) if self.crosses else main

    def lens_m(self, state: State) -> Place | None:
        """The middle of a lamp's lens in the world; None for no lamp."""
        if state not in LIT:
            return None
        out = dict(OUT_M)[state]
        x, z = (out, 0.0) if self.level else (0.0, out)
        cos, sin = float(np.cos(self.heading_rad)), float(np.sin(self.heading_rad))
        return self.x_m + cos * x - sin * LENS_Y_M, self.y_m + sin * x + cos * LENS_Y_M, self.z_m + z

    def facing(self, eye_m: tuple[float, float, float]) -> float:
        """1 for who stands straight before it, 0 from its side, below 0 from behind."""
        towards = np.array(eye_m) - np.array([self.x_m, self.y_m, self.z_m])
        ahead = np.array([-np.sin(self.heading_rad), np.cos(self.heading_rad), 0.0])
        return float(towards @ ahead / max(float(np.linalg.norm(towards)), 1e-6))


def signal_places(rng: np.random.Generator, street: Street) -> tuple[Signal, ...]:
    """Heads beyond the crossing for each way of the main road, over it on arms at some; at half of them also those of
    the crossing road."""
    if street.crossing_at_m is None:
        return ()
    near, far = street.crossing_at_m - street.crossing_half_m, street.crossing_at_m + street.crossing_half_m
    level = bool(rng.random() < 0.2)
    arms = rng.random() < 0.4
    signals: list[Signal] = []
    if street.ahead_m:
        signals.append(Signal(street.right_m + 0.7, far + 1.0, 3.2, np.pi, level=level))
        lanes = round(street.ahead_m / street.lane_m)
        for lane in range(lanes) if arms else ():
            x = street.median_m / 2 + (lane + 0.5) * street.lane_m
            signals.append(Signal(x, far + 1.2, 5.3, np.pi, arm_m=-(street.right_m + 0.7 - x), level=level))
        if rng.random() < 0.4:  # one on the near side too
            signals.append(Signal(street.right_m + 0.6, near - 6.0, 2.9, np.pi, level=level))
    if street.oncoming_m:
        for y in (near - 1.0, far + 6.0):
            signals.append(Signal(street.left_m - 0.7, y, 3.2, 0.0, level=level))
    if rng.random() < 0.5:
        signals.append(Signal(street.right_m + 1.0, near - 1.2, 3.2, np.pi / 2, level=level, crosses=True))
        signals.append(Signal(street.left_m - 1.0, far + 1.2, 3.2, -np.pi / 2, level=level, crosses=True))
    return tuple(signals)


def signal_head(place: tuple[float, float, float, float], lit: State) -> Mesh:
    """A pole with three lamps at x, y, z, looking along a heading; none is lit for OFF."""
    x, y, z, heading = place
    return with_pole(Signal(x, y, z, heading), lit)


def with_pole(signal: Signal, lit: State) -> Mesh:
    """The head, its pole and its arm."""
    shape = Sculptor()
    arm, z = signal.arm_m, signal.z_m
    shape.tube((arm, -0.15, 0), (arm, -0.15, z + 0.6), 0.07 if arm == 0 else 0.12, POLE, sides=8)
    if arm:
        shape.tube((arm, -0.15, z + 0.45), (0, -0.15, z + 0.45), 0.06, POLE)
    _housing(shape, signal, lit)
    return shape.mesh(0).moved(turned(signal.x_m, signal.y_m, signal.heading_rad))


def head_alone(signal: Signal) -> Mesh:
    """The housing without its pole."""
    shape = Sculptor()
    _housing(shape, signal, State.OFF)
    return shape.mesh(0).moved(turned(signal.x_m, signal.y_m, signal.heading_rad))


def _housing(shape: Sculptor, signal: Signal, lit: State) -> None:
    z = signal.z_m
    shape.box((0, 0, z), (1.05, 0.22, 0.36) if signal.level else (0.36, 0.22, 1.05), HOUSING)
    for lamp, out in OUT_M:
        colour = LIT[lamp] if lamp is lit else UNLIT[lamp]
        # Its reader stands before it and looks back: the reader's left is its own right.
        x, up = (out, z) if signal.level else (0.0, z + out)
        shape.tube((x, 0.11, up), (x, LENS_Y_M, up), 0.135, colour, sides=12, capped=True)
        shape.tube((x, 0.11, up + 0.12), (x, 0.3, up + 0.13), 0.05, (0.06, 0.06, 0.06), 0.03)
