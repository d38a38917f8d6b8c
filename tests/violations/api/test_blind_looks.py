"""The second of two blind looks is shown nothing of the first."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from violations.api.access import open_door
from violations.api.case_steps import build_case_steps_router
from violations.api.cases import build_cases_router
from violations.api.problems import install_problem_handlers
from violations.cases.desk_rules import DeskRules
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, Role, Verdict
from violations.registry.port import Registrar
from violations.registry.table import TableRegistry
from violations.store.case_steps import give_verdict
from violations.store.ingest import ingest

RULES = DeskRules(blind_share=1.0, blind_secret="a secret of the office")


@pytest.fixture
def client(engine, shelf, stored_files, make_finding, noon) -> Iterator[TestClient]:
    ingest(engine, shelf, [make_finding(1)], noon)
    app = FastAPI()
    app.state.door = open_door(engine, lambda: noon, local=True)
    app.include_router(build_cases_router(engine, lambda: noon, RULES), prefix="/api")
    registrar = Registrar(TableRegistry(engine))
    app.include_router(build_case_steps_router(engine, lambda: noon, registrar, RULES), prefix="/api")
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


def test_the_corrected_plate_is_hidden_wherever_the_second_might_meet_it(client, engine, noon):
    first = Ruling(Verdict.ACCEPT, None, "", "29A-123.46")
    give_verdict(engine, 1, first, actor=Actor("An", Role.REVIEWER), version=1, now=noon, rules=RULES)
    for path in ("/api/cases/1", "/api/cases", "/api/cases?state=needs_another_look"):
        seen = client.get(path)
        assert seen.status_code == 200
        assert "123.46" not in seen.text
        assert "plate_edited" not in seen.text
    assert client.get("/api/cases?plate=29A12346").json()["cases"] == []
    looked = client.post("/api/cases/1/registry", json={"ground": "white"})
    assert (looked.status_code, "12346" in looked.text) == (409, False)
    body = {"verdict": "accept", "reviewer": "Lan", "version": 2}
    after = client.post("/api/cases/1/verdict", json=body).json()
    assert [(look["who"], look["plate"]) for look in after["looks"]] == [("An", "29A-123.46"), ("Lan", None)]
    assert (after["state"], after["plate"]) == ("needs_another_look", "29A-123.46")
