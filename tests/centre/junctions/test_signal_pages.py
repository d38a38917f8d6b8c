"""The signal pages as forms: what was typed stays, refusals are sentences, forged forms do nothing."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from centre.pages.routes import build_frame
from violations.accounts.sessions import begin_session
from violations.accounts.users import User, add_user
from violations.api.access import COOKIE
from violations.cases.states import Role
from violations.store.database import writing
from vision.events.bodies import Crossing, Direction
from vision.events.stream import EventStream

LIBRARY = """\
version: 1
junction:
  name: Đại La
  movements: [{id: out, width_m: 7.0}, {id: side, width_m: 5.0}]
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}]
plans:
  day: {greens_s: {main: 30, side: 20}}
days:
  workday: {"00:00": day}
"""
ROOM = "/signals"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signals")
    app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def submit(client, path, **fields):
    token = re.search(r'name="token" value="([^"]+)"', client.get(f"{ROOM}?lang=en").text)[1]
    headers = {"origin": "http://testserver", "host": "testserver"}
    return client.post(path, data={"token": token, **fields}, headers=headers)


def test_a_junction_is_proposed_approved_held_and_given_back(client):
    asked = {"junction": "dai_la", "library": LIBRARY.replace("\n", "\r\n"), "reason": "first", "base": "0"}
    made = submit(client, ROOM, **asked)
    assert (made.status_code, made.headers["location"]) == (303, "/signals/dai_la#plans")
    assert "Waits until a second person" in client.get(ROOM).text
    assert submit(client, f"{ROOM}/dai_la", deed="approve", version="1", reason="checked").status_code == 303
    page = client.get(f"{ROOM}/dai_la").text
    assert "Đại La" in page
    assert (
        submit(client, f"{ROOM}/dai_la", deed="hold", stage="side", seconds="60", reason="accident").status_code == 303
    )
    assert "holds stage side" in client.get(f"{ROOM}/dai_la").text
    assert submit(client, f"{ROOM}/dai_la", deed="release").status_code == 303
    assert "holds stage side" not in client.get(f"{ROOM}/dai_la").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"deed": "hold", "stage": "left", "seconds": "60", "reason": "why"}, "has no stage left"),
        ({"deed": "hold", "stage": "side", "seconds": "soon", "reason": "kept as typed"}, "kept as typed"),
        ({"deed": "hold", "stage": "side", "seconds": "60", "reason": ""}, "needs a reason"),
        ({"deed": "propose", "library": "version: 1", "reason": "kept", "base": "1"}, "junction"),
        ({"deed": "approve", "version": "77", "reason": "x"}, "has no version 77"),
    ],
)
def test_what_is_refused_is_said_with_what_was_typed(client, fields, sentence):
    submit(client, ROOM, junction="refused", library=LIBRARY, reason="first", base="0")
    submit(client, f"{ROOM}/refused", deed="approve", version="1", reason="checked")
    answer = submit(client, f"{ROOM}/refused", **fields)
    assert answer.status_code in {404, 422}
    assert answer.status_code == 404 or sentence in answer.text


def test_a_form_from_elsewhere_changes_nothing(client):
    asked = {"junction": "forged", "library": LIBRARY, "reason": "x", "base": "0", "token": "x" * 43}
    forged = client.post(ROOM, data=asked, headers={"origin": "http://elsewhere"})
    assert forged.status_code == 403
    assert client.get(f"{ROOM}/forged").status_code == 404


def test_a_wave_is_worked_out_drawn_and_refused_with_sentences(client):
    street = build_frame()._texts["en"]("signals.example_street")
    page = submit(client, f"{ROOM}/wave", street=street).text
    assert "<svg" in page
    assert "Cycle" in page
    told = client.post("/api/signals/wave", json={"street": street}).json()
    assert len(told["junctions"]) == 2
    drawing = client.post("/api/signals/wave/diagram", json={"street": street})
    assert drawing.headers["content-type"] == "image/svg+xml"
    wrong = submit(client, f"{ROOM}/wave", street=street.replace("outbound: di", "outbound: lên"))
    assert wrong.status_code == 422
    assert "names lên as its outbound movement" in wrong.text
    assert client.post("/api/signals/wave", json={"street": "["}).status_code == 422


def test_names_with_markup_are_words(client):
    sly = LIBRARY.replace("name: Đại La", 'name: "<script>alert(1)</script>"')
    submit(client, ROOM, junction="sly", library=sly, reason="<b>x</b>", base="0")
    submit(client, f"{ROOM}/sly", deed="approve", version="1", reason="checked")
    page = client.get(f"{ROOM}/sly").text
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page


def test_measured_arrivals_lie_over_the_wave_and_missing_ones_are_missing(client):
    street = build_frame()._texts["en"]("signals.example_street")
    line = "outbound: di\n    outbound_line: {camera: cam.vong, line: stop, direction: right_to_left}"
    street = street.replace("outbound: di", line, 1)
    at = datetime.now(UTC) - timedelta(minutes=2)
    stream = EventStream("cam.vong", "b1", at)
    body = {"line": "stop", "role": "stop", "vehicle": "car", "direction": Direction.RIGHT_TO_LEFT, "at_error_s": 0.1}
    crossings = [Crossing(track=n + 1, frame=n, at_s=float(n), x=0.5, y=0.5, **body) for n in range(7)]
    events = [json.loads(stream.wrap(one, one.at_s).model_dump_json()) for one in crossings]
    assert len(client.post("/api/events", json={"events": events}).json()["acknowledged"]) == 7
    told = client.post("/api/signals/wave", json={"street": street}).json()
    assert told["junctions"][0]["arrivals"]["outbound"]["of"] == 7
    drawing = client.post("/api/signals/wave/diagram", json={"street": street}).text
    assert drawing.count("<circle") == 14
    page = submit(client, f"{ROOM}/wave", street=street).text
    assert re.search(r"<td class=\"n\">\d of 7</td>", page)
    assert page.count("not measured") == 3


def test_a_visitor_signs_in_first_and_an_engineer_lands_at_the_signals(tmp_path):
    app = create_app(Settings(f"sqlite:///{tmp_path / 'n.db'}", tmp_path, local=True))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        engine = app.state.door.engine
        with writing(engine) as session:
            user = User("lan", frozenset({Role.ENGINEER}), None, None, disabled=False, created_at=datetime.now(UTC))
            add_user(session, user, "ky su tin hieu 2026")
        assert client.get("/").headers["location"] == "/sign-in"
        with writing(engine) as session:
            secret = begin_session(session, "lan", None, datetime.now(UTC))
        client.cookies.set(COOKIE, secret)
        assert client.get("/").headers["location"] == "/signals"
        page = client.get("/signals").text
        assert 'href="/queue"' not in page
        assert 'href="/cases"' not in page
        assert client.get("/cases", headers={"accept": "text/html"}).status_code == 403
        client.put("/api/stills/cam1", content=b"x")
        assert client.get("/api/stills/cam1").status_code == 403
        assert "not shown to your role" in client.get("/cameras/cam1?lang=en").text


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/viet", {"deed": "hold", "stage": "left", "seconds": "60", "reason": "vì"}, "Đại La không có pha left"),
        ("/viet", {"deed": "hold", "stage": "side", "seconds": "700", "reason": "vì"}, "được giữ nhiều nhất 600 giây"),
        ("/viet", {"deed": "hold", "stage": "side", "seconds": "soon", "reason": "vì"}, "seconds: cần một số phù hợp"),
        ("/viet", {"deed": "approve", "version": "x", "reason": "vì"}, "version: cần một số phù hợp"),
        ("/viet", {"deed": "propose", "library": "version: 1", "reason": "vì", "base": "1"}, "thiếu khóa"),
        ("/viet", {"deed": "propose", "library": "a: [", "reason": "vì", "base": "1"}, "không phải YAML"),
        ("/viet", {"deed": "propose", "library": LIBRARY, "reason": "vì", "base": "0"}, "hãy xem phiên bản ấy trước"),
        ("/viet/work-out", {"flow_0": "9000", "flow_1": "9000", "plan": "day"}, "Lưu lượng vượt năng lực"),
        ("/viet/work-out", {"flow_0": "900", "plan": "day"}, "Chưa biết lưu lượng của luồng side"),
        ("/wave", {"street": "version: 1"}, "thiếu khóa"),
    ],
)
def test_refusals_are_vietnamese_sentences_on_vietnamese_pages(client, path, fields, sentence):
    submit(client, ROOM, junction="viet", library=LIBRARY, reason="first", base="0")
    submit(client, f"{ROOM}/viet", deed="approve", version="1", reason="checked")
    client.cookies.set("language", "vi")
    page = submit(client, f"{ROOM}{path}?lang=vi", **fields)
    told = re.search(r'role="alert">(.*?)</div>', page.text, re.S)
    assert told is not None, page.text[:2000]
    assert sentence in told[1]
    assert 'lang="en"' not in told[1]
