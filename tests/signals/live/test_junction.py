"""A running junction follows its plans, its people and its buses, and its guard stays right throughout."""

from datetime import datetime
from itertools import groupby

import pytest

from signals.live.errors import LiveError
from signals.live.wishes import Kind, PriorityRequest


def greens(seen, movement=0):
    """(since, until) of every whole green of a movement."""
    runs = [
        (shown, [at for at, _ in some]) for shown, some in groupby(seen, key=lambda one: one[1].lamps[movement].aspect)
    ]
    return [(times[0], times[-1]) for shown, times in runs[1:-1] if shown == "green"]


@pytest.fixture
def running(make_library, make_running):
    return make_running(make_library())


def test_greens_of_a_plan_begin_and_last_as_it_says_once_in_step(running):
    running.until(300)
    seen = running.until(600)
    assert seen[-1][1].position.in_step
    for since_s, until_s in greens(seen):
        assert until_s - since_s == pytest.approx(30, abs=1.0)
        assert (since_s + 6 * 3600) % 60 == pytest.approx(0, abs=1.0)


def test_another_time_of_day_brings_another_plan_through_safe_cycles(make_library, make_running):
    library = make_library({"day": (30, 20), "peak": (52, 31)}, {"00:00": "day", "06:05": "peak"})
    running = make_running(library)
    running.until(400)
    seen = running.until(900)
    assert {state.position.plan for _, state in seen} == {"peak"}
    assert seen[-1][1].position.in_step
    assert all(state.mode == "commanded" for _, state in seen)


def test_a_stage_held_by_hand_stays_until_its_time_is_over_and_the_plan_comes_back(running):
    running.until(120)
    running.live.hold("S1", 60, "An", "queue after an accident", 120.0)
    held = running.until(180)
    assert {state.stage for at, state in held if at > 150} == {"S1"}
    after = running.until(600)
    assert all(state.hold is None for _, state in after)
    assert after[-1][1].position.in_step


def test_nobody_waits_longer_than_the_longest_red_whatever_is_held(running):
    running.until(60)
    running.live.hold("S0", 600, "An", "parade", 60.0)
    seen = running.until(600)
    reds = [lamp.since_s for _, state in seen for lamp in state.lamps if lamp.aspect == "red"]
    assert max(reds) <= 120.0


def test_an_emergency_vehicle_meets_green_and_the_plan_recovers(running):
    running.until(121)  # the first stage has just become green
    running.live.ask(PriorityRequest("a1", Kind.EMERGENCY, "m1", "post 7", 141.0, 160.0), 121.0)
    at = dict(running.until(160))
    assert at[141.0].lamps[1].aspect == "green"
    assert running.until(600)[-1][1].position.in_step


def test_a_bus_that_would_just_miss_its_green_keeps_it_a_little_longer(make_library, make_running):
    plain, asked = make_running(make_library()), make_running(make_library())
    for one in (plain, asked):
        one.until(300)
    end_s = next(until for _, until in greens(plain.until(420)) if until > 310)
    asked.until(end_s - 5)
    asked.live.ask(PriorityRequest("bus 32", Kind.BUS, "m0", "bus 32", end_s + 6, end_s + 20), end_s - 5)
    at = dict(asked.until(420))
    assert at[round(end_s + 6, 2)].lamps[0].aspect == "green"
    assert any(shown.lamps[1].aspect == "green" for time_s, shown in at.items() if end_s + 6 < time_s < end_s + 40)


def test_what_is_told_of_the_next_change_is_when_it_comes(running):
    running.until(300)
    seen = running.until(420)
    changes = [
        at
        for (at, state), (_, before) in zip(seen[1:], seen, strict=False)
        if state.lamps[0].aspect != before.lamps[0].aspect
    ]
    for at, state in seen:
        lamp = state.lamps[0]
        if lamp.aspect == "green" and (later := [change for change in changes if change > at]):
            assert lamp.least_s <= later[0] - at + 0.5
            assert lamp.most_s == pytest.approx(later[0] - at, abs=1.0)


def test_plans_are_published_and_another_junction_is_not(running, make_library, make_row):
    running.until(120)
    running.live.publish(make_library({"calm": (20, 20)}))
    assert {state.position.plan for _, state in running.until(400)[800:]} == {"calm"}
    with pytest.raises(LiveError, match="another row"):
        running.live.publish(make_library(junction=make_row(3), plans={"x": (20, 20, 20)}))


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda live: live.hold("S9", 30, "An", "why", 0.0), "has no stage S9"),
        (lambda live: live.hold("S0", 601, "An", "why", 0.0), "at most 600 s"),
        (lambda live: live.hold("S0", 30, "An", " ", 0.0), "needs a reason"),
        (lambda live: live.ask(PriorityRequest("b", Kind.BUS, "m9", "x", 5, 10), 0.0), "has no movement m9"),
        (lambda live: live.ask(PriorityRequest("b", Kind.BUS, "m0", "x", 5, 999), 0.0), "within 180 s"),
        (lambda live: live.ask(PriorityRequest("b", Kind.BUS, "m0", "x", float("nan"), 9), 0.0), "within 180 s"),
    ],
)
def test_what_cannot_be_wished_for_is_said(running, ask, sentence):
    with pytest.raises(LiveError, match=sentence):
        ask(running.live)


def test_requests_lapse_and_names_are_used_once(running):
    live = running.live
    live.ask(PriorityRequest("b", Kind.BUS, "m0", "x", 5, 10), 0.0)
    with pytest.raises(LiveError, match="open already"):
        live.ask(PriorityRequest("b", Kind.BUS, "m0", "x", 5, 10), 0.0)
    assert len(live.state(datetime.fromisoformat("2026-11-20 06:00"), 9.0).priorities) == 1
    assert live.state(datetime.fromisoformat("2026-11-20 06:00"), 10.0).priorities == ()
    assert live.cancel("b") is None
