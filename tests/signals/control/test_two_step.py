"""Nothing is written without two steps, and each of them is put down before it takes effect."""

import json
from pathlib import Path

import numpy as np
import pytest

from signals.control.audit_file import audit_into
from signals.control.controller import FallBack, GoToStage, RunPlan, ShowLamps
from signals.control.two_step import CONFIRM_WITHIN_S, Mandate, Permits, Step, WriteError


@pytest.fixture
def steps() -> list[Step]:
    return []


@pytest.fixture
def permits(steps: list[Step]) -> Permits:
    return Permits("crossroads", steps.append, writable=True)


def test_an_order_goes_out_once_after_both_steps(permits: Permits, steps: list[Step]) -> None:
    assert not permits.spend(RunPlan(2), 0.0)
    prepared = permits.prepare(RunPlan(2), "An", "tan tầm", 1.0)
    assert not permits.spend(RunPlan(2), 2.0), "prepared is not confirmed"
    assert permits.confirm(prepared.token, "Bình", 3.0) == RunPlan(2)
    assert not permits.spend(RunPlan(3), 4.0), "another order than the one confirmed"
    assert permits.spend(RunPlan(2), 5.0)
    assert not permits.spend(RunPlan(2), 6.0)
    assert [step.what for step in steps] == [
        "refused", "prepared", "refused", "confirmed", "refused", "sent", "refused",
    ]  # fmt: skip
    assert (steps[1].person, steps[3].person, steps[1].reason) == ("An", "Bình", "tan tầm")


def test_a_token_holds_once_and_not_for_long(permits: Permits) -> None:
    prepared = permits.prepare(RunPlan(2), "An", "thử", 0.0)
    with pytest.raises(WriteError, match="within 60 s"):
        permits.confirm(prepared.token, "An", CONFIRM_WITHIN_S + 1)
    with pytest.raises(WriteError, match="confirmed already"):
        permits.confirm(prepared.token, "An", 1.0)
    later = permits.prepare(RunPlan(2), "An", "thử", 0.0)
    permits.confirm(later.token, "An", 1.0)
    assert not permits.spend(RunPlan(2), CONFIRM_WITHIN_S + 1), "confirmed, and then forgotten"


@pytest.mark.parametrize(("person", "reason"), [("", "x"), ("An", " ")])
def test_a_person_and_a_reason_are_wanted(permits: Permits, person: str, reason: str) -> None:
    with pytest.raises(WriteError, match="person and a reason"):
        permits.prepare(RunPlan(2), person, reason, 0.0)


def test_read_only_means_read_only(steps: list[Step]) -> None:
    permits = Permits("crossroads", steps.append)
    with pytest.raises(WriteError, match="read-only"):
        permits.prepare(RunPlan(2), "An", "thử", 0.0)
    assert not permits.spend(GoToStage("A", 1), 0.0)
    assert permits.spend(FallBack(), 0.0), "giving the junction back is never refused"


def test_stages_want_a_mandate_that_ends(permits: Permits) -> None:
    with pytest.raises(WriteError, match="mandate"):
        permits.prepare(GoToStage("A", 1), "An", "thử", 0.0)
    with pytest.raises(WriteError, match="mandate"):
        permits.prepare(ShowLamps(np.zeros(4, np.int8)), "An", "thử", 0.0)
    for seconds in (0.0, float("nan"), 1e9):
        with pytest.raises(WriteError, match="at most"):
            permits.prepare(Mandate(seconds), "An", "thử", 0.0)
    permits.confirm(permits.prepare(Mandate(10.0), "An", "thử", 0.0).token, "An", 1.0)
    assert permits.spend(GoToStage("A", 1), 2.0)
    assert not permits.spend(GoToStage("A", 2), 12.0)
    permits.confirm(permits.prepare(Mandate(10.0), "An", "thử", 20.0).token, "An", 20.0)
    permits.revoke("Bình", "đủ rồi", 21.0)
    assert not permits.spend(GoToStage("A", 3), 22.0)


def test_where_the_audit_fails_nothing_is_confirmed() -> None:
    def broken(step: Step) -> None:
        raise OSError(28, "No space left on device")

    permits = Permits("crossroads", broken, writable=True)
    with pytest.raises(OSError, match="No space"):
        permits.prepare(RunPlan(2), "An", "thử", 0.0)
    assert permits._prepared == {}


def test_the_file_holds_a_line_for_each_step(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    permits = Permits("ngã tư", audit_into(file), writable=True)
    permits.confirm(permits.prepare(RunPlan(2), "An", "thử", 0.0).token, "Bình", 1.0)
    permits.spend(RunPlan(2), 2.0)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["prepared", "confirmed", "sent"]
    assert {line["junction"] for line in lines} == {"ngã tư"}
    assert all(line["utc"].endswith("+00:00") for line in lines)
