"""A whole play: place, actors, crowd, and the truth of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.datasets.drawn.scene import Sky
from twin.errors import TwinError
from twin.offences.acts import Act, Acts
from twin.offences.avenue import AvenueActs, avenue
from twin.offences.bodies import Garage
from twin.offences.cast import FPS, Actor, Cast
from twin.offences.crowd import crowd
from twin.offences.gate import GateActs, gate
from twin.offences.junction import junction
from twin.offences.junction_acts import JunctionActs
from twin.offences.kerb import KerbActs, kerb
from twin.offences.place import Place
from twin.offences.sky import Condition, hour_of, sky_of

TRIES, ATTEMPTS = 50, 20
COATS, COATS_IN_RAIN = 0.06, 0.5
Build = Callable[[np.random.Generator, tuple[int, int], datetime], Place]
Size = tuple[int, int]
WIDE_PX, CLOSE_PX = (960, 540), (1600, 900)
PLACES: Mapping[str, tuple[Build, type[Acts], Size]] = {
    "junction": (junction, JunctionActs, WIDE_PX),
    "avenue": (avenue, AvenueActs, WIDE_PX),
    "kerb": (kerb, KerbActs, WIDE_PX),
    "gate": (gate, GateActs, CLOSE_PX),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A play to be staged. only: the one offence to be committed, None for all of the place; times: how often each."""

    place: str
    condition: Condition
    seed: int
    seconds: float
    only: str | None = None
    times: int = 1

    @property
    def frames(self) -> int:
        return round(self.seconds * FPS)


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """everyone: actors first, then the crowd; the number of each is its place in it, from 1."""

    wanted: Wanted
    place: Place
    sky: Sky
    everyone: tuple[Actor, ...]


def play(wanted: Wanted) -> Play:
    """The same for the same wish. Each offence at least once, and each lawful temptation where it finds room.

    TwinError where an offence finds none in any of some attempts, and for a place that is not known.
    """
    if wanted.place not in PLACES:
        raise TwinError(f"place {wanted.place}: wanted one of {', '.join(PLACES)}")
    for attempt in range(ATTEMPTS):
        staged = _attempt(wanted, attempt)
        if staged is not None:
            return staged
    what = wanted.only or ", ".join(offences_at(wanted.place))
    raise TwinError(
        f"{wanted.place}, seed {wanted.seed}: wanted room for {what} in {wanted.seconds} s, "
        f"found none in {ATTEMPTS} attempts"
    )


def _attempt(wanted: Wanted, attempt: int) -> Play | None:
    """None where an offence found no room."""
    build, acts_of, size_px = PLACES[wanted.place]
    place_number, condition_number = list(PLACES).index(wanted.place), list(Condition).index(wanted.condition)
    rng = np.random.default_rng([wanted.seed, attempt, place_number, condition_number])
    place = build(rng, size_px, hour_of(wanted.condition))
    garage = Garage(rng, COATS_IN_RAIN if wanted.condition is Condition.RAIN else COATS)
    cast = Cast(wanted.frames)
    acts = acts_of(place, cast, garage, rng)
    offences = {name: act for name, act in acts.offences().items() if wanted.only in {None, name}}
    for name in [each for _ in range(wanted.times) for each in rng.permutation(list(offences)).tolist()]:
        if not _finds_room(offences[name]) and not any(one.act == name for one in cast.actors):
            return None
    for act in acts.lawful():
        _finds_room(act)
    others = crowd(rng, garage, place.streams, cast.actors, acts.lawless, frames=cast.frames)
    return Play(wanted, place, sky_of(wanted.condition, rng), (*cast.actors, *others))


def _finds_room(act: Act) -> bool:
    return any(act() for _ in range(TRIES))


def offences_at(name: str) -> tuple[str, ...]:
    """Which offences are committed at a place."""
    return PLACES[name][1].OFFENCES
