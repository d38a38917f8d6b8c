"""Cases at every point of their life, and who may come to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from violations.cases.case import Case, Lock, Look
from violations.cases.desk_rules import DeskRules
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.law.catalogue import fine

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DIRECTOR = "director"


@pytest.fixture(scope="session")
def noon() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def rules() -> DeskRules:
    return DeskRules()


@pytest.fixture(scope="session")
def actor_of() -> Callable[..., Actor]:
    """Somebody of a role, with all the power over fines there is."""
    return lambda role, name="Lan": Actor(name, role, DIRECTOR)


@pytest.fixture(scope="session")
def case_in() -> Callable[..., Case]:
    """A car's red light of yesterday that stands in `state`, as far along as that state implies."""

    def make(state: CaseState = CaseState.DETECTED, *, holder: str = "Lan", **changes: object) -> Case:
        at = NOON - timedelta(days=1)
        after_review = state not in {CaseState.DETECTED, CaseState.IN_REVIEW, CaseState.EXPIRED, CaseState.CLOSED}
        look = Look("An", Role.REVIEWER, Verdict.ACCEPT, NOON - timedelta(hours=1), "29A-123.45")
        values: dict[str, object] = {
            "id": 7,
            "recorded_at": at,
            "author": "camera:north",
            "state": state,
            "plate": "29A-123.45",
            "machine_plate": "29A-123.45",
            "prosecutable": True,
            "fine": fine("red_light", "car", at) or None,
            "lock": Lock(holder, NOON + timedelta(minutes=5)) if state is CaseState.IN_REVIEW else None,
            "looks": (look,) if after_review else (),
            "minutes_at": NOON if state in {CaseState.MINUTES, CaseState.PAID} else None,
        }
        return Case(**(values | changes))  # type: ignore[arg-type]  # a table of test values

    return make
