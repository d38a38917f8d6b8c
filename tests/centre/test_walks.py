"""Two walks over every route there is: forged by another site, and asked for by somebody of another district.

A new route is walked without anybody adding it here. A sort of id that HERE does not know names nothing of a district,
and is asked for as something that is not there; add it to HERE when it does.
"""

import re
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from centre.app import Settings, create_app
from violations.accounts.caller import PERSON_ROLES
from violations.accounts.devices import Device, enrol
from violations.accounts.rates import Buckets
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE, PUBLIC, route_roles
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.audit_tables import AuditRow
from violations.store.case_papers import Appeal, put_appeal
from violations.store.database import reading, writing

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
CONTENT = b"a manifest of HK"
PLATE = "29A-123.45"
PEOPLE = tuple(role.value for role in PERSON_ROLES)
SAFE = {"GET", "HEAD", "OPTIONS"}
HERE = {  # one thing of the district HK for each sort of id
    "case_id": "1",
    "appeal_id": "1",
    "sha256": sha256(CONTENT).hexdigest(),
    "camera": "cam1",
    "device": "box",
    "number": "1",
    "code": "K7QX-9M2-P4C",
}
NOWHERE = HERE | {"case_id": "77", "appeal_id": "77", "sha256": "0" * 64, "camera": "cam77", "device": "box77"}
NAMES = {"users": ("of-hk", "of-77"), "devices": ("box", "box77"), "papers": ("notice", "notice"), "static": ("x", "x")}
# Signatures of ledgers say nothing of anybody, and who verifies evidence elsewhere needs them.
OPEN_TO_ALL = {"/api/ledgers/{device}/checkpoints"}


class Office:
    def __init__(self, folder):
        app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True), now=lambda: NOW)
        self.app, self.engine = app, app.state.door.engine
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        with writing(self.engine) as session:
            for name, districts in (("everywhere", None), ("of-hk", ["HK"]), ("of-bd", ["BD"])):
                row = UserRow(name=name, password="-", roles=list(PEOPLE), districts=districts, disabled=False)
                row.created_at = row.changed_at = NOW
                session.add(row)
            devices = [Device(name, place, None, disabled=False, created_at=NOW) for name, place in BOXES]
            self.tokens = {device.district: enrol(session, device) for device in devices}
        self._case()

    def _case(self):
        name = HERE["sha256"]
        box = {"authorization": f"Bearer {self.tokens['HK']}"}
        self.client.put(f"/api/media/{name}", content=CONTENT, headers=box).raise_for_status()
        media = {"name": "m", "shows": "still_at", "sha256": name, "size_bytes": len(CONTENT)}
        data = {"offence": "red_light", "vehicle": "car", "track": 4, "line": "n", "at_s": 1.5, "plate": PLATE}
        data |= {"measures": [], "package": name, "media": [media | {"media_type": "image/jpeg"}]}
        event = {"id": "cam1/b1/1", "source": "/cameras/cam1", "type": "vn.ngatu.finding.v1", "time": NOW.isoformat()}
        event |= {"camera": "cam1", "boot": "b1", "sequence": 1, "data": data}
        sent = self.client.post("/api/events", json={"events": [event]}, headers=box)
        assert sent.json()["refused"] == [], sent.text
        with writing(self.engine) as session:
            put_appeal(session, 1, Appeal(NOW, "", f"the words of {PLATE}", "", ()), lambda: "R2X-9M2")

    def session_of(self, who):
        self.app.state.door._buckets = Buckets()
        with writing(self.engine) as session:
            return {"cookie": f"{COOKIE}={begin_session(session, who, None, NOW)}"}

    def entries(self):
        """What was done so far, but for looks and for sessions."""
        with reading(self.engine) as session:
            actions = session.scalars(select(AuditRow.action)).all()
        return [one for one in actions if not one.endswith((".view", ".list", ".read", ".search"))]


BOXES = (("box", "HK"), ("box-bd", "BD"))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("office"))
    with office.client:
        yield office


def placed(path, ids, which):
    """The address with its ids."""
    room = next((room for room in NAMES if f"/{room}/" in path), None)

    def value(part):
        if part[1] == "name":
            return NAMES[room][which] if room else "x"
        return ids.get(part[1], "x")

    return re.sub(r"\{(\w+)(:\w+)?\}", value, path)


def test_no_state_changes_for_another_site_nor_for_a_form_without_its_token(office):
    before, walked = office.entries(), 0
    for method, path, roles in route_roles(office.app):
        if method in SAFE or roles == (Role.DEVICE.value,):
            continue
        walked += 1
        where = placed(path, HERE, 0)
        for forged in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil"}):
            answer = office.client.request(method, where, headers=office.session_of("everywhere") | forged)
            assert answer.status_code == 403, (method, path, forged, answer.status_code)
        own = office.session_of("everywhere") | {"sec-fetch-site": "same-origin"}
        if path.startswith("/api/"):
            takes_json = "requestBody" in office.app.openapi()["paths"][path][method.lower()]
            if method == "POST" and takes_json:  # all that a form of another site can send is no JSON by its type
                plain = own | {"content-type": "text/plain"}
                answer = office.client.post(where, content=b'{"disabled": true}', headers=plain)
                assert not answer.is_success, (method, path, answer.status_code)
        else:
            answer = office.client.request(method, where, data={"token": "x" * 64, "name": "x"}, headers=own)
            assert answer.status_code in {403, 422}, (method, path, answer.status_code)
    assert walked > 25
    assert office.entries() == before


def body_of(office, method, path):
    """The smallest body the document allows, so that the district alone can be what refuses."""
    document = office.app.openapi()
    content = document["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return {}

    def least(schema):
        if "$ref" in schema:
            return least(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in schema:
            return least(schema["anyOf"][0])
        if "enum" in schema or "const" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kinds = {"string": "x", "boolean": True, "array": [], "null": None, "number": 1}
        if schema.get("type") == "object":
            return {name: least(schema["properties"][name]) for name in schema.get("required", ())}
        return kinds.get(schema.get("type"), schema.get("minimum", 1))

    return {"json": least(content["application/json"]["schema"])}


def asked(office, who, method, path, which):
    ids = (HERE, NOWHERE)[which]
    headers = office.session_of(who)
    return office.client.request(method, placed(path, ids, which), headers=headers, **body_of(office, method, path))


def test_what_belongs_to_another_district_is_answered_like_what_never_was(office):
    walked, differs = 0, []
    for method, path, roles in route_roles(office.app):
        if "{" not in path or roles in {(PUBLIC,), (Role.DEVICE.value,)} or path in OPEN_TO_ALL:
            continue
        if not (path.startswith("/api/") or method == "GET"):
            continue  # forms need their token: tests/centre/test_roles.py sends them with one
        walked += 1
        hidden, never = (asked(office, "of-bd", method, path, which) for which in (0, 1))
        assert PLATE not in hidden.text, path
        assert CONTENT.decode() not in hidden.text, path
        if hidden.status_code != never.status_code or hidden.is_success:
            differs.append((method, path, hidden.status_code, never.status_code))
    assert walked > 20
    assert differs == []
    for path in ("/api/cases/1", "/api/appeals/1", "/cases/1", "/cases/1/file", "/api/users/of-hk"):
        assert office.client.get(path, headers=office.session_of("of-hk")).status_code == 200, path
