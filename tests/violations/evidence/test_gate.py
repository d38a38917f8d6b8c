"""The gate: nothing unknown passes it, and more doubt never opens it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.evidence.gate import GateFacts, Lack, View, judge_record
from violations.evidence.papers import Approval, Calibration, DevicePapers
from vision.events.bodies import Measure

DAY = date(2026, 11, 21)
PAPERS = DevicePapers(
    unit="Đội 1",
    operator="Nguyễn Văn A",
    site="Ngã tư Vọng",
    approval=Approval(number="12/QĐ", until=DAY),
    calibration=Calibration(certificate="KĐ 5", on=DAY, until=DAY),
)
FACTS = GateFacts(
    time=datetime(2026, 11, 21, 3, tzinfo=UTC),
    live=True,
    synchronised=True,
    clock_error_s=0.1,
    view=View.LOCKED,
    scene_intact=True,
    place="north",
    measures=(Measure(name="into_red", value=2, error=0.1, unit="s"),),
    stills=3,
    clip=True,
    signed=True,
)


def test_with_everything_in_order_on_the_last_day_it_is_open():
    gate = judge_record(PAPERS, FACTS)
    assert (gate.prosecutable, gate.reasons) == (True, ())


OVER = Calibration(certificate="1", on=date(2026, 1, 1), until=date(2026, 11, 20))
NOT_YET = Calibration(certificate="1", on=date(2026, 11, 22), until=date(2027, 1, 1))
PAPER_CASES = [
    ({"unit": None}, Lack.NO_UNIT),
    ({"operator": None}, Lack.NO_OPERATOR),
    ({"site": None}, Lack.NO_SITE),
    ({"approval": None}, Lack.NO_APPROVAL),
    ({"approval": Approval(number="1", until=date(2026, 11, 20))}, Lack.APPROVAL_OVER),
    ({"calibration": None}, Lack.NO_CALIBRATION),
    ({"calibration": OVER}, Lack.CALIBRATION_OVER),
    ({"calibration": NOT_YET}, Lack.CALIBRATION_NOT_YET),
    ({"clock_error_s": 0.05}, Lack.CLOCK_ERROR),
]
FACT_CASES = [
    ({"live": False}, Lack.RECORDING),
    ({"synchronised": None}, Lack.CLOCK_UNKNOWN),
    ({"synchronised": False}, Lack.CLOCK_UNSYNCHRONISED),
    ({"clock_error_s": None}, Lack.CLOCK_UNKNOWN),
    ({"clock_error_s": 0.101}, Lack.CLOCK_ERROR),
    ({"clock_error_s": nan}, Lack.CLOCK_ERROR),
    ({"view": View.MOVED}, Lack.VIEW_MOVED),
    ({"view": View.UNKNOWN}, Lack.VIEW_UNKNOWN),
    ({"scene_intact": False}, Lack.SCENE_CHANGED),
    ({"place": None}, Lack.NO_PLACE),
    ({"measures": ()}, Lack.NO_MEASURE),
    ({"stills": 0}, Lack.NO_PICTURES),
    ({"clip": False}, Lack.NO_CLIP),
    ({"signed": False}, Lack.UNSIGNED),
    ({"suspicion": True}, Lack.SUSPICION),
    ({"others_in_order": False}, Lack.OTHER_CAMERA),
]


@pytest.mark.parametrize(("change", "lack"), PAPER_CASES, ids=[str(lack) for _, lack in PAPER_CASES])
def test_each_paper_that_lacks_closes_it_and_is_named(change, lack):
    gate = judge_record(PAPERS.model_copy(update=change), FACTS)
    assert (gate.prosecutable, gate.reasons) == (False, (lack,))


@pytest.mark.parametrize(("change", "lack"), FACT_CASES, ids=[f"{lack}-{i}" for i, (_, lack) in enumerate(FACT_CASES)])
def test_each_fact_that_lacks_closes_it_and_is_named(change, lack):
    gate = judge_record(PAPERS, replace(FACTS, **change))
    assert (gate.prosecutable, gate.reasons) == (False, (lack,))


def test_the_last_day_ends_at_midnight_of_the_place_not_of_greenwich():
    late = replace(FACTS, time=datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC))
    assert judge_record(PAPERS, late).prosecutable
    later = replace(FACTS, time=datetime(2026, 11, 21, 17, tzinfo=UTC))
    assert judge_record(PAPERS, later).reasons == ("approval_over", "calibration_over")


def test_without_papers_and_clock_all_of_it_is_told_at_once():
    gate = judge_record(None, replace(FACTS, live=False, synchronised=None, clock_error_s=None, view=View.UNKNOWN))
    assert gate.reasons == ("recording", "no_papers", "clock_unknown", "view_unknown")


@given(st.lists(st.sampled_from(FACT_CASES)), st.sampled_from(FACT_CASES))
def test_one_doubt_more_never_opens_it(before, one_more):
    facts = FACTS
    for change, _ in before:
        facts = replace(facts, **change)
    worse = replace(facts, **one_more[0])
    assert not judge_record(PAPERS, worse).prosecutable


def test_every_lack_has_words_in_both_languages():
    import yaml

    for language in ("vi", "en"):
        from violations.web.texts import TEXTS

        known = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))["gate"]
        assert {lack.value for lack in Lack} <= known.keys()
