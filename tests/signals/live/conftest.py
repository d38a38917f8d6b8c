"""A junction that runs in made-up time, four steps a second."""

from datetime import date, datetime, time, timedelta

import pytest

from signals.control.virtual.cabinet import StartUp
from signals.live.junction import LiveJunction
from signals.plan.library import DayKind, PlanLibrary, Since
from signals.plan.timing import lay_out

STEP_S = 0.25
START = datetime.fromisoformat("2026-11-20 06:00")


class Running:
    """`until(seconds)` steps on and gives (seconds, state) of every step."""

    def __init__(self, live, start=START):
        self.live, self.start, self.now_s = live, start, 0.0

    def moment(self):
        return self.start + timedelta(seconds=self.now_s)

    def until(self, end_s):
        seen = []
        while self.now_s < end_s - 1e-9:
            self.live.step(self.moment(), self.now_s)
            seen.append((round(self.now_s, 2), self.live.state(self.moment(), self.now_s)))
            self.now_s = round(self.now_s + STEP_S, 6)
        return seen


@pytest.fixture(scope="session")
def make_library(make_row):
    def make(plans=None, entries=None, junction=None):
        junction = junction or make_row(2)
        plans = plans or {"day": (30, 20)}
        made = {name: lay_out(junction, greens) for name, greens in plans.items()}
        since = tuple(
            Since(time.fromisoformat(at), name) for at, name in (entries or {"00:00": next(iter(plans))}).items()
        )
        return PlanLibrary(junction, made, {DayKind.WORKDAY: since}, {date(2020, 1, 1): since})

    return make


@pytest.fixture(scope="session")
def make_running():
    def make(library, start=START):
        return Running(LiveJunction(library, 0.0, start_up=StartUp(0.5, 0.5, 0.5)), start)

    return make
