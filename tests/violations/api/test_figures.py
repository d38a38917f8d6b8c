"""The figures of the desk are those of its cases."""

from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, Role, Verdict
from violations.store.case_steps import give_verdict, take_steps
from violations.store.ingest import ingest

RULES = DeskRules(blind_share=1.0, blind_secret="a secret of the office")
AN, LAN = Actor("An", Role.REVIEWER), Actor("Lan", Role.REVIEWER)
HEAD = Actor("Hùng", Role.SUPERVISOR)
ACCEPT, REJECT = Ruling(Verdict.ACCEPT), Ruling(Verdict.REJECT, "no_offence")


def test_agreement_and_camera_errors_count_what_people_decided(client, engine, shelf, uploaded, make_finding, noon):
    ingest(engine, shelf, [make_finding(number) for number in range(4)], noon)
    pairs = {1: (ACCEPT, ACCEPT), 2: (REJECT, REJECT), 3: (ACCEPT, REJECT)}
    for case, (first, second) in pairs.items():
        give_verdict(engine, case, first, actor=AN, version=1, now=noon, rules=RULES)
        give_verdict(engine, case, second, actor=LAN, version=2, now=noon, rules=RULES)
    take_steps(
        engine, 1, [Event(Step.WITHDRAW, "plate_unclear"), Event(Step.CLOSE)], actor=HEAD, version=None, now=noon
    )
    agreed = client.get("/api/figures/agreement").json()
    assert (agreed["pairs"], round(agreed["observed"], 3), round(agreed["kappa"], 3)) == (3, 0.667, 0.4)
    (camera,) = client.get("/api/figures/cameras").json()
    assert (camera["camera"], camera["decided"], camera["rejected"], camera["withdrawn"]) == ("cam1", 2, 1, 1)
    assert client.get("/api/figures/cameras", params={"until": "2026-01-01T00:00:00Z"}).json() == []


def test_without_cases_nothing_is_claimed(client):
    assert client.get("/api/figures/agreement").json() == {
        "pairs": 0,
        "observed": None,
        "expected": None,
        "kappa": None,
    }
