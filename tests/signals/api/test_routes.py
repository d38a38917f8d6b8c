from copy import deepcopy
from itertools import pairwise
from xml.etree import ElementTree

import jsonschema
import pytest

from signals.api.examples import COUNTED_FLOWS, STATED_FLOWS

MINIMAL = {
    "junction": {
        "movements": [{"id": "a", "saturation_flow_pcu_h": 1250}, {"id": "b", "saturation_flow_pcu_h": 1000}],
        "stages": [{"id": "A", "movements": ["a"]}, {"id": "B", "movements": ["b"]}],
    },
    "flows": {"a": {"pcu_h": 400}, "b": {"pcu_h": 250}},
}


def edited(body, path, value):
    """A copy of `body` with the value at the dotted path set (None removes it)."""
    copy = deepcopy(body)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = copy
    for part in parents:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


def problem(response):
    """The problem document and its {field: sentence}; only its media type and shape are judged here."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["detail"]
    return body, {entry["field"]: entry["problem"] for entry in body["errors"]}


def test_a_minimal_body_gets_websters_plan(api):
    response = api.post("/signals/plan", json=MINIMAL)
    assert response.status_code == 200
    plan = response.json()
    assert (plan["method"], plan["cycle_s"], plan["lost_time_s"], plan["flow_ratio_sum"]) == (
        "webster-1958",
        47,
        10,
        0.57,
    )
    assert [(s["id"], s["start_s"], s["green_s"], s["yellow_s"], s["all_red_s"]) for s in plan["stages"]] == [
        ("A", 0, 21, 3, 2),
        ("B", 26, 16, 3, 2),
    ]
    assert plan["critical_movements"] == ["a", "b"]
    assert plan["pcu_table"]["name"] == "tcvn_4054_2005"
    assert "(1.5 × 10 + 5) / (1 - 0.570) = 46.5 s" in " ".join(plan["reasons"])
    a, b = plan["movements"]
    assert a["degree_of_saturation"] == pytest.approx(400 / 1250 * 47 / 21, abs=1e-3)
    assert 0 < a["delay_error_s"] < a["delay_s"]
    assert plan["mean_delay_s"] == pytest.approx((400 * a["delay_s"] + 250 * b["delay_s"]) / 650, abs=0.1)


@pytest.mark.parametrize("body", [STATED_FLOWS, COUNTED_FLOWS], ids=["stated", "counted"])
def test_the_documented_examples_work_and_fill_the_cycle(api, body):
    plan = api.post("/signals/plan", json=body).json()
    ends = [s["start_s"] + s["green_s"] + s["yellow_s"] + s["all_red_s"] for s in plan["stages"]]
    assert ends[-1] == plan["cycle_s"]
    assert all(after["start_s"] == end for end, (_, after) in zip(ends, pairwise(plan["stages"]), strict=False))
    assert all(movement["degree_of_saturation"] <= 0.95 for movement in plan["movements"])


def test_the_same_request_gets_the_same_answer(api):
    assert api.post("/signals/plan", json=STATED_FLOWS).text == api.post("/signals/plan", json=STATED_FLOWS).text


def test_camera_counts_give_the_flow_that_was_seen_per_analysed_second(api):
    main, side = api.post("/signals/plan", json=COUNTED_FLOWS).json()["movements"]
    assert main["flow_pcu_h"] == pytest.approx((0.3 * 910 + 121 + 2.5 * 4) / 0.98 * 4, abs=0.1)
    assert main["saturation_flow_assumed"]
    assert side["flow_pcu_h"] == pytest.approx((0.3 * 340 + 38) * 4, abs=0.1)
    assert side["saturation_flow_pcu_h"] == 1800


def test_counts_of_each_kind_are_converted_by_the_chosen_table(api):
    body = edited(MINIMAL, "flows.a", {"counts": {"motorbike": 100, "car": 50}, "interval_s": 900, "coverage": 0.9})
    by_default = api.post("/signals/plan", json=body).json()
    assert by_default["movements"][0]["flow_pcu_h"] == pytest.approx(80 / 0.9 * 4, abs=0.1)
    hanoi = api.post(
        "/signals/plan",
        json=edited(
            edited(body, "pcu_table", "hanoi_motorbike_units_2012"), "junction.movements.0", {"id": "a", "width_m": 6}
        ),
    ).json()
    assert hanoi["pcu_table"]["unit"] == "mcu"
    assert hanoi["movements"][0]["flow_pcu_h"] == pytest.approx(270 / 0.9 * 4, abs=0.1)
    assert hanoi["movements"][0]["saturation_flow_pcu_h"] == pytest.approx(160 * 6 / 0.3048 * 3.4, abs=0.1)


def test_vehicles_of_unknown_kind_are_taken_as_cars_and_said_so(api):
    plan = api.post("/signals/plan", json=edited(MINIMAL, "flows.a", {"veh_h": 400})).json()
    assert plan["movements"][0]["flow_pcu_h"] == 400
    assert any("taken as cars" in warning for warning in plan["warnings"])


def test_a_stated_flow_replaces_a_counted_one_and_says_so(api):
    plan = api.post("/signals/plan", json=edited(COUNTED_FLOWS, "flows", {"side": {"pcu_h": 300}})).json()
    assert plan["movements"][1]["flow_pcu_h"] == 300
    assert "The stated flow of side, 300, replaces the counted one, 560 per hour." in plan["warnings"]


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("junction.stages.0.movements", ["a", "zoo"], "junction.stages.0.movements", "zoo"),
        ("junction.stages.1", None, "junction.stages", "at least two stages"),
        ("junction.limits", {"min_green_s": 70}, "junction.limits.max_cycle_s", "fill 150 s"),
        ("junction.limits", {"min_cycle_s": 90, "max_cycle_s": 60}, "junction.limits.min_cycle_s", "is longer than"),
        ("junction.limits", {"min_green_s": -1}, "junction.limits.min_green_s", "greater than 0"),
        ("junction.conflicts", [["a", "moon"]], "junction.conflicts.0", "moon"),
        ("junction.movements.0.saturation_flow_pcu_h", 0, "junction.movements.0.saturation_flow_pcu_h", "greater"),
        ("junction.movements.0", {"id": "a"}, "junction.movements.0", "saturation_flow_pcu_h or width_m"),
        ("junction.movements.0", {"id": "a", "width_m": 40}, "junction.movements.0.width_m", "less than"),
        ("junction.colour", "red", "junction.colour", "not permitted"),
        ("flows", {}, "flows.a", "Nobody counted it"),
        ("flows.b", None, "flows.b", "unknown"),
        ("flows.c", {"pcu_h": 5}, "flows.c", "no movement here"),
        ("flows.a.pcu_h", -1, "flows.a.pcu_h", "greater than or equal to 0"),
        ("flows.a", {"veh_h_by_kind": {"tram": 3}}, "flows.a.veh_h_by_kind.tram.[key]", "motorbike"),
        ("flows.a", {"pcu_h": 3, "veh_h": 3}, "flows.a", "exactly one"),
        ("flows.a", {}, "flows.a", "found none"),
        ("flows.a", {"counts": {"car": 3}}, "flows.a", "interval_s belong together"),
        ("flows.a", {"veh_h": 3, "error_pcu_h": 1}, "flows.a", "belongs to pcu_h"),
        ("flows.a", {"counts": {"car": 30}, "interval_s": 900, "coverage": 0.2}, "flows.a", "only 20%"),
        ("pcu_table", "furlongs", "pcu_table", "tcvn_4054_2005"),
        ("yellow_used_s", 5, "yellow_used_s", "yellow of 3 s"),
        ("counts", COUNTED_FLOWS["counts"], "body", "need a mapping"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_field_named(api, path, value, field, words):
    response = api.post("/signals/plan", json=edited(MINIMAL, path, value))
    assert response.status_code == 422
    _, errors = problem(response)
    assert field in errors, errors
    assert words in errors[field]


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("counts.0.coverage", 0.4, "flows.main", "only 40% of the time"),
        ("counts.0.until_s", -5, "counts.0", "after since_s"),
        ("counts.1.line", "main_in", "counts.1", "counted twice"),
        ("mapping.0.movement", "zoo", "mapping.0.movement", "zoo"),
        ("mapping.0.direction", "up", "mapping.0.direction", "left_to_right"),
        ("mapping.0.line", "elsewhere", "flows.main", "elsewhere sent no counts"),
    ],
)
def test_counts_that_cannot_be_used_are_refused_with_the_place_named(api, path, value, field, words):
    response = api.post("/signals/plan", json=edited(COUNTED_FLOWS, path, value))
    assert response.status_code == 422
    _, errors = problem(response)
    assert field in errors, errors
    assert words in errors[field]


def test_demand_above_capacity_is_refused_with_what_would_make_it_possible(api):
    response = api.post("/signals/plan", json=edited(MINIMAL, "flows.a.pcu_h", 1200))
    assert response.status_code == 422
    body, errors = problem(response)
    assert (body["type"], body["instance"]) == ("urn:ngatu:problem:demand-above-capacity", "/signals/plan")
    assert "Y = 1.210" in errors["flows.a"]
    assert any(way.startswith("Hold every flow back to") for way in body["ways"])
    assert any(way.startswith("Raise the saturation flow of movement a from 1250 to") for way in body["ways"])
    forced = api.post("/signals/plan", json=edited(MINIMAL, "flows.a.pcu_h", 1200) | {"over_capacity": "best_effort"})
    assert forced.status_code == 200
    assert forced.json()["warnings"][0].startswith("Demand above capacity")


@pytest.mark.parametrize(
    ("content", "content_type", "words"),
    [
        ("{", "application/json", "JSON"),
        ("[]", "application/json", "dictionary"),
        ('{"junction": {}, "flows": {"a": {"pcu_h": NaN}}}', "application/json", "finite number"),
        ("a=1", "text/plain", "application/json; found content type text/plain"),
    ],
)
def test_a_body_that_is_no_request_is_refused_as_a_problem(api, content, content_type, words):
    response = api.post("/signals/plan", content=content, headers={"content-type": content_type})
    assert response.status_code == 422
    body, _ = problem(response)
    assert words in body["detail"]


def test_the_diagram_is_svg_and_names_stages_and_movements_safely(api):
    body = edited(MINIMAL, "junction.name", "<script>&")
    response = api.post("/signals/plan/diagram", json=body)
    assert response.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.text)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a", "b", "A 21 s", "B 16 s", "<script>&: cycle 47 s"} <= set(texts)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert api.post("/signals/plan/diagram", json={}).status_code == 422


def test_every_table_of_units_is_listed_with_its_source(api):
    tables = api.get("/signals/pcu-tables").json()
    assert [table["name"] for table in tables] == ["hanoi_motorbike_units_2012", "tcvn_4054_2005"]
    assert all(table["source"] and table["certainty"] for table in tables)


def test_the_openapi_document_describes_bodies_and_problems_as_they_are(api):
    document = api.get("/openapi.json").json()
    operation = document["paths"]["/signals/plan"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    refused = api.post("/signals/plan", json={}).json()
    described = operation["responses"]["422"]["content"]["application/problem+json"]["schema"]
    jsonschema.validate(refused, described)
    request = {"$ref": "#/components/schemas/PlanRequest", "components": document["components"]}
    for example in examples.values():
        jsonschema.validate(example["value"], request)
    answer = {"$ref": "#/components/schemas/PlanAnswer", "components": document["components"]}
    jsonschema.validate(api.post("/signals/plan", json=MINIMAL).json(), answer)
    assert operation["summary"]
    assert "HTTPValidationError" not in str(operation)


def test_faults_and_ways_come_in_the_language_that_is_asked_for(api):
    body = edited(edited(MINIMAL, "flows.a.pcu_h", 1200), "flows.b.pcu_h", 900)
    told, _ = problem(api.post("/signals/plan", json=body, headers={"accept-language": "vi-VN,vi;q=0.9,en;q=0.5"}))
    assert told["detail"].startswith("flows.b: Lưu lượng vượt năng lực") or "Lưu lượng vượt năng lực" in told["detail"]
    assert any(way.startswith("Giảm mọi lưu lượng còn") for way in told["ways"])
    for asked in ("en", "fr, vi", ""):
        english, _ = problem(api.post("/signals/plan", json=body, headers={"accept-language": asked}))
        assert "Demand above capacity" in english["detail"]
