"""Whatever the moment, a junction comes into step through cycles that are themselves allowed plans."""

from dataclasses import replace
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.errors import PlanError
from signals.plan.check import check_plan
from signals.plan.junction import Limits
from signals.plan.timing import lay_out
from signals.plan.transition import MOST_LONGER, MOST_SHORTER, Way, transition

LIMITS = Limits(min_green_s=7.0, min_cycle_s=30.0, max_cycle_s=120.0)


@given(at_s=st.integers(0, 86_400), offset_s=st.integers(0, 100), way=st.sampled_from(list(Way)))
def test_after_the_transition_the_plan_is_in_step_and_every_cycle_on_the_way_is_a_safe_plan(
    make_row, at_s, offset_s, way
):
    junction = make_row(3, LIMITS)
    plan = replace(lay_out(junction, (20, 12, 15)), offset_s=float(offset_s))
    cycles = transition(junction, plan, at_s, way)
    clock_s = at_s
    for one in cycles:
        assert one.offset_s == clock_s
        assert check_plan(replace(one, offset_s=0.0), junction) == []
        assert one.cycle_s <= plan.cycle_s + floor(MOST_LONGER * plan.cycle_s)
        assert one.cycle_s >= plan.cycle_s - floor(MOST_SHORTER * plan.cycle_s)
        clock_s += one.cycle_s
    assert (clock_s - offset_s) % plan.cycle_s == 0


def test_who_is_in_step_runs_on(make_row):
    junction = make_row(2, LIMITS)
    plan = replace(lay_out(junction, (20, 20)), offset_s=7.0)
    assert transition(junction, plan, 7 + 4 * int(plan.cycle_s)) == ()


def test_the_short_way_shortens_where_that_is_sooner_and_the_others_never_do(make_row):
    junction = make_row(2, LIMITS)
    plan = lay_out(junction, (30, 30))
    [short] = transition(junction, plan, 5, Way.SHORT_WAY)
    assert short.cycle_s == plan.cycle_s - 5
    assert all(one.cycle_s > plan.cycle_s for one in transition(junction, plan, 5, Way.LONG_WAY))


def test_dwell_waits_in_the_first_stage_alone(make_row):
    junction = make_row(3, LIMITS)
    plan = lay_out(junction, (20, 20, 20))
    for one in transition(junction, plan, 60, Way.DWELL):
        assert [stage.green_s for stage in one.stages][1:] == [20, 20]
        assert one.stages[0].green_s > 20


def test_a_junction_at_its_limits_says_what_would_help(make_row):
    junction = make_row(2, Limits(min_green_s=20.0, max_green_s=20.0, min_cycle_s=30.0, max_cycle_s=60.0))
    with pytest.raises(PlanError, match="Allow a longer green or cycle"):
        transition(junction, lay_out(junction, (20, 20)), 11)


def test_broken_seconds_are_refused(make_row):
    junction = make_row(2, LIMITS)
    with pytest.raises(PlanError, match="wanted whole seconds, found"):
        transition(junction, lay_out(junction, (20, 20)), 3.5)
