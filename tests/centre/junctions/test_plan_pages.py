"""Working a plan out and looking at a version, as forms: flows in, reasons and what-if out, what was typed stays."""

import re

import pytest
import yaml
from fastapi.testclient import TestClient

from centre.app import Settings, create_app

FLOWS = {"flow_0": "620", "flow_1": "310,5"}


@pytest.fixture(scope="module")
def client(tmp_path_factory, library):
    folder = tmp_path_factory.mktemp("plans")
    app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        for base, green_s in enumerate((30, 40)):
            body = {"library": library % green_s, "reason": "counts", "base": base}
            client.post("/api/signals/junctions/dai_la/plans", json=body)
        client.post("/api/signals/junctions/dai_la/plans/1/decision", json={"approve": True, "reason": "checked"})
        yield client


def submit(client, path, **fields):
    token = re.search(r'name="token" value="([^"]+)"', client.get("/signals?lang=en").text)[1]
    headers = {"origin": "http://testserver", "host": "testserver"}
    return client.post(f"/signals/dai_la{path}", data={"token": token, **fields}, headers=headers)


def test_a_plan_is_worked_out_with_its_reasons_and_proposed(client):
    page = submit(client, "/work-out", **FLOWS, growth="10", plan="day").text
    assert "682 ±" in page, "a tenth more than 620"
    for sentence in ("Why this plan", "cycle of least delay is", "is the first that would no longer be served"):
        assert sentence in page
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1]
    text = text.replace("&#34;", '"').replace("&#39;", "'")
    greens = yaml.safe_load(text)["plans"]["day"]["greens_s"]
    assert greens["main"] > greens["side"] >= 7
    made = submit(client, "", deed="propose", library=text, base="2", reason="worked out")
    assert made.status_code == 303, made.text
    assert client.get("/api/signals/junctions/dai_la/plans").json()["versions"][0]["number"] == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"flow_0": "620"}, "The flow of movement side is unknown"),
        ({"flow_0": "many", "flow_1": "3"}, "out: a number that fits is wanted, found “many”"),
        (FLOWS | {"growth": "900"}, "growth: a number that fits"),
        ({"flow_0": "9000", "flow_1": "9000"}, "Demand above capacity"),
        ({"flow_0": "0", "flow_1": "0"}, "Every flow is 0"),
    ],
)
def test_flows_that_make_no_plan_are_refused_with_the_reason_and_kept(client, fields, sentence):
    answer = submit(client, "/work-out", **{"plan": "day", **fields})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{fields["flow_0"]}"' in answer.text


def test_a_version_shows_what_it_would_change(client):
    page = client.get("/signals/dai_la/plans/2?lang=en").text
    assert "(was 30 s)" in page
    assert "Changes since the running version 1" in page
    assert "Approve and run" in page
    for path in ("/signals/dai_la/plans/77", "/signals/nosuch/plans/1", "/signals/nosuch/work-out"):
        assert client.get(path).status_code == 404
    assert submit(client, "/plans/2", deed="give_up").status_code == 422
    assert submit(client, "/plans/2", deed="compare", seeds="x", **FLOWS).status_code == 422


def test_words_of_others_are_words_on_these_pages_too(client, library):
    sly = (library % 35).replace("id: out", "id: o.u-t").replace("[out]", "[o.u-t]").replace("Đại La", "<i>Đại</i>")
    body = {"library": sly, "reason": "<script>alert(1)</script>", "base": 0}
    assert client.post("/api/signals/junctions/sly/plans", json=body).status_code == 201
    for path in ("/signals/sly/plans/1", "/signals/sly/work-out"):
        page = client.get(path).text
        assert "<i>Đại" not in page
        assert "<script>alert" not in page


MANY = """\
version: 1
junction:
  name: Nhiều pha
  movements: [{id: n, width_m: 7.0}, {id: s, width_m: 7.0}, {id: e, width_m: 5.0}]
  stages:
    - {id: NS, movements: [n, s]}
    - {id: N, movements: [n]}
    - {id: S, movements: [s]}
    - {id: E, movements: [e]}
plans:
  day: {greens_s: {NS: 20, E: 15}, order: [NS, E]}
days:
  workday: {"00:00": day}
"""


def test_stages_may_be_chosen_for_the_traffic_and_the_others_are_skipped(client):
    made = {"library": MANY, "reason": "x", "base": 0}
    assert client.post("/api/signals/junctions/many/plans", json=made).status_code == 201
    token = re.search(r'name="token" value="([^"]+)"', client.get("/signals?lang=en").text)[1]
    fields = {"token": token, "flow_0": "500", "flow_1": "450", "flow_2": "300", "plan": "day", "stages": "free"}
    page = client.post("/signals/many/work-out?lang=en", data=fields, headers={"origin": "http://testserver"}).text
    assert "2 stages were chosen" in page
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1].replace("&#34;", '"').replace("&#39;", "'")
    plan = yaml.safe_load(text)["plans"]["day"]
    assert sorted(plan["order"]) == ["E", "NS"] == sorted(plan["greens_s"])
