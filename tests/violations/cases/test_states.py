"""The life of a case over every state, verdict and role."""

from itertools import product

import pytest

from violations.cases.errors import WrongRoleError, WrongStateError
from violations.cases.states import FIRST_STATE, MOVES, CaseState, Role, Verdict, decide, open_verdicts

ALLOWED = {
    (CaseState.DETECTED, Verdict.ACCEPT, Role.REVIEWER): CaseState.ACCEPTED,
    (CaseState.DETECTED, Verdict.REJECT, Role.REVIEWER): CaseState.REJECTED,
}
EVERYTHING = list(product(CaseState, Verdict, Role))


@pytest.mark.parametrize(("state", "verdict", "role"), EVERYTHING)
def test_every_state_verdict_and_role_moves_as_the_table_says_or_not_at_all(state, verdict, role):
    if (wanted := ALLOWED.get((state, verdict, role))) is not None:
        assert decide(state, verdict, role) is wanted
        return
    with pytest.raises(WrongRoleError if (state, verdict) in MOVES else WrongStateError) as caught:
        decide(state, verdict, role)
    assert state.value in str(caught.value)


@pytest.mark.parametrize(("state", "role"), list(product(CaseState, Role)))
def test_open_verdicts_are_exactly_those_that_decide_accepts(state, role):
    assert set(open_verdicts(state, role)) == {verdict for verdict in Verdict if (state, verdict, role) in ALLOWED}


def test_no_case_begins_decided_and_every_state_can_be_reached():
    assert open_verdicts(FIRST_STATE, Role.REVIEWER)
    assert {FIRST_STATE} | {move.to for move in MOVES.values()} == set(CaseState)
