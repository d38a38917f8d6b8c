"""Who chooses the stages, over HTTP: changed by engineers, fed by devices, told to everybody, kept over restarts."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import numpy as np
import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from centre.junctions.facts_feed import EVERY_S
from centre.junctions.usual import saturations_measured, usual_flows
from signals.live.shelf import PlanShelf
from signals.live.traffic import Fact
from violations.accounts.devices import Device, enrol
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE
from violations.audit.log import EntriesWanted, list_entries
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.database import writing
from vision.events.bodies import Crossing, Direction
from vision.events.facts import ApproachFacts, Figure
from vision.events.stream import EventStream

ROOT = "/api/signals/junctions"
WATCHED = "approaches: {out: {camera: cam.out, stop_line: stop}, side: {camera: cam.side, stop_line: stop}}\n"
WHY = {"reason": "counts of October"}


class Centre:
    def __init__(self, folder):
        self.folder = folder
        self.app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
        self.engine = self.app.state.door.engine
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.room = next(one.kwargs["room"] for one in self.app.user_middleware if "room" in one.kwargs)
        self.tokens = {}

    def people(self):
        now = datetime.now(UTC)
        with writing(self.engine) as session:
            for name, role in (("an", Role.ENGINEER), ("binh", Role.SUPERVISOR), ("chi", Role.VIEWER)):
                row = UserRow(name=name, password="-", roles=[role], districts=None, office=None, disabled=False)
                row.created_at = row.changed_at = now
                session.add(row)
            for name, district in (("box", "HK"), ("far", "BD")):
                self.tokens[name] = enrol(session, Device(name, district, None, disabled=False, created_at=now))

    def ask(self, who, method, path, body=None, root=ROOT):
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        if who not in self.tokens:
            with writing(self.engine) as session:
                headers["cookie"] = f"{COOKIE}={begin_session(session, who, None, datetime.now(UTC))}"
        return self.client.request(method, f"{root}{path}", json=body, headers=headers)

    def run(self, name, text):
        assert self.ask("an", "POST", f"/{name}/plans", {"library": text, "base": 0} | WHY).status_code == 201
        decided = self.ask("binh", "POST", f"/{name}/plans/1/decision", {"approve": True} | WHY)
        assert decided.status_code == 200, decided.text


@pytest.fixture(scope="module")
def centre(tmp_path_factory, library):
    centre = Centre(tmp_path_factory.mktemp("centre"))
    centre.people()
    with centre.client:
        centre.run("blind", library % 30)
        centre.run("seen", library % 30 + WATCHED)
        centre.run("states", library % 30 + WATCHED + "control: actuated\n")
        yield centre


def seen(**more):
    return {"approaches": {"out": {"queued": 4, "coming_s": [2.5, 6], "passed": 1}, "side": {"queued": 0}}} | more


def test_an_engineer_changes_the_mode_with_a_reason_and_a_looker_does_not(centre):
    assert centre.ask("chi", "PUT", "/seen/control", {"control": "adaptive"} | WHY).status_code == 403
    assert centre.ask("an", "PUT", "/seen/control", {"control": "adaptive", "reason": " "}).status_code == 422
    assert centre.ask("an", "PUT", "/seen/control", {"control": "clever"} | WHY).status_code == 422
    told = centre.ask("an", "PUT", "/seen/control", {"control": "adaptive"} | WHY)
    assert (told.status_code, told.json()["asked"]) == (200, "adaptive")
    entry = list_entries(centre.engine, EntriesWanted(subject="junction/seen"))[0].entry
    assert (entry.who, entry.action, entry.details["control"]) == ("an", "signals.control", "adaptive")
    assert centre.ask("chi", "GET", "/seen/journal").json()["entries"][-1]["what"] == "control_adaptive"
    assert centre.ask("chi", "GET", "/seen").json()["control"]["asked"] == "adaptive"


def test_the_mode_that_a_library_states_runs_with_it_and_a_restart_keeps_the_last_word(centre):
    assert centre.ask("chi", "GET", "/states/control").json()["asked"] == "actuated"
    centre.ask("an", "PUT", "/seen/control", {"control": "adaptive"} | WHY)
    shelf = PlanShelf(centre.folder / "signals")
    assert [shelf.control(name) for name in ("seen", "states", "blind")] == ["adaptive", "actuated", "plan"]
    assert [one.state for one in shelf.versions("seen")] == ["running"]


def test_where_only_plans_can_run_the_mode_is_refused_with_what_would_make_it_possible(centre, library):
    refused = centre.ask("an", "PUT", "/blind/control", {"control": "adaptive"} | WHY)
    assert refused.status_code == 422
    assert "under approaches of its library" in refused.json()["detail"]
    assert centre.ask("chi", "GET", "/blind/control").json()["possible"] is False
    text = library % 30 + "control: adaptive\n"
    proposed = centre.ask("an", "POST", "/none/plans", {"library": text, "base": 0} | WHY)
    assert proposed.status_code == 422
    assert "needs approaches" in proposed.json()["detail"]


def test_a_device_says_what_it_sees_and_the_state_tells_it(centre):
    assert centre.ask("box", "POST", "/seen/traffic", seen()).status_code == 204
    told = {one["movement"]: one for one in centre.ask("chi", "GET", "/seen/control").json()["approaches"]}
    assert [told[name]["source"] for name in ("out", "side")] == ["detector", "detector"]
    assert told["out"]["age_s"] < 3
    assert centre.ask("an", "POST", "/seen/traffic", seen()).status_code == 403
    assert centre.ask("box", "POST", "/blind/traffic", seen()).status_code == 422
    strange = centre.ask("box", "POST", "/seen/traffic", {"approaches": {"left": {"queued": 1}}})
    assert "no approach in the library (these have: out, side)" in strange.json()["detail"]
    assert centre.ask("box", "POST", "/seen/traffic", {"approaches": {"out": {"queued": -1}}}).status_code == 422
    assert centre.ask("box", "POST", "/nosuch/traffic", seen()).status_code == 404


def test_a_picture_that_is_too_old_is_not_believed(centre):
    assert centre.ask("box", "POST", "/states/traffic", seen(age_s=3.5)).status_code == 204
    told = centre.ask("chi", "GET", "/states/control").json()
    assert {one["source"] for one in told["approaches"]} == {"none"}
    assert told["why"] in {"starting", "no_data"}


def test_nobody_speaks_for_a_camera_of_another_district(centre):
    health = {"state": "running", "frames": 1}
    event = {"id": "cam.far/b/0", "source": "/cameras/cam.far", "type": "vn.ngatu.health.v1", "camera": "cam.far"}
    event |= {"boot": "b", "sequence": 0, "time": datetime.now(UTC).isoformat(), "data": health}
    assert centre.ask("far", "POST", "/events", {"events": [event]}, "/api").status_code == 200
    centre.run("far", centre.ask("chi", "GET", "/seen/plans/1").json()["library"].replace("cam.out", "cam.far"))
    assert centre.ask("box", "POST", "/far/traffic", seen()).status_code == 403
    assert centre.ask("far", "POST", "/far/traffic", seen()).status_code == 204


def facts(since_s, length_s, **more):
    unknown = Figure(why="not measured")
    told = dict.fromkeys(("control_delay_s", "stops", "arrivals_on_green", "split_failures"), unknown)
    told |= {"vehicles": Figure(value=6, error=1), "vehicles_pcu": Figure(value=2, error=1)}
    told |= {"time_in_queue_s": Figure(value=45, error=5), "saturation_pcu_h": Figure(value=2400, error=99)}
    head = {"since_s": since_s, "until_s": since_s + length_s, "coverage": 1.0, "greens": 9}
    return ApproachFacts(stop_line="stop", pcu_table="tcvn_4054_2005", pcu_unit="pcu", **head, **told | more)


def test_events_and_facts_of_a_camera_are_told_to_its_junction_once(centre, monkeypatch):
    live, told = centre.room.junction("seen"), []
    monkeypatch.setattr(live, "crossed", lambda movement, at_s, now_s, upstream: told.append((movement, upstream)))
    monkeypatch.setattr(live, "tell_facts", lambda some, now_s: told.extend(some))
    stream = EventStream("cam.out", "b1", datetime.now(UTC) - timedelta(seconds=30))
    body = {"line": "stop", "role": "stop", "vehicle": "car", "direction": Direction.RIGHT_TO_LEFT, "at_error_s": 0.1}
    bodies = [(facts(5.0, 15.0), 5.0)]
    bodies += [(Crossing(track=n, frame=n, at_s=26.0, x=0.5, y=0.5, **body), 26.0) for n in (1, 2)]
    events = [stream.wrap(one, at_s).model_dump(mode="json") for one, at_s in bodies]
    seen_s = centre.room.now_s() - 17.5
    assert len(centre.ask("box", "POST", "/events", {"events": events}, "/api").json()["acknowledged"]) == 3
    until_s = monotonic() + 30
    while len(told) < 3:
        assert monotonic() < until_s
        sleep(0.1)
    sleep(2 * EVERY_S)  # nothing is told again
    fact = next(one for one in told if isinstance(one, Fact))
    assert [one for one in told if one is not fact] == [("out", False)] * 2
    assert (fact.movement, fact.queued, fact.passing_vps, round(fact.units, 2)) == ("out", 3.0, 0.4, 0.33)
    assert fact.at_s == pytest.approx(seen_s, abs=10)


def test_usual_flows_and_measured_saturation_come_from_the_facts_of_quarter_hours(centre):
    now = datetime.now(UTC)
    for day in range(4):
        stream = EventStream("cam.side", f"d{day}", now - timedelta(days=day, minutes=14))
        event = stream.wrap(facts(0.0, 900.0, vehicles=Figure(value=90 + day, error=3)), 0.0).model_dump(mode="json")
        assert centre.ask("box", "POST", "/events", {"events": [event]}, "/api").status_code == 200
    approaches = centre.room.junction("seen").approaches
    usual = usual_flows(centre.engine, approaches, now)
    assert usual[1] == pytest.approx(92 / 900)
    assert np.isnan(usual[0])
    measured = saturations_measured(centre.engine, approaches, now)
    assert measured[1] == pytest.approx(2400 / 3600)
    assert np.isnan(measured[0])
