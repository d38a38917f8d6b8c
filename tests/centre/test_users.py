"""Administrators manage accounts and devices, by program and by page; nobody raises himself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from violations.accounts.password_codes import LASTS
from violations.accounts.rates import Buckets
from violations.accounts.sessions import begin_session
from violations.accounts.users import User, add_user, list_users, set_disabled
from violations.api.access import COOKIE
from violations.audit.log import EntriesWanted, list_entries
from violations.cases.states import Role
from violations.store.database import writing

PASSWORD = "đèn đỏ thì dừng lại"
PAGE = {"accept": "text/html"}
FORM = PAGE | {"sec-fetch-site": "same-origin"}
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
PEOPLE = {
    "kim": ({Role.ADMIN}, None),
    "hai": ({Role.ADMIN}, {"HK"}),
    "lan": ({Role.REVIEWER}, {"HK"}),
    "binh": ({Role.REVIEWER}, {"BD"}),
    "chi": ({Role.VIEWER}, None),
}


class Office:
    def __init__(self, folder):
        self.clock = [NOW]
        self.language = "vi"
        self.app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True), now=lambda: self.clock[0])
        self.engine = self.app.state.door.engine
        with writing(self.engine) as session:
            for name, (roles, districts) in PEOPLE.items():
                places = None if districts is None else frozenset(districts)
                add_user(session, User(name, frozenset(roles), places, None, disabled=False, created_at=NOW), PASSWORD)
        self.client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=True)
        self.made = 0

    def secret(self, name):
        with writing(self.engine) as session:
            secret = begin_session(session, name, None, self.clock[0])
        return {"cookie": f"{COOKIE}={secret}; ngatu_lang={self.language}"}

    def ask(self, who, method, path, **more):
        self.app.state.door._buckets = Buckets()
        return self.client.request(method, path, headers=self.secret(who) | more.pop("headers", {}), **more)

    def post_form(self, who, path, **fields):
        headers = self.secret(who) | FORM
        page = self.client.get("/system", headers=headers).text
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        return self.client.post(path, data={"token": token, **fields}, headers=headers)

    def new(self, roles=("reviewer",), districts=("HK",)):
        """A fresh account and its code."""
        self.made += 1
        body = {"name": f"moi{self.made}", "roles": list(roles), "districts": districts and list(districts)}
        answer = self.ask("kim", "POST", "/api/users", json=body)
        assert answer.status_code == 201, answer.text
        return body["name"], answer.json()["code"]

    def last(self):
        entry = list_entries(self.engine, EntriesWanted(), limit=1)[0].entry
        return entry.action, entry.who, entry.subject


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("office"))
    with office.client:
        yield office


def test_a_new_account_chooses_its_password_with_a_code_that_works_once(office):
    name, code = office.new()
    assert office.last() == ("user.add", "kim", f"user/{name}")
    for password in ("", "nobody has this password", PASSWORD):
        assert office.client.post("/api/session", json={"name": name, "password": password}).status_code == 401
    weak = office.client.post("/api/new-password", json={"code": code, "password": "short"})
    assert (weak.status_code, weak.json()["type"]) == (422, "urn:ngatu:problem:account-value")
    assert office.client.post("/api/new-password", json={"code": code, "password": PASSWORD}).json() == {"name": name}
    assert office.last() == ("user.password", "-", f"user/{name}")
    again = office.client.post("/api/new-password", json={"code": code, "password": "một mật khẩu khác"})
    assert (again.status_code, again.json()["type"]) == (404, "urn:ngatu:problem:no-such-code")
    assert office.client.post("/api/session", json={"name": name, "password": PASSWORD}).status_code == 200


def test_a_code_is_good_for_a_day_and_for_nobody_who_is_locked_out(office):
    name, code = office.new()
    office.clock[0] = NOW + LASTS
    try:
        assert office.client.post("/api/new-password", json={"code": code, "password": PASSWORD}).status_code == 404
    finally:
        office.clock[0] = NOW
    with writing(office.engine) as session:
        set_disabled(session, name, NOW, disabled=True)
    assert office.client.post("/api/new-password", json={"code": code, "password": PASSWORD}).status_code == 404


def test_a_reset_ends_the_old_password_and_every_session(office):
    name, code = office.new()
    office.client.post("/api/new-password", json={"code": code, "password": PASSWORD})
    signed_in = office.secret(name)
    listed = {one["name"]: one for one in office.ask("kim", "GET", "/api/users").json()["users"]}
    assert listed[name]["sessions"] == 1
    assert office.ask("kim", "POST", f"/api/users/{name}/code").status_code == 200
    assert office.client.get("/api/session", headers=signed_in).status_code == 401
    assert office.client.post("/api/session", json={"name": name, "password": PASSWORD}).status_code == 401


def test_sessions_end_from_outside(office):
    name, _ = office.new()
    first, second = office.secret(name), office.secret(name)
    assert office.ask("kim", "DELETE", f"/api/users/{name}/sessions").json() == {"name": name, "ended": 2}
    assert {office.client.get("/api/session", headers=one).status_code for one in (first, second)} == {401}
    assert office.last() == ("user.sessions_end", "kim", f"user/{name}")


def test_rights_change_at_once_and_are_written_down(office):
    name, _ = office.new()
    signed_in = office.secret(name)
    body = {"roles": ["supervisor"], "districts": None, "office": "station_head"}
    assert office.ask("kim", "PUT", f"/api/users/{name}/rights", json=body).json()["roles"] == ["supervisor"]
    who = office.client.get("/api/session", headers=signed_in).json()
    assert (who["roles"], who["districts"], who["office"]) == (["supervisor"], None, "station_head")
    assert office.last() == ("user.roles", "kim", f"user/{name}")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/users/kim/rights", {"roles": ["admin", "supervisor"], "districts": None}),
        ("PUT", "/api/users/kim/disabled", {"disabled": True}),
        ("POST", "/api/users/kim/code", None),
    ],
)
def test_nobody_changes_what_they_themselves_may_do(office, method, path, body):
    answer = office.ask("kim", method, path, **({"json": body} if body else {}))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:ngatu:problem:own-account")
    assert next(user for user in list_users(office.engine) if user.name == "kim").roles == {Role.ADMIN}


@pytest.mark.parametrize("who", ["lan", "chi"])
def test_only_administrators_come_near(office, who):
    for method, path in (("GET", "/api/users"), ("POST", "/api/users"), ("PUT", f"/api/users/{who}/rights")):
        assert office.ask(who, method, path, json={"roles": ["admin"], "name": "x"}).status_code == 403


def test_an_administrator_of_a_district_reaches_nothing_beyond_it(office):
    names = [one["name"] for one in office.ask("hai", "GET", "/api/users").json()["users"]]
    assert {"kim", "binh", "chi"}.isdisjoint(names)
    assert "lan" in names
    never = office.ask("hai", "GET", "/api/users/nobody").json()["detail"]
    for method, path, body in (
        ("GET", "/api/users/binh", None),
        ("PUT", "/api/users/binh/rights", {"roles": ["viewer"], "districts": ["HK"]}),
        ("PUT", "/api/users/kim/disabled", {"disabled": True}),
        ("POST", "/api/users/chi/code", None),
        ("DELETE", "/api/users/binh/sessions", None),
    ):
        answer = office.ask("hai", method, path, **({"json": body} if body else {}))
        assert answer.status_code == 404
        assert answer.json()["detail"].split(": wanted")[1] == never.split(": wanted")[1]
    for districts in (None, ["BD"], ["HK", "BD"]):
        body = {"name": "them", "roles": ["admin"], "districts": districts}
        answer = office.ask("hai", "POST", "/api/users", json=body)
        assert (answer.status_code, "of your own" in answer.text) == (422, True)


def test_the_last_administrator_stays(tmp_path):
    office = Office(tmp_path)
    assert office.ask("hai", "PUT", "/api/users/kim/disabled", json={"disabled": True}).status_code == 404
    with writing(office.engine) as session:
        set_disabled(session, "hai", NOW, disabled=True)
    name, _ = office.new(["admin"], None)
    assert office.ask(name, "PUT", "/api/users/kim/rights", json={"roles": ["viewer"]}).status_code == 200
    assert office.ask("kim", "GET", "/api/users").status_code == 403
    set_up = office.ask(name, "PUT", f"/api/users/{name}/disabled", json={"disabled": True})
    assert set_up.status_code == 403


def test_the_first_account_must_administer_and_ends_the_local_mode(tmp_path):
    app = create_app(Settings(f"sqlite:///{tmp_path / 'n.db'}", tmp_path, local=True), now=lambda: NOW)
    with TestClient(app) as client:
        refused = client.post("/api/users", json={"name": "lan", "roles": ["reviewer"]})
        assert (refused.status_code, "wanted admin" in refused.text) == (422, True)
        made = client.post("/api/users", json={"name": "kim", "roles": ["admin"]})
        assert made.status_code == 201
        assert client.get("/api/users").status_code == 401
        chosen = client.post("/api/new-password", json={"code": made.json()["code"], "password": PASSWORD})
        assert chosen.status_code == 200


def test_a_device_is_enrolled_renewed_and_revoked(office):
    body = {"name": "hop-1", "district": "HK", "key": "ab" * 32}
    made = office.ask("hai", "POST", "/api/devices", json=body)
    assert made.status_code == 201
    token = made.json()["token"]

    def known(one):
        headers = {"authorization": f"Bearer {one}"}
        return office.client.get(f"/api/media/{'0' * 64}", headers=headers).status_code != 401

    assert known(token)
    (device,) = office.ask("kim", "GET", "/api/devices").json()["devices"]
    assert (device["district"], device["revoked"], len(device["key"])) == ("HK", False, 64)
    assert token not in str(device)
    other = office.ask("kim", "POST", "/api/devices/hop-1/token").json()["token"]
    assert (known(token), known(other)) == (False, True)
    assert office.ask("kim", "PUT", "/api/devices/hop-1/revoked", json={"revoked": True}).json()["revoked"] is True
    assert not known(other)
    assert office.last() == ("device.disable", "kim", "device/hop-1")
    assert office.ask("hai", "POST", "/api/devices", json=body | {"name": "x1", "district": "BD"}).status_code == 422


# The pages


@pytest.mark.parametrize(("language", "words"), [("vi", "Mã dùng một lần"), ("en", "One-time code")])
def test_the_page_shows_the_code_of_a_new_account_once(office, language, words):
    office.language = language
    page = office.post_form("kim", "/system/users", name=f"trang-{language}", role_viewer="yes", everywhere="yes")
    assert page.status_code == 200
    assert words in page.text
    code = re.search(r'id="code"[^>]*>([^<]+)<', page.text)[1]
    assert f"/new-password?code={code}" in page.text
    assert code not in office.ask("kim", "GET", f"/system/users/trang-{language}", headers=PAGE).text
    form = office.client.get(f"/new-password?code={code}", headers=PAGE).text
    assert f'value="{code}"' in form


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "a b", "role_viewer": "yes", "everywhere": "yes"}, "A name needs"),
        ({"name": "LAN", "role_viewer": "yes", "everywhere": "yes"}, "This name is taken"),
        ({"name": "moi.x", "everywhere": "yes"}, "at least one role"),
        ({"name": "moi.x", "role_viewer": "yes"}, "but not both"),
        ({"name": "moi.x", "role_viewer": "yes", "districts": "HK", "everywhere": "yes"}, "but not both"),
        ({"name": "moi.x", "role_viewer": "yes", "districts": "<b>"}, "district"),
        ({"name": "moi.x", "role_viewer": "yes", "districts": "HK", "office": "king"}, "no such office"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(office, fields, words):
    office.language = "en"
    before = len(list_users(office.engine))
    page = office.post_form("kim", "/system/users", **fields)
    assert page.status_code == 422
    assert words in page.text
    assert f'value="{fields["name"]}"' in page.text
    assert f'value="{fields.get("districts", "").replace("<", "&lt;").replace(">", "&gt;")}"' in page.text
    assert ('name="role_viewer" value="yes" checked' in page.text) == ("role_viewer" in fields)
    assert len(list_users(office.engine)) == before


def test_one_account_is_changed_locked_and_signed_out_by_its_page(office):
    name, _ = office.new()
    path = f"/system/users/{name}"
    saved = office.post_form("kim", f"{path}/rights", role_supervisor="yes", districts="HK, BD", office="station_head")
    assert saved.headers["location"] == f"{path}?done=rights"
    user = next(one for one in list_users(office.engine) if one.name == name)
    assert (user.roles, user.districts, user.office) == ({Role.SUPERVISOR}, {"HK", "BD"}, "station_head")
    assert office.post_form("kim", f"{path}/disabled", disabled="yes").headers["location"] == f"{path}?done=disabled"
    assert office.post_form("kim", f"{path}/disabled", disabled="no").headers["location"] == f"{path}?done=enabled"
    assert office.post_form("kim", f"{path}/sessions").headers["location"] == f"{path}?done=sessions"
    assert 'id="code"' in office.post_form("kim", f"{path}/code").text
    own = office.post_form("kim", "/system/users/kim/rights", role_admin="yes", role_supervisor="yes", everywhere="yes")
    assert (own.status_code, "Nobody changes" in own.text) == (422, True)
    assert office.post_form("kim", "/system/users/nobody/code").status_code == 404
    assert office.post_form("kim", f"{path}/code", token="x" * 64).status_code == 403


def test_devices_are_managed_by_their_page(office):
    page = office.post_form("kim", "/system/devices", name="hop-2", district="HK")
    assert re.search(r'id="secret"[^>]*>ngatu-device-', page.text)
    wrong = office.post_form("kim", "/system/devices", name="hop-2", district="HK")
    assert (wrong.status_code, 'value="hop-2"' in wrong.text) == (422, True)
    assert office.post_form("kim", "/system/devices/hop-2/token").status_code == 200
    gone = office.post_form("kim", "/system/devices/hop-2/revoked", revoked="yes")
    assert gone.headers["location"] == "/system/devices?done=revoked"


def test_a_password_is_chosen_on_the_page(office):
    name, code = office.new()
    office.client.cookies.clear()
    office.client.cookies.set("ngatu_lang", "en")
    page = office.client.get(f"/new-password?code={code}", headers=PAGE).text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]

    def choose(password, again=None, **fields):
        form = {"token": token, "code": code, "password": password, "again": password if again is None else again}
        return office.client.post("/new-password", data=form | fields, headers=FORM)

    for answer, words in (
        (choose(PASSWORD, "other"), "not the same"),
        (choose("short"), "12 to 200"),
        (choose(name * 4), "must not hold"),
        (choose(PASSWORD, code="x"), "or is older than a day"),
    ):
        assert answer.status_code in {404, 422}
        assert words in answer.text
        assert PASSWORD not in answer.text
    done = choose(PASSWORD)
    assert done.headers["location"] == "/sign-in?done=password"
    assert "new password is set" in office.client.get(done.headers["location"], headers=PAGE).text
    office.clock[0] += timedelta(seconds=1)


def test_guessing_codes_is_slowed_down_for_page_and_program_together(office):
    office.app.state.door._buckets = Buckets()
    answers = [
        office.client.post("/api/new-password", json={"code": str(n), "password": PASSWORD}).status_code
        for n in range(8)
    ]
    assert (answers[0], answers[-1]) == (404, 429)
    token = office.client.get("/new-password", headers=PAGE)
    assert token.status_code == 200
    assert office.client.post("/new-password", data={}, headers=FORM).status_code == 429


def test_of_two_administrators_the_second_is_told_what_changed_and_keeps_what_they_chose(office):
    office.language = "vi"
    name, _ = office.new()
    path = f"/system/users/{name}"
    page = office.client.get(path, headers=office.secret("kim") | PAGE).text
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    first = office.post_form("kim", f"{path}/rights", role_supervisor="yes", everywhere="yes", version=version)
    assert first.headers["location"] == f"{path}?done=rights"
    second = office.post_form("kim", f"{path}/rights", role_auditor="yes", districts="BD", version=version)
    assert second.status_code == 409
    assert office.last() == ("user.roles_refused", "kim", f"user/{name}")
    said = re.search(r'id="problem" role="alert">([^<]+)<', second.text)[1]
    assert "Người khác đã thay đổi" in said
    assert "Mọi địa bàn" in said or "mọi địa bàn" in said
    assert 'name="role_auditor" value="yes" checked' in second.text, "wanted what was chosen"
    assert 'name="districts" value="BD"' in second.text
    assert [u.roles for u in list_users(office.engine) if u.name == name] == [frozenset({Role.SUPERVISOR})]
    fresh = re.search(r'name="version" value="([^"]+)"', second.text)[1]
    again = office.post_form("kim", f"{path}/rights", role_auditor="yes", districts="BD", version=fresh)
    assert again.headers["location"] == f"{path}?done=rights"


def test_a_program_that_read_an_older_version_changes_nothing(office):
    name, _ = office.new()
    tag = office.ask("kim", "GET", f"/api/users/{name}").headers["etag"]
    body = {"roles": ["viewer"], "districts": ["HK"]}
    first = office.ask("kim", "PUT", f"/api/users/{name}/rights", json=body, headers={"if-match": tag})
    assert first.status_code == 200
    assert first.headers["etag"] != tag
    body = {"roles": ["auditor"], "districts": ["HK"]}
    second = office.ask("kim", "PUT", f"/api/users/{name}/rights", json=body, headers={"if-match": tag})
    assert (second.status_code, second.json()["type"]) == (412, "urn:ngatu:problem:account-changed")
    assert "viewer; HK; no office" in second.json()["detail"]
