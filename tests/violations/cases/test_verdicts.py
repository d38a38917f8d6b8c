"""How many people a case takes, and what their verdicts come to."""

from dataclasses import replace

import pytest

from violations.cases.case import Case
from violations.cases.desk_rules import DeskRules
from violations.cases.life import advance
from violations.cases.moves import Event, Step
from violations.cases.refusals import Why
from violations.cases.second_look import chosen
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.cases.verdicts import Judgement, SecondPerson, blind_pairs, looks_blind, why_two_people

S = CaseState
AN, BINH, LAN = (Actor(name, Role.REVIEWER) for name in ("An", "Bình", "Lan"))
HEAD = Actor("Hùng", Role.SUPERVISOR)
ACCEPT, REJECT = Event(Step.ACCEPT), Event(Step.REJECT, "lamp_unclear")
BLIND = DeskRules(blind_share=1.0, blind_secret="a secret of the office")


def judge(case, actor, event, noon, rules, plate=None):
    steps = [Event(Step.TAKE), *([Event(Step.EDIT_PLATE, plate=plate)] if plate else []), event]
    for step in steps:
        case = advance(case, step, actor, noon, rules)
        assert isinstance(case, Case), case
    return case


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ()),
        ({"doubts": ("officer_unseen", "lamp_from_file")}, ()),
        ({"doubts": ("officer_unseen", "soon_after_red")}, (SecondPerson.DOUBT_OVERRULED,)),
        ({"plate": "29A-123.46"}, (SecondPerson.PLATE_EDITED,)),
        ({"plate": "29a 12345"}, ()),
        ({"machine_plate": None}, (SecondPerson.PLATE_EDITED,)),
        ({"fine": None}, (SecondPerson.LARGE_FINE,)),
    ],
)
def test_what_makes_a_case_need_two_people(changes, why, *, case_in, noon, rules):
    case = case_in(**changes)
    assert why_two_people(case, rules) == why
    once = judge(case, AN, ACCEPT, noon, rules)
    assert once.state is (S.NEEDS_ANOTHER_LOOK if why else S.ACCEPTED)
    if why:
        assert advance(once, Event(Step.TAKE), AN, noon, rules).why is Why.OWN_WORK
        assert judge(once, LAN, ACCEPT, noon, rules).state is S.ACCEPTED


def test_the_amount_above_which_two_people_decide_is_a_setting(case_in):
    case = case_in()
    assert why_two_people(case, DeskRules(two_people_above_vnd=case.fine.to_vnd)) == ()
    assert why_two_people(case, DeskRules(two_people_above_vnd=case.fine.to_vnd - 1)) == (SecondPerson.LARGE_FINE,)
    assert why_two_people(replace(case, fine=None), DeskRules(two_people_above_vnd=None)) == ()


def test_two_people_must_have_seen_the_same_plate(case_in, noon, rules):
    once = judge(case_in(), AN, ACCEPT, noon, rules, plate="29A-123.46")
    other = judge(once, LAN, ACCEPT, noon, rules, plate="29A-123.47")
    assert other.state is S.NEEDS_ANOTHER_LOOK
    assert judge(other, BINH, ACCEPT, noon, rules).state is S.ACCEPTED


def test_a_doubt_that_comes_up_later_stops_the_case_until_a_second_person_accepted_it(case_in, noon, rules):
    once = replace(judge(case_in(), AN, ACCEPT, noon, rules), doubts=("registry_type_differs",))
    assert advance(once, Event(Step.IDENTIFY), AN, noon, rules).why is Why.SECOND_PERSON
    again = advance(once, Event(Step.DOUBT), AN, noon, rules)
    assert again.state is S.NEEDS_ANOTHER_LOOK
    twice = judge(again, LAN, ACCEPT, noon, rules)
    assert advance(twice, Event(Step.IDENTIFY), AN, noon, rules).state is S.IDENTIFIED


def test_one_rejection_lets_it_go(case_in, noon, rules):
    once = judge(case_in(doubts=("soon_after_red",)), AN, ACCEPT, noon, rules)
    assert judge(once, LAN, REJECT, noon, rules).state is S.REJECTED


def test_who_is_not_sure_asks_somebody_else(case_in, noon, rules):
    asked = judge(case_in(), AN, Event(Step.ANOTHER_LOOK, note="sun in the lens"), noon, rules)
    assert asked.state is S.NEEDS_ANOTHER_LOOK
    assert judge(asked, LAN, ACCEPT, noon, rules).state is S.ACCEPTED


@pytest.mark.parametrize("first", [ACCEPT, REJECT])
def test_a_blind_second_look_that_agrees_ends_it(first, *, case_in, noon):
    once = judge(case_in(), AN, first, noon, BLIND)
    assert once.state is S.NEEDS_ANOTHER_LOOK
    assert looks_blind(once, BLIND)
    twice = judge(once, LAN, first, noon, BLIND)
    assert twice.state is (S.ACCEPTED if first is ACCEPT else S.REJECTED)
    assert [look.blind for look in twice.looks] == [False, True]


@pytest.mark.parametrize(("first", "second"), [(ACCEPT, REJECT), (REJECT, ACCEPT)])
@pytest.mark.parametrize("last", [ACCEPT, REJECT])
def test_two_blind_looks_that_differ_are_decided_by_a_supervisor_who_sees_both(first, second, last, *, case_in, noon):
    split = judge(judge(case_in(), AN, first, noon, BLIND), LAN, second, noon, BLIND)
    assert split.state is S.NEEDS_ANOTHER_LOOK
    assert not looks_blind(split, BLIND)
    assert advance(split, Event(Step.TAKE), BINH, noon, BLIND).why is Why.NEEDS_SUPERVISOR
    ended = judge(split, HEAD, last, noon, BLIND)
    assert ended.state is (S.ACCEPTED if last is ACCEPT else S.REJECTED)
    pair = tuple(Judgement(look.verdict) for look in split.looks)
    assert blind_pairs([(ended.machine_plate, ended.looks)]) == [pair]


def test_a_blind_second_judges_the_plate_as_read_and_never_the_hidden_correction(case_in, noon):
    once = judge(case_in(), AN, ACCEPT, noon, BLIND, plate="29A-123.46")
    twice = judge(once, LAN, ACCEPT, noon, BLIND)
    assert [look.plate for look in twice.looks] == ["29A-123.46", "29A-123.45"]
    assert (twice.state, twice.plate) == (S.NEEDS_ANOTHER_LOOK, "29A-123.46")
    assert advance(twice, Event(Step.TAKE), BINH, noon, BLIND).why is Why.NEEDS_SUPERVISOR
    assert blind_pairs([(twice.machine_plate, twice.looks)]) == [
        (Judgement(Verdict.ACCEPT, "29A12346"), Judgement(Verdict.ACCEPT))
    ]
    assert judge(twice, HEAD, ACCEPT, noon, BLIND).state is S.ACCEPTED


@pytest.mark.parametrize("said", ["29A-123.46", "29a 12346"])
def test_two_who_correct_the_plate_alike_without_seeing_each_other_agree(said, case_in, noon):
    once = judge(case_in(), AN, ACCEPT, noon, BLIND, plate="29A-123.46")
    twice = judge(once, LAN, replace(ACCEPT, plate=said), noon, BLIND)
    assert (twice.state, twice.plate) == (S.ACCEPTED, "29A-123.46")


def test_where_both_blind_looks_accept_another_plate_than_a_doubter_wrote_theirs_stands(case_in, noon):
    asked = judge(case_in(), AN, Event(Step.ANOTHER_LOOK), noon, BLIND, plate="29A-123.46")
    once = judge(asked, LAN, ACCEPT, noon, BLIND)
    twice = judge(once, BINH, ACCEPT, noon, BLIND)
    assert (twice.state, twice.plate) == (S.ACCEPTED, "29A-123.45")


def test_a_blind_second_says_the_plate_with_the_verdict_only(case_in, noon):
    once = judge(case_in(), AN, ACCEPT, noon, BLIND)
    held = advance(once, Event(Step.TAKE), LAN, noon, BLIND)
    assert advance(held, Event(Step.EDIT_PLATE, plate="29A-123.47"), LAN, noon, BLIND).why is Why.BLIND


def test_only_blind_pairs_are_compared(case_in, noon, rules):
    open_pair = judge(judge(case_in(doubts=("x",)), AN, ACCEPT, noon, rules), LAN, ACCEPT, noon, rules)
    assert blind_pairs([(open_pair.machine_plate, open_pair.looks), (None, ())]) == []
    assert [look.verdict for look in open_pair.looks] == [Verdict.ACCEPT] * 2


def test_the_choice_of_blind_cases_can_be_repeated_and_grows_with_the_share():
    share = {share: {n for n in range(4000) if chosen(n, "secret", share)} for share in (0.0, 0.05, 0.2, 1.0)}
    assert share[0.0] == set()
    assert share[0.05] < share[0.2] < share[1.0] == set(range(4000))
    # Four standard deviations of a binomial.
    assert abs(len(share[0.05]) - 200) < 4 * (4000 * 0.05 * 0.95) ** 0.5
    assert share[0.2] != {n for n in range(4000) if chosen(n, "another", 0.2)}
