"""The second of two blind looks is shown nothing of the first."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from violations.api.access import open_door
from violations.api.cases import build_cases_router
from violations.api.problems import install_problem_handlers
from violations.cases.desk_rules import DeskRules
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, Role, Verdict
from violations.store.case_steps import give_verdict
from violations.store.ingest import ingest

RULES = DeskRules(blind_share=1.0, blind_secret="a secret of the office")


@pytest.fixture
def client(engine, shelf, stored_files, make_finding, noon) -> Iterator[TestClient]:
    ingest(engine, shelf, [make_finding(1)], noon)
    app = FastAPI()
    app.state.door = open_door(engine, lambda: noon, local=True)
    app.include_router(build_cases_router(engine, lambda: noon, RULES), prefix="/api")
    install_problem_handlers(app)
    with TestClient(app) as client:
        yield client


def test_the_first_verdict_is_hidden_until_the_second_is_given(client, engine, noon):
    first = Ruling(Verdict.REJECT, "lamp_unclear", "the sun")
    give_verdict(engine, 1, first, actor=Actor("An", Role.REVIEWER), version=1, now=noon, rules=RULES)
    seen = client.get("/api/cases/1")
    assert seen.json()["blind"]
    assert (seen.json()["state"], seen.json()["looks"]) == ("needs_another_look", [])
    assert "sun" not in seen.text
    assert "lamp_unclear" not in seen.text
    body = {"verdict": "accept", "reviewer": "Lan", "version": 2}
    after = client.post("/api/cases/1/verdict", json=body).json()
    assert (after["state"], after["blind"]) == ("needs_another_look", False)
    assert [(look["who"], look["verdict"]) for look in after["looks"]] == [("An", "reject"), ("Lan", "accept")]
