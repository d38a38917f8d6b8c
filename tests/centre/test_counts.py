"""Counts and cameras as JSON and as a file for a spreadsheet."""

import csv
import io

import pytest


def send(client, *events):
    answer = client.post("/api/events", json={"events": events})
    assert answer.json()["refused"] == []


def test_counts_are_grouped_and_paged_as_asked(client, make_counts):
    send(client, *(make_counts("grid", number, {"left_to_right": {"car": 1}}) for number in range(8)))
    query = {"camera": "grid", "interval": "1m", "limit": 1}
    first = client.get("/api/counts", params=query).json()
    second = client.get("/api/counts", params=query | {"cursor": first["next"]}).json()
    rows = first["rows"] + second["rows"]
    assert [row["counts"] for row in rows] == [{"left_to_right": {"car": 4}}] * 2
    assert [row["since"] for row in rows] == ["2026-11-21T05:00:00Z", "2026-11-21T05:01:00Z"]
    assert (first["interval"], second["next"]) == ("1m", None)


@pytest.mark.parametrize(
    ("query", "headers"),
    [({"format": "csv"}, {}), ({}, {"accept": "text/csv"}), ({}, {"accept": "text/csv;q=0.9, */*"})],
)
def test_csv_holds_every_row_whatever_the_page_size(client, make_counts, query, headers):
    counts = {"left_to_right": {"car": 1, "bus": 2}}
    send(client, *(make_counts("csv", number, counts if number else {}) for number in range(3)))
    answer = client.get("/api/counts", params={"camera": "csv", "limit": 1, **query}, headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["direction"], row["kind"], row["n"]) for row in rows] == [
        ("", "", "0"),
        *[("left_to_right", "bus", "2"), ("left_to_right", "car", "1")] * 2,
    ]


def test_json_is_given_where_the_address_asks_for_it_whatever_the_header_says(client):
    answer = client.get("/api/counts", params={"format": "json"}, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


def test_a_spreadsheet_never_takes_a_camera_name_for_a_formula(client, make_counts):
    send(client, make_counts("-2", 1, {"left_to_right": {"car": 1}}))
    rows = csv.DictReader(io.StringIO(client.get("/api/counts", params={"camera": "-2", "format": "csv"}).text))
    assert [row["camera"] for row in rows] == ["'-2"]


@pytest.mark.parametrize(
    "query", [{"interval": "7s"}, {"since": "noon"}, {"limit": 0}, {"format": "xml"}, {"cursor": "x"}, {"line": "\x00"}]
)
def test_a_query_that_makes_no_sense_is_a_problem(client, query):
    answer = client.get("/api/counts", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("address", ["/api/counts", "/api/events", "/api/cases"])
def test_a_filter_that_does_not_exist_is_a_problem_rather_than_everything(client, address):
    answer = client.get(address, params={"from": "2026-11-21", "limit": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "found from" in answer.json()["detail"]
    assert "limit" in answer.json()["detail"]


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_a_grid_finer_than_measured_is_a_problem_in_either_form(client, make_counts, format_):
    event = make_counts("slow", 1, {})
    event["data"]["until_s"] = event["data"]["since_s"] + 60
    send(client, event)
    answer = client.get("/api/counts", params={"camera": "slow", "interval": "15s", "format": format_})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:ngatu:problem:interval-too-fine")


def test_cameras_are_listed_with_their_latest_health(client, make_counts):
    health = make_counts("well", 1, {}) | {"type": "vn.ngatu.health.v1", "data": {"state": "running", "frames": 9}}
    send(client, health, make_counts("mute", 1, {}))
    cameras = {one["camera"]: one for one in client.get("/api/cameras").json()}
    assert cameras["well"]["health"]["frames"] == 9
    assert (cameras["mute"]["health"], cameras["mute"]["time"]) == (None, None)
    assert cameras["mute"]["received_at"]
