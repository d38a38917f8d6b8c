"""Traffic facts as JSON and as a file for a spreadsheet."""

import csv
import io
from datetime import UTC, datetime

import pytest

from vision.events.bodies import Direction
from vision.events.envelope import EVENT
from vision.events.facts import Figure, LineFacts, Turn, TurningFacts
from vision.events.stream import EventStream

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
UNKNOWN = Figure(why="no calibration")


def figure(value):
    return Figure(value=value, error=1.0)


def head(since_s, length_s):
    return {
        "since_s": since_s,
        "until_s": since_s + length_s,
        "coverage": 1.0,
        "pcu_table": "tcvn_4054_2005",
        "pcu_unit": "pcu",
    }


def line_facts(since_s, length_s, cars):
    return LineFacts(
        **head(since_s, length_s),
        line="north",
        lane="left",
        direction=Direction.LEFT_TO_RIGHT,
        volume={"car": figure(cars)},
        vehicles=figure(cars),
        vehicles_pcu=figure(cars),
        flow_veh_h=figure(240 * cars),
        flow_pcu_h=figure(240 * cars),
        spot_speed_mps=UNKNOWN,
        space_mean_speed_mps=UNKNOWN,
        headway_s=UNKNOWN,
        gap_s=UNKNOWN,
        occupancy=figure(0.1),
    )


def turning_facts(since_s):
    three, none = figure(3), figure(0)
    turn = Turn(
        entry="north", exit="south", movement="through", volume={"car": three}, vehicles=three, vehicles_pcu=three
    )
    return TurningFacts(
        **head(since_s, 15.0),
        turns=(turn,),
        entered=three,
        left=three,
        vanished=none,
        appeared=none,
        trembled=none,
        stored_change=none,
        imbalance=none,
    )


def send(client, camera, *bodies):
    stream = EventStream(camera, "b1", NOON)
    events = [stream.wrap(body, body.since_s) for body in bodies]
    raw = [EVENT.dump_python(event, mode="json", exclude_none=True) for event in events]
    answer = client.post("/api/events", json={"events": raw}).json()
    assert answer["refused"] == []
    assert len(answer["acknowledged"]) == len(bodies)


def test_facts_come_back_as_they_were_sent_interval_by_interval(client):
    bodies = [line_facts(15.0 * k, 15.0, k) for k in range(4)] + [line_facts(0.0, 60.0, 6)]
    send(client, "json", *bodies)
    query = {"camera": "json", "kind": "line", "interval": "15s", "limit": 3}
    first = client.get("/api/facts", params=query).json()
    second = client.get("/api/facts", params=query | {"cursor": first["next"]}).json()
    rows = first["rows"] + second["rows"]
    assert [row["facts"]["vehicles"]["value"] for row in rows] == [0, 1, 2, 3]
    assert rows[1]["since"] == "2026-11-21T05:00:15Z"
    assert rows[1]["facts"]["spot_speed_mps"]["why"] == "no calibration"
    assert second["next"] is None
    [minute] = client.get("/api/facts", params={"camera": "json", "interval": "1m"}).json()["rows"]
    assert minute["facts"]["vehicles"]["value"] == 6


def test_csv_has_a_row_for_every_number_with_its_table_and_error(client):
    send(client, "csv", line_facts(0.0, 15.0, 2), turning_facts(0.0))
    answer = client.get("/api/facts", params={"camera": "csv", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    by_measure = {(row["place"], row["kind"], row["measure"]): row for row in rows}
    assert by_measure["north", "", "vehicles"]["value"] == "2.0"
    assert by_measure["north", "car", "volume"]["error"] == "1.0"
    assert by_measure["north", "", "headway_s"]["why"] == "no calibration"
    assert by_measure["north>south", "", "vehicles_pcu"]["movement"] == "through"
    assert {row["pcu_table"] for row in rows} == {"tcvn_4054_2005"}


def test_facts_of_one_place_and_time_can_be_asked_for(client):
    send(client, "place", line_facts(0.0, 15.0, 1), turning_facts(15.0))
    asked = {"camera": "place"}
    assert len(client.get("/api/facts", params=asked | {"place": "junction"}).json()["rows"]) == 1
    assert len(client.get("/api/facts", params=asked | {"until": "2026-11-21T05:00:10Z"}).json()["rows"]) == 1
    assert client.get("/api/facts", params=asked | {"place": "nowhere"}).json() == {"rows": [], "next": None}


@pytest.mark.parametrize("query", [{"interval": "7s"}, {"kind": "guess"}, {"format": "xml"}, {"from": "now"}])
def test_a_query_that_makes_no_sense_is_a_problem(client, query):
    answer = client.get("/api/facts", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_facts_of_more_than_a_day_are_refused(client):
    event = EventStream("long", "b1", NOON).wrap(line_facts(0.0, 90_000.0, 1), 0.0)
    raw = EVENT.dump_python(event, mode="json", exclude_none=True)
    [refusal] = client.post("/api/events", json={"events": [raw]}).json()["refused"]
    assert "86400 s" in refusal["reason"]
