"""The lawful traffic around the actors: straight on in its own strip of road, after whoever is ahead.

Following is the intelligent driver model (Treiber, Hennecke, Helbing, Phys. Rev. E 62, 2000), as in `twin.approach`.
Actors never look; who would be in their way, or would be pushed into an offence by them, is never sent at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from twin.offences.bodies import Body, Garage
from twin.offences.cast import FPS, Actor, Trace, touching
from twin.offences.place import Stream
from vision.arrays import F64
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

STEP_S = 1 / FPS
WARM_UP_S = 16.0
ROUNDS = 12
HARDEST_MPS2 = 6.0
SIGHT_M = 45.0
BEFORE_LINE_M = 1.0
CLEAR_BEFORE_RED_S = 0.8
TOUCH_M = 0.15
ASIDE_M, BESIDE_M = 0.12, 0.25
"""Room that is left at either side to others of the crowd, and to actors."""
AGILE = (VehicleKind.MOTORBIKE, VehicleKind.BICYCLE)
SLOWER = {VehicleKind.BICYCLE: 0.5, VehicleKind.BUS: 0.9, VehicleKind.TRUCK: 0.85}
Lawless = Callable[[Actor], bool]


@dataclass(slots=True)
class Rider:
    """One to be sent at `due_s` along `stream`; s_m is its origin along it, x_m aside of it."""

    body: Body
    stream: int
    due_s: float
    x_m: float
    wish_mps: float
    gap_m: float
    headway_s: float
    pull_mps2: float
    s_m: float = 0.0
    speed_mps: float = 0.0
    going: bool = False

    @property
    def front_m(self) -> float:
        return self.s_m + self.body.ahead_m

    @property
    def rear_m(self) -> float:
        return self.s_m - self.body.behind_m


class Extent(NamedTuple):
    """Of an actor in one frame, as a stream sees it."""

    rear_m: float
    front_m: float
    mps: float
    left_m: float
    right_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """A stream's own: along and to the right."""

    start: F64
    ahead: F64
    right: F64
    end_m: float

    @classmethod
    def of(cls, stream: Stream) -> Self:
        start, end = np.array(stream.start), np.array(stream.end)
        ahead = (end - start) / np.hypot(*(end - start))
        return cls(start, ahead, np.array([ahead[1], -ahead[0]]), float(np.hypot(*(end - start))))

    @property
    def course_rad(self) -> float:
        return float(np.arctan2(-self.ahead[0], self.ahead[1]))

    def extents(self, actors: Sequence[Actor], frames: int) -> list[list[Extent]]:
        """For each frame every actor that is there."""
        found: list[list[Extent]] = [[] for _ in range(frames)]
        for actor in actors:
            trace, body = actor.trace, actor.body
            place = np.stack([trace.x_m, trace.y_m], 1) - self.start
            s, x = place @ self.ahead, place @ self.right
            cos, sin = (np.abs(turn(trace.heading_rad - self.course_rad)) for turn in (np.cos, np.sin))
            half_s = (cos * body.length_m + sin * body.width_m) / 2
            half_x = (sin * body.length_m + cos * body.width_m) / 2
            mps = np.nan_to_num(np.maximum(np.gradient(s) * FPS, 0))
            columns = np.stack([s - half_s, s + half_s, mps, x - half_x, x + half_x], axis=1)
            for frame in np.flatnonzero(trace.there).tolist():
                found[frame].append(Extent(*columns[frame].tolist()))
        return found


def crowd(
    rng: np.random.Generator, garage: Garage, streams: Sequence[Stream], actors: Sequence[Actor], lawless: Lawless,
    *, frames: int,
) -> list[Actor]:  # fmt: skip
    """Traffic of a play. `lawless`: whether what somebody of it does would itself be an offence."""
    traffic = Traffic(streams, planned(rng, garage, streams, frames), actors, frames)
    banned: set[int] = set()
    sent: Mapping[int, Actor] = {}
    for _ in range(ROUNDS):
        sent = traffic.drive(banned)
        wrong = {one for one, actor in sent.items() if lawless(actor)} | _in_the_way(sent, actors)
        banned |= wrong
        if not wrong:
            break
    return [actor for one, actor in sent.items() if one not in banned]


def planned(rng: np.random.Generator, garage: Garage, streams: Sequence[Stream], frames: int) -> list[Rider]:
    """Everybody who might be sent, in order of time."""
    plan = []
    for number, stream in enumerate(streams):
        now_s = -WARM_UP_S + float(rng.exponential(60 / stream.per_minute))
        while now_s < frames * STEP_S:
            plan.append(_rider(rng, garage, stream, number, now_s))
            now_s += float(rng.exponential(60 / stream.per_minute))
    return sorted(plan, key=lambda one: one.due_s)


def _rider(rng: np.random.Generator, garage: Garage, stream: Stream, number: int, due_s: float) -> Rider:
    names, shares = zip(*stream.kinds.items(), strict=True)
    kind = names[int(rng.choice(len(names), p=shares))]
    agile = kind in AGILE
    return Rider(
        garage.lawful(kind), number, due_s,
        x_m=float(rng.uniform(*stream.aside_m)) if agile else float(np.clip(rng.normal(0, 0.12), -0.2, 0.2)),
        wish_mps=float(rng.uniform(*stream.mps)) * SLOWER.get(kind, 1.0),
        gap_m=float(rng.uniform(0.8, 1.3) if agile else rng.uniform(1.4, 2.2)),
        headway_s=0.9 if agile else 1.2, pull_mps2=2.0 if agile else 1.6,
    )  # fmt: skip


class Traffic:
    """Drives a plan around fixed actors, again and again, each time without some."""

    def __init__(self, streams: Sequence[Stream], plan: Sequence[Rider], actors: Sequence[Actor], frames: int) -> None:
        self._streams, self._plan, self._frames = streams, plan, frames
        self._axes = [Axes.of(stream) for stream in streams]
        self._actors = [axes.extents(actors, frames) for axes in self._axes]
        self._here: list[Rider] = []

    def drive(self, banned: set[int]) -> dict[int, Actor]:
        """Everybody that is ever there, by number in the plan."""
        waiting = [number for number in range(len(self._plan)) if number not in banned]
        trails = {id(self._plan[number]): np.full((3, self._frames), np.nan) for number in waiting}
        self._here = []
        queue = [self._plan[number] for number in waiting]
        for step in range(-round(WARM_UP_S / STEP_S), self._frames):
            while queue and queue[0].due_s <= step * STEP_S:
                self._let_in(queue.pop(0), step)
            self._move(step)
            for rider in self._here if step >= 0 else ():
                axes = self._axes[rider.stream]
                x, y = axes.start + axes.ahead * rider.s_m + axes.right * rider.x_m
                trails[id(rider)][:, step] = x, y, axes.course_rad
        found = {number: trails[id(self._plan[number])] for number in waiting}
        return {
            number: Actor("crowd", self._plan[number].body, Trace(*trail))
            for number, trail in found.items()
            if np.isfinite(trail[0]).any()
        }

    def _let_in(self, me: Rider, step: int) -> None:
        """At the start of its way, unless somebody is too close before it."""
        me.s_m, me.speed_mps, me.going = 0.0, me.wish_mps * 0.9, False
        gaps = [one.rear_m - me.front_m for one in self._ahead_of(me, behind_m=3.0)]
        gaps += [one.rear_m - me.front_m for one in self._actors_before(me, step, behind_m=3.0)]
        if all(gap > 4 + 0.6 * me.speed_mps for gap in gaps):
            self._here.append(me)

    def _move(self, step: int) -> None:
        push = [self._push(one, step) for one in self._here]
        for rider, mps2 in zip(self._here, push, strict=True):
            before = rider.speed_mps
            rider.speed_mps = max(0.0, before + mps2 * STEP_S)
            rider.s_m += (before + rider.speed_mps) / 2 * STEP_S
        self._here = [one for one in self._here if one.s_m < self._axes[one.stream].end_m]

    def _push(self, me: Rider, step: int) -> float:
        gaps = [(one.rear_m - me.front_m, one.speed_mps) for one in self._ahead_of(me)]
        gaps += [(one.rear_m - me.front_m, one.mps) for one in self._actors_before(me, step)]
        stream = self._streams[me.stream]
        if stream.stop_m is not None and _must_stop(me, stream, stream.stop_m, step * STEP_S):
            gaps.append((stream.stop_m - BEFORE_LINE_M - me.front_m + me.gap_m, 0.0))
        hold = max((_interaction(me, gap_m, mps) for gap_m, mps in gaps), default=0.0)
        free = 1 - (me.speed_mps / me.wish_mps) ** 4
        return float(np.clip(me.pull_mps2 * (free - hold), -HARDEST_MPS2, me.pull_mps2))

    def _ahead_of(self, me: Rider, behind_m: float = 0.0) -> list[Rider]:
        return [
            one
            for one in self._here
            if one is not me
            and one.stream == me.stream
            and -behind_m <= one.s_m - me.s_m < SIGHT_M
            and abs(one.x_m - me.x_m) < (one.body.width_m + me.body.width_m) / 2 + ASIDE_M
        ]

    def _actors_before(self, me: Rider, step: int, behind_m: float = 0.0) -> list[Extent]:
        if step < 0:
            return []
        half = me.body.width_m / 2 + BESIDE_M
        return [
            one
            for one in self._actors[me.stream][step]
            if one.front_m > me.s_m - behind_m
            and one.rear_m < me.s_m + SIGHT_M
            and one.left_m < me.x_m + half
            and one.right_m > me.x_m - half
        ]


def _must_stop(me: Rider, stream: Stream, stop_m: float, now_s: float) -> bool:
    if stream.light is None or me.front_m > stop_m:
        return False
    state = stream.light.at(now_s)
    if state is Lamp.GREEN:
        me.going = False
        return False
    if state is Lamp.YELLOW and not me.going:
        # Who would have to brake hard and is surely over in time goes on, and sticks to it.
        left_s = stream.light.next_change_s(now_s) - now_s - CLEAR_BEFORE_RED_S
        hard = me.speed_mps**2 / (2 * max(stop_m - me.front_m, 0.05))
        me.going = me.speed_mps * left_s > stop_m - me.rear_m + 0.5 and hard > 3.0
    return not (state is Lamp.YELLOW and me.going)


def _interaction(me: Rider, gap_m: float, their_mps: float) -> float:
    """The braking term of the model, as a share of the greatest acceleration."""
    closing = me.speed_mps * (me.speed_mps - their_mps) / (2 * np.sqrt(me.pull_mps2 * 2.8))
    wanted = me.gap_m + max(0.0, me.speed_mps * me.headway_s + float(closing))
    return float((wanted / max(gap_m, 0.05)) ** 2)


def _in_the_way(sent: Mapping[int, Actor], actors: Sequence[Actor]) -> set[int]:
    """Who touches an actor, and the later sent of any two that touch each other."""
    wrong: set[int] = set()
    before: list[Actor] = []
    for number, me in sent.items():
        if any(touching(me.trace, me.body, one.trace, one.body, TOUCH_M).any() for one in (*actors, *before)):
            wrong.add(number)
        else:
            before.append(me)
    return wrong
