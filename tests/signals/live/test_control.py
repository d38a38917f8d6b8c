"""Traffic chooses the stages of a live junction while it can be believed; else the stored plan, within four seconds."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals.live.control import Control, FellBack, Reason, Source
from signals.live.errors import LiveError
from signals.live.neighbours import tell_neighbours
from signals.live.spat import spat
from signals.live.traffic import Fact, Word
from signals.live.wishes import Kind, PriorityRequest


def share(seen, stage):
    return sum(state.stage == stage for _, state in seen) / len(seen)


@pytest.fixture
def adaptive(make_watched):
    watched = make_watched()
    watched.live.set_control(Control.ADAPTIVE)
    return watched


@pytest.mark.parametrize("control", [Control.ADAPTIVE, Control.ACTUATED])
def test_traffic_chooses_and_the_busy_approach_gets_the_green_that_the_plan_gives_to_nobody(make_watched, control):
    by_plan, by_traffic = make_watched(), make_watched()
    by_traffic.live.set_control(control)
    planned, chosen = by_plan.until(300), by_traffic.until(300)
    last = chosen[-1][1]
    assert (last.control.asked, last.control.runs, last.control.why) == (control, control, None)
    assert last.position is None
    assert last.mode == "commanded"
    assert "trafficDependentOperation" in spat(last, datetime(2026, 11, 20, tzinfo=UTC))["status"]
    assert share(chosen, "main") > share(planned, "main") + 0.1
    assert by_traffic.waited_s < 0.8 * by_plan.waited_s


def test_who_walks_is_served_though_nobody_counts_him_and_nobody_is_red_for_too_long(adaptive):
    seen = adaptive.until(400)
    assert max(lamp.since_s for _, state in seen for lamp in state.lamps if lamp.aspect == "red") <= 120.0
    assert share(seen, "walk") > 0.05


def test_the_stored_plan_is_back_within_four_seconds_of_the_last_word_and_traffic_once_it_is_good(adaptive):
    seen = adaptive.until(120)
    assert seen[-1][1].control.runs is Control.ADAPTIVE
    last_word_s = seen[-1][0] // 1
    adaptive.silent = {"out", "side"}
    after = adaptive.until(150)
    back_s = next(at for at, state in after if state.control.runs is Control.PLAN)
    assert back_s - last_word_s <= 4.0
    told = dict(after)[round(last_word_s + 4, 2)]
    assert (told.control.why, told.position.plan) == (FellBack.NO_DATA, "day")
    assert {one.source for one in told.control.approaches} == {Source.NONE}
    assert all(state.mode == "commanded" for _, state in after)
    adaptive.silent = set()
    again = adaptive.until(170)
    assert again[-1][1].control.runs is Control.ADAPTIVE
    assert {state.control.why for _, state in again} == {FellBack.RETURNING, None}
    runs = [(one.runs, one.why) for one in adaptive.live.happened]
    assert runs[-3:] == [
        (Control.PLAN, FellBack.NO_DATA),
        (Control.PLAN, FellBack.RETURNING),
        (Control.ADAPTIVE, None),
    ]


def test_an_approach_that_falls_silent_gets_its_share_of_the_plan_and_the_others_keep_their_cleverness(adaptive):
    adaptive.until(100)
    adaptive.silent = {"side"}
    seen = adaptive.until(300)
    falls = next(at for at, state in seen if state.control.approaches[1].stands_in)
    assert falls - 99 <= 4.0
    last = seen[-1][1].control
    assert last.runs is Control.ADAPTIVE
    assert [(one.fault, one.stands_in) for one in last.approaches] == [("none", False), ("dropped", True)]
    assert 0.1 < share(seen, "side") < 0.5


def test_a_detector_that_always_says_somebody_stands_there_is_not_believed(make_watched):
    watched = make_watched({"out": 0.3, "side": 0.05})
    watched.live.set_control(Control.ADAPTIVE)
    honest = watched.words
    watched.words = lambda: [
        replace(one, queued=9.0, passed=0.0) if one.movement == "side" else one for one in honest()
    ]
    seen = watched.until(400)
    assert "stuck_on" in {state.control.approaches[1].fault for _, state in seen}


def test_it_says_why_it_chose_this_stage_and_what_each_would_cost(adaptive):
    chosen = [state.control.chosen for _, state in adaptive.until(200) if state.control.runs is Control.ADAPTIVE]
    assert {one.reason for one in chosen} >= {Reason.CHEAPEST, Reason.LEAST_GREEN}
    told = [one for one in chosen if one.reason is Reason.CHEAPEST]
    assert all(one.cost_s[one.stage] == min(cost for cost in one.cost_s.values() if cost is not None) for one in told)


def test_the_longest_green_of_a_stage_ends_it_where_others_wait(make_watched, described_text):
    text = described_text.replace("{id: main, movements: [out]}", "{id: main, movements: [out], max_green_s: 30}")
    watched = make_watched({"out": 0.45, "side": 0.02}, text)
    watched.live.set_control(Control.ADAPTIVE)
    seen = watched.until(250)
    greens = [at for (_, one), (at, two) in pairwise(seen) if (one.stage, two.stage) == ("main", None)]
    assert greens
    assert max(lamp.since_s for _, state in seen for lamp in state.lamps[:1] if lamp.aspect == "green") <= 33.0
    assert Reason.MOST_GREEN in {state.control.chosen.reason for _, state in seen if state.control.chosen}


def test_a_stage_held_by_hand_and_an_emergency_go_before_traffic_which_goes_on_afterwards(adaptive):
    adaptive.until(20)
    adaptive.live.hold("side", 40, "An", "accident", 20.0)
    held = adaptive.until(60)
    assert {state.stage for at, state in held if at > 30} == {"side"}
    adaptive.until(170)
    adaptive.live.ask(PriorityRequest("a1", Kind.EMERGENCY, "side", "post 7", 200.0, 215.0), 170.0)
    at = dict(adaptive.until(240))
    assert at[200.0].lamps[1].aspect == "green"
    assert at[239.5].control.runs is Control.ADAPTIVE


def test_a_bus_weighs_more_than_a_car(make_watched):
    def green_at(asked):
        watched = make_watched({"out": 0.1, "side": 0.01})
        watched.live.set_control(Control.ADAPTIVE)
        watched.until(140)
        if asked:
            watched.live.ask(PriorityRequest("bus 32", Kind.BUS, "side", "bus 32", 160.0, 190.0), 140.0)
        return sum(state.stage == "side" for at, state in watched.until(190) if at >= 155)

    assert green_at(asked=True) > green_at(asked=False)


def test_a_controller_that_fails_leaves_the_junction_to_its_plan_and_is_tried_again(adaptive, monkeypatch, caplog):
    adaptive.until(60)

    def fail(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("signals.live.conductor.AdaptiveController.choose", fail)
        seen = adaptive.until(63)
    last = seen[-1][1]
    assert (last.control.runs, last.control.why, last.position.plan) == (Control.PLAN, FellBack.BROKEN, "day")
    assert "no stage could be chosen" in caplog.text
    assert adaptive.until(140)[-1][1].control.runs is Control.ADAPTIVE


def test_a_mode_is_changed_at_any_time_and_its_plan_comes_back_into_step(adaptive):
    adaptive.until(60)
    adaptive.live.set_control(Control.PLAN)
    seen = adaptive.until(400)
    assert seen[0][1].control.runs is Control.PLAN
    assert seen[-1][1].position.in_step
    adaptive.live.set_control(Control.ACTUATED)
    last = adaptive.until(430)[-1][1].control
    assert last.runs is Control.ACTUATED
    assert last.chosen.reason in {Reason.EXTENDED, Reason.CALLED, Reason.LEAST_GREEN}


def test_where_nobody_watches_traffic_only_plans_run_and_it_is_said(make_library, make_running, make_watched):
    blind = make_running(make_library()).live
    with pytest.raises(LiveError, match="at least one movement with a camera or detector"):
        blind.set_control(Control.ADAPTIVE)
    assert blind.control is Control.PLAN
    with pytest.raises(LiveError, match="nobody listens"):
        blind.tell([Word("m0", 1.0)], 0.0)
    with pytest.raises(LiveError, match=r"Movement left has no approach in the library \(these have: out, side\)"):
        make_watched().live.tell([Word("out", 1.0), Word("left", 1.0)], 0.0)


@pytest.mark.parametrize(
    "word",
    [
        Word("out", float("nan")),
        Word("out", -1.0),
        Word("out", 1.0, (float("inf"),)),
        Word("out", 1.0, (), float("nan")),
        Word("out", 1.0, outflow=1.5),
        Word("out", 1.0, units=0.0),
        Word("out", 1.0, (1.0,) * 201),
    ],
)
def test_numbers_that_are_none_are_not_listened_to(make_watched, word):
    live = make_watched().live
    with pytest.raises(LiveError, match="wanted numbers of 0 or more"):
        live.tell([Word("side", 1.0), word], 0.0)
    assert live.state(make_watched().moment(), 0.0).control.approaches[1].source is Source.NONE


numbers = st.floats(0, 40, allow_nan=False)
words = st.lists(
    st.builds(
        Word,
        st.sampled_from(["out", "side"]),
        numbers,
        st.lists(numbers, max_size=4).map(tuple),
        st.floats(0, 3),
        st.floats(0, 1),
        st.none() | st.floats(0.2, 3),
    ),
    max_size=2,
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(words, min_size=20, max_size=40), control=st.sampled_from([Control.ADAPTIVE, Control.ACTUATED]))
def test_the_same_words_give_the_same_stages_and_no_word_makes_the_lamps_unsafe(make_watched, told, control):
    def run():
        watched = make_watched({})
        watched.live.set_control(control)
        seen = []
        for some in told:
            watched.live.tell(some, watched.now_s)
            seen += watched.until(watched.now_s + 1)
        return [(state.stage, state.control.chosen, state.mode) for _, state in seen]

    first = run()
    assert first == run()
    assert {mode for *_, mode in first} <= {"starting", "commanded", "stored_plan"}


def test_what_is_foreseen_to_leave_is_told_once_and_only_while_traffic_chooses(adaptive):
    adaptive.until(30)  # past the least green of the first stage, in which nothing is planned
    told = adaptive.live.take_leaving()
    assert told.vehicles.shape == (3, 8)
    assert np.isfinite(told.vehicles).all()
    assert adaptive.live.take_leaving() is None


class ByFacts:
    """Tells what cameras deliver anyway: every fifteen seconds the facts of those before, three seconds late, and each
    vehicle that passed the stop line a second later."""

    def __init__(self, watched):
        self.watched, self.queue_s, self.count = watched, {}, {}
        watched.words = lambda: []
        self.drive, watched.drive = watched.drive, self.tell

    def tell(self, state):
        watched, now_s = self.watched, self.watched.now_s
        self.drive(state)
        for name in watched.flows_vps:
            self.queue_s[name] = self.queue_s.get(name, 0.0) + watched.queued[name] * watched.step_s
            while watched.passed[name] >= 1.0:
                watched.passed[name] -= 1.0
                self.count[name] = self.count.get(name, 0) + 1
                watched.live.crossed(name, now_s - 1.0, now_s, upstream=False)
            if now_s % 15 == 3.0 and name not in watched.silent:
                count = self.count.pop(name, 0)
                watched.live.tell_facts([Fact(name, now_s - 10.5, self.queue_s.pop(name) / 15, count / 15)], now_s)


def test_facts_and_crossings_of_cameras_alone_are_enough_to_choose_by_until_they_stop(make_watched):
    by_plan, by_facts = make_watched(), make_watched()
    by_facts.live.set_control(Control.ADAPTIVE)
    ByFacts(by_facts)
    by_plan.until(300)
    seen = by_facts.until(300)
    assert seen[-1][1].control.runs is Control.ADAPTIVE
    assert {one.source for one in seen[-1][1].control.approaches} == {Source.FACTS}
    assert by_facts.waited_s < 0.9 * by_plan.waited_s, f"{by_facts.waited_s:.0f} instead of {by_plan.waited_s:.0f}"
    by_facts.silent = {"out", "side"}
    assert by_facts.until(360)[-1][1].control.why is FellBack.NO_DATA


def test_the_next_junction_hears_who_will_come_to_it(make_watched, described_text):
    way = "ways_on: [{leaving: out, junction: next, entering: side, share: 0.5, drive_s: 12}]\n"
    first, after = make_watched(text=described_text + way), make_watched()
    first.live.set_control(Control.ADAPTIVE)
    first.until(30)
    after.until(30)
    heard = []
    after.live.hear = lambda neighbour, told, now_s: heard.append((neighbour, told))
    tell_neighbours({"first": first.live, "next": after.live}, 30.0)
    ((neighbour, told),) = heard
    assert (neighbour, set(told.lane.tolist())) == ("first", {1})
    assert told.vehicles.sum() > 0
    assert told.arrive_s.min() > 30.0 + 12 - 4
    tell_neighbours({"first": first.live, "next": after.live}, 30.2)
    assert len(heard) == 1, "each plan is told once"
