"""A case through HTTP, from detected to decided."""

import pytest


@pytest.fixture
def case(client, uploaded, make_finding):
    client.post("/api/events", json={"events": [make_finding(1)]})
    return client.get("/api/cases").json()["cases"][0]


def verdict(client, case, **said):
    body = {"verdict": "accept", "reviewer": "Lê Văn C", "version": case["version"]} | said
    return client.post(f"/api/cases/{case['id']}/verdict", json=body)


def test_a_new_case_shows_the_finding_and_what_may_be_decided(client, case, make_finding):
    whole = client.get(f"/api/cases/{case['id']}").json()
    assert whole["verdicts"] == ["accept", "reject", "another_look"]
    assert whole["finding"]["offence"] == "red_light"
    assert whole["finding"]["package"] == make_finding(1)["data"]["package"]
    assert [(step["action"], step["from_state"]) for step in whole["history"]] == [("opened", None)]


@pytest.mark.parametrize(("offence", "amount"), [("red_light", 18_000_000), ("box_blocking", None)])
def test_a_case_says_what_the_law_of_its_day_takes_or_that_nobody_entered_it(
    client, uploaded, make_finding, offence, amount
):
    event = make_finding(1)
    event["data"]["offence"] = offence
    client.post("/api/events", json={"events": [event]})
    [case] = client.get("/api/cases").json()["cases"]
    fine = client.get(f"/api/cases/{case['id']}").json()["fine"]
    assert (fine["from_vnd"] if fine else None) == amount


def test_an_accepted_case_is_closed_and_says_who_closed_it(client, case):
    answer = verdict(client, case, note="rõ")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["version"], answer.json()["verdicts"]) == ("accepted", 2, [])
    assert answer.json()["history"][-1]["who"] == "Lê Văn C"
    assert client.get("/api/cases", params={"state": "detected"}).json()["cases"] == []
    again = verdict(client, answer.json())
    assert (again.status_code, again.json()["type"]) == (409, "urn:ngatu:problem:wrong-state")


def test_two_reviewers_who_saw_the_same_version_cannot_both_decide(client, case):
    assert verdict(client, case).status_code == 200
    late = verdict(client, case, verdict="reject", reason="duplicate")
    assert (late.status_code, late.json()["type"]) == (409, "urn:ngatu:problem:version-conflict")
    assert late.json()["version"] == 2


@pytest.mark.parametrize(
    "said",
    [
        {"verdict": "reject"},
        {"verdict": "reject", "reason": "because"},
        {"verdict": "reject", "reason": "other"},
        {"verdict": "maybe"},
        {"reviewer": "  "},
        {"reviewer": "a\nb"},
        {"note": "x" * 2001},
        {"note": "a\x00b"},
        {"version": 0},
        {"version": "soon"},
        {"surprise": 1},
    ],
)
def test_a_verdict_without_what_it_needs_is_422_and_changes_nothing(client, case, said):
    answer = verdict(client, case, **said)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert client.get(f"/api/cases/{case['id']}").json()["state"] == "detected"


def test_every_listed_reason_can_reject(client, uploaded, make_finding):
    reasons = [reason["code"] for reason in client.get("/api/rejection-reasons").json()]
    client.post("/api/events", json={"events": [make_finding(number) for number in range(len(reasons))]})
    cases = client.get("/api/cases").json()["cases"]
    for case, reason in zip(cases, reasons, strict=True):
        answer = verdict(client, case, verdict="reject", reason=reason, note="as seen")
        assert (answer.status_code, answer.json()["history"][-1]["reason"]) == (200, reason)


def test_pages_of_cases_follow_their_cursor(client, uploaded, make_finding):
    client.post("/api/events", json={"events": [make_finding(number) for number in range(3)]})
    first = client.get("/api/cases", params={"limit": 2}).json()
    second = client.get("/api/cases", params={"limit": 2, "cursor": first["next"]}).json()
    ids = [case["id"] for case in first["cases"] + second["cases"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), second["next"]) == (3, None)


@pytest.mark.parametrize(("number", "status"), [("999", 404), ("0", 422), ("9" * 30, 422), ("x", 422)])
def test_a_case_that_is_not_there_is_a_problem(client, number, status):
    answer = client.get(f"/api/cases/{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
