"""Supervisors see how the desk gets on, and stop a camera: what it sends then is information and reaches no queue."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from violations.audit.log import EntriesWanted, list_entries
from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.store.case_steps import give_verdict
from violations.store.cases import case_history, get_case
from violations.store.ingest import ingest

LAN = Actor("Lan", Role.REVIEWER)


def stop(client, camera="cam1", *, stopped=True, reason="too many wrong"):
    return client.post(f"/api/cameras/{camera}/stop", json={"stopped": stopped, "reason": reason})


def waiting(client):
    return [case["id"] for case in client.get("/api/queue").json()["cases"]]


@pytest.fixture
def one_case(client, engine, shelf, uploaded, make_finding, noon):
    ingest(engine, shelf, [make_finding(0)], noon)


def test_a_stopped_cameras_findings_are_kept_as_information_and_reach_no_queue(
    client, engine, shelf, one_case, make_finding, noon
):
    assert stop(client).status_code == 200
    receipt = ingest(engine, shelf, [make_finding(1)], noon)
    assert len(receipt.acknowledged) == 1
    assert waiting(client) == [1]
    case = get_case(engine, 2)
    assert case.state is CaseState.CLOSED
    assert case.finding.gate.reasons == ("camera_stopped",)
    assert not case.life.prosecutable
    assert [(line.action, line.note) for line in case_history(engine, 2)] == [
        ("opened", ""),
        ("camera_stopped", "too many wrong"),
    ]
    verdict = client.post("/api/cases/2/verdict", json={"verdict": "accept", "version": 1, "reviewer": "Lan"})
    assert verdict.status_code == 409


def test_a_camera_that_is_started_again_brings_cases_to_the_queue(client, engine, shelf, one_case, make_finding, noon):
    stop(client)
    assert stop(client, stopped=False, reason="cleaned").status_code == 200
    ingest(engine, shelf, [make_finding(1)], noon)
    assert waiting(client) == [1, 2]


def test_every_stop_and_start_is_in_the_audit_log_with_its_reason(client, engine, one_case):
    stop(client)
    stop(client, stopped=False, reason="cleaned")
    deeds = [(e.entry.action, e.entry.details) for e in list_entries(engine, EntriesWanted(subject="camera/cam1"))]
    assert deeds == [("camera.start", {"reason": "cleaned"}), ("camera.stop", {"reason": "too many wrong"})]
    (found,) = client.get("/api/figures/desk").json()["cameras"]
    assert found["stop"] is None


@pytest.mark.parametrize(
    ("camera", "reason", "status"),
    [("cam9", "why", 404), ("cam1", "  ", 422), ("cam1", "x" * 501, 422), ("cam1", "a\x00b", 422)],
)
def test_a_wrong_stop_changes_nothing(client, engine, one_case, camera, reason, status):
    assert stop(client, camera, reason=reason).status_code == status
    assert list_entries(engine, EntriesWanted(action="camera.stop")) == ()


def test_a_camera_is_not_stopped_twice(client, one_case):
    stop(client)
    answer = stop(client)
    assert answer.status_code == 409
    assert "stopped already" in answer.json()["detail"]


def test_stops_cannot_be_changed_or_deleted(client, engine, one_case):
    stop(client)
    for statement in ("UPDATE camera_stops SET reason = 'x'", "DELETE FROM camera_stops"):
        with pytest.raises(DBAPIError, match="append only"), engine.begin() as connection:
            connection.execute(text(statement))


def test_the_desks_figures_tell_verdicts_people_ages_and_cameras(client, engine, shelf, uploaded, make_finding, noon):
    ingest(engine, shelf, [make_finding(number, at_s=-86_400.0 * number) for number in range(13)], noon)
    for case in (1, 2):
        give_verdict(engine, case, Ruling(Verdict.ACCEPT), actor=LAN, version=1, now=noon)
    give_verdict(engine, 3, Ruling(Verdict.REJECT, "no_offence"), actor=LAN, version=1, now=noon)
    found = client.get("/api/figures/desk").json()
    assert len(found["days"]) == 14
    assert found["days"][-1] == {"day": "2026-11-21", "accept": 2, "reject": 1, "another_look": 0}
    (lan,) = found["people"]
    assert (lan["name"], lan["accepted"], lan["rejected"], lan["overturned"], lan["days"]) == ("Lan", 2, 1, 0, 1)
    # Recorded 3 to 12 days ago: two of them more than ten.
    assert found["ages"] == {"past": 2, "today": 1, "soon": 3, "week": 4, "calm": 0}
    (camera,) = found["cameras"]
    assert (camera["decided"], camera["rejected"], camera["above_limit"]) == (3, 1, False)


def test_a_camera_that_is_surely_wrong_too_often_is_named(client, engine, shelf, uploaded, make_finding, noon):
    ingest(engine, shelf, [make_finding(number) for number in range(12)], noon)
    for case in range(1, 13):
        ruling = Ruling(Verdict.REJECT, "no_offence") if case < 7 else Ruling(Verdict.ACCEPT)
        give_verdict(engine, case, ruling, actor=LAN, version=1, now=noon)
    (camera,) = client.get("/api/figures/desk").json()["cameras"]
    assert camera["above_limit"]
    assert camera["low"] > 0.1
