"""Who drives in a play: actors on fixed ways at fixed times, and the traffic around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from twin.offences.bodies import Body
from twin.offences.motion import Go, Motion, Step, moved
from twin.offences.path import Path
from vision.arrays import F64, I64, Bool

FPS = 12.5
APART_M = 0.45
ROOM_M = 2.5
"""Two that both commit an offence keep farther apart, or one would hide the other."""
EARLIEST_S, LATEST_S = 3.0, 4.0
"""No offence before the engine has seen a little, nor so late that the pictures after it are missing."""
DISCS = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody did, media seconds. judged: False where neither to find it nor not to find it is wrong."""

    offence: str
    since_s: float
    until_s: float
    judged: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Where one vehicle is in each frame; NaN while it is not there. All (n,) float64."""

    x_m: F64
    y_m: F64
    heading_rad: F64

    @property
    def there(self) -> Bool:
        return np.isfinite(self.x_m)

    def speed_mps(self) -> F64:
        """NaN in the first frame and where it is not there."""
        step = np.hypot(np.diff(self.x_m), np.diff(self.y_m)) * FPS
        return np.concatenate([[np.nan], step])


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """act: what it was sent out to do, or `crowd`."""

    act: str
    body: Body
    trace: Trace
    claims: tuple[Claim, ...] = ()


@dataclass(slots=True)
class Cast:
    """Actors that keep out of each other's way."""

    frames: int
    actors: list[Actor] = field(default_factory=list)

    def times_s(self) -> F64:
        return np.arange(self.frames) / FPS

    def enter(
        self, act: str, body: Body, path: Path, steps: Sequence[Step], *, at_m: float, at_s: float,
        claims: Callable[[Motion, float], Sequence[Claim]] = lambda _motion, _since_s: (),
    ) -> bool:  # fmt: skip
        """Send somebody along `path` so that `at_m` of it is reached at `at_s`.

        claims: from the motion and the media second at which it begins. False, and nobody sent, where he would come
        too near to another, or what he is to do would not be over within the play.
        """
        first = steps[0]
        assert isinstance(first, Go), "nobody begins by standing"
        motion = moved(steps, first.mps)
        since_s = at_s - motion.first_s(at_m)
        told = tuple(claims(motion, since_s))
        if any(one.since_s < EARLIEST_S or one.until_s > self.frames / FPS - LATEST_S for one in told):
            return False
        now = self.times_s() - since_s
        walked = np.interp(now, motion.time_s, motion.walked_m, left=np.nan, right=np.nan)
        trace = Trace(*path.at(walked))
        if any(self._too_near(trace, body, bool(told), other) for other in self.actors):
            return False
        self.actors.append(Actor(act, body, trace, told))
        return True

    def _too_near(self, trace: Trace, body: Body, offends: bool, other: Actor) -> bool:
        apart_m = ROOM_M if offends and other.claims else APART_M
        return bool(touching(trace, body, other.trace, other.body, apart_m).any())


def touching(a: Trace, a_body: Body, b: Trace, b_body: Body, apart_m: float) -> Bool:
    """(n,) in which frames."""
    reach = (a_body.length_m + b_body.length_m) / 2 + apart_m
    close = np.hypot(a.x_m - b.x_m, a.y_m - b.y_m) < reach + 1
    found = np.zeros(len(close), np.bool_)
    rows = np.flatnonzero(close)
    if len(rows):
        one, other = _discs(a, a_body, rows), _discs(b, b_body, rows)
        gap = np.hypot(*(one[:, :, None, :] - other[:, None, :, :]).transpose(3, 0, 1, 2))
        found[rows] = gap.min(axis=(1, 2)) < _radius_m(a_body) + _radius_m(b_body) + apart_m
    return found


def _radius_m(body: Body) -> float:
    return body.width_m / 2 * 0.95


def _discs(trace: Trace, body: Body, rows: I64) -> F64:
    """(rows, discs, 2) middles of discs along it."""
    radius = _radius_m(body)
    count = max(DISCS, int(np.ceil(body.length_m / body.width_m)))
    along = np.linspace(-body.behind_m + radius, body.ahead_m - radius, count)
    x = trace.x_m[rows, None] - np.sin(trace.heading_rad[rows, None]) * along
    y = trace.y_m[rows, None] + np.cos(trace.heading_rad[rows, None]) * along
    return np.stack([x, y], axis=2)
