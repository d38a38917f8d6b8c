"""Signing in over HTTP, by form and by JSON; local mode before, and what holds strangers off."""

import re

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from violations.accounts.sessions import IDLE
from violations.accounts.throttle import MOST_OF_NAME_AND_ADDRESS
from violations.accounts.users import User, add_user
from violations.api.access import COOKIE, SECURE_COOKIE
from violations.audit.log import EntriesWanted, list_entries
from violations.cases.states import Role
from violations.store.database import writing

PASSWORD = "đèn đỏ thì dừng lại"
PAGE = {"accept": "text/html"}
FORM = PAGE | {"sec-fetch-site": "same-origin"}


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock(noon):
    return Clock(noon)


@pytest.fixture
def app(tmp_path, clock):
    return create_app(Settings(f"sqlite:///{tmp_path / 'ngatu.db'}", tmp_path, local=True), now=clock)


@pytest.fixture
def engine(app):
    return app.state.door.engine


@pytest.fixture
def lan(engine, noon):
    with writing(engine) as session:
        user = User("lan", frozenset({Role.REVIEWER}), frozenset({"HK"}), None, disabled=False, created_at=noon)
        return add_user(session, user, PASSWORD)


@pytest.fixture
def browser(app):
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def sign_in(browser, password=PASSWORD, **fields):
    token = re.search(r'name="token" value="([^"]+)"', browser.get("/sign-in", headers=PAGE).text)[1]
    form = {"token": token, "name": "lan", "password": password} | fields
    return browser.post("/sign-in", data=form, headers=FORM)


def test_without_accounts_this_machine_may_do_everything_and_the_page_says_so(browser):
    page = browser.get("/queue", headers=PAGE)
    assert page.status_code == 200
    assert "Chế độ cục bộ" in page.text
    assert browser.get("/api/session").json()["local"] is True


def test_what_a_proxy_passes_on_is_not_this_machine(browser):
    for header in ("x-forwarded-for", "forwarded"):
        assert browser.get("/api/cases", headers={header: "203.0.113.7"}).status_code == 401


def test_a_centre_that_others_can_reach_has_no_local_mode(tmp_path):
    app = create_app(Settings(f"sqlite:///{tmp_path / 'ngatu.db'}", tmp_path))
    with TestClient(app) as client:
        assert client.get("/api/cases").status_code == 401


def test_the_first_account_ends_the_local_mode_at_once(browser, engine, noon):
    assert browser.get("/api/cases").status_code == 200
    with writing(engine) as session:
        user = User("kim", frozenset({Role.ADMIN}), None, None, disabled=False, created_at=noon)
        add_user(session, user, PASSWORD)
    assert browser.get("/api/cases").status_code == 401


def test_a_page_sends_a_stranger_to_sign_in_and_back_again(browser, lan):
    asked = browser.get("/cases?state=detected", headers=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Fcases%3Fstate%3Ddetected")
    page = browser.get(asked.headers["location"], headers=PAGE)
    assert 'value="/cases?state=detected"' in page.text
    entered = sign_in(browser, next="/cases?state=detected")
    assert (entered.status_code, entered.headers["location"]) == (303, "/cases?state=detected")
    page = browser.get("/cases?state=detected", headers=PAGE)
    assert page.status_code == 200
    assert "lan" in page.text
    assert "Chế độ cục bộ" not in page.text


@pytest.mark.parametrize(
    "after", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "javascript:x"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(browser, lan, after):
    assert sign_in(browser, next=after).headers["location"] == "/"


@pytest.mark.parametrize(("scheme", "name"), [("http", COOKIE), ("https", SECURE_COOKIE)])
def test_the_cookie_is_for_this_host_and_no_script(app, lan, scheme, name):
    with TestClient(app, base_url=f"{scheme}://testserver", follow_redirects=False) as browser:
        cookie = sign_in(browser).headers["set-cookie"]
        assert cookie.startswith(f"{name}=")
        for part in ("HttpOnly", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert ("Secure" in cookie) == (scheme == "https")
        assert "Domain" not in cookie
        assert browser.get("/api/session").json()["name"] == "lan"


def test_signing_in_again_changes_the_cookie_and_a_planted_one_is_worthless(browser, lan):
    browser.cookies.set(COOKIE, "planted-by-somebody-else")
    sign_in(browser)
    first = browser.cookies.get(COOKIE, domain="testserver.local")
    assert first != "planted-by-somebody-else"
    browser.cookies.clear()
    browser.cookies.set(COOKIE, first)
    again = browser.post("/api/session", json={"name": "lan", "password": PASSWORD})
    second = again.cookies[COOKIE]
    assert second != first
    browser.cookies.clear()
    assert browser.get("/api/session", headers={"cookie": f"{COOKIE}={first}"}).status_code == 401
    assert browser.get("/api/session", headers={"cookie": f"{COOKIE}={second}"}).status_code == 200


def test_a_wrong_password_is_said_in_the_readers_language_and_the_name_is_kept(browser, lan):
    for language, words in (("vi", "không đúng"), ("en", "is wrong")):
        browser.cookies.set("ngatu_lang", language)
        answer = sign_in(browser, "wrong password")
        assert answer.status_code == 401
        assert words in answer.text
        assert 'value="lan"' in answer.text
        assert "wrong password" not in answer.text.replace("is wrong", "")


def test_guessing_is_stopped_and_told_how_long(browser, lan):
    for _ in range(MOST_OF_NAME_AND_ADDRESS):
        assert sign_in(browser, "wrong password").status_code == 401
    assert sign_in(browser).status_code == 429
    answer = browser.post("/api/session", json={"name": "lan", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60


def test_a_flood_of_sign_ins_is_slowed_down_before_any_hash_is_computed(browser, lan):
    statuses = [browser.post("/api/session", json={}).status_code for _ in range(40)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {"origin": "null"}]
)
def test_no_other_site_signs_anybody_in_or_out(browser, lan, headers):
    sign_in(browser)
    for path in ("/sign-in", "/sign-out", "/api/session"):
        assert browser.post(path, headers=PAGE | headers).status_code == 403
    assert browser.get("/api/session").status_code == 200


def test_a_form_needs_the_token_of_its_own_session(browser, lan):
    sign_in(browser)
    token = re.search(r'name="token" value="([^"]+)"', browser.get("/queue", headers=PAGE).text)[1]
    assert browser.post("/sign-out", data={"token": "x" * 64}, headers=FORM).status_code == 403
    browser.cookies.set("ngatu_token", "planted" * 8)
    assert browser.post("/sign-out", data={"token": "planted" * 8}, headers=FORM).status_code == 403
    assert browser.post("/sign-out", data={"token": token}, headers=FORM).status_code == 303
    assert browser.get("/api/session").status_code == 401


def test_an_idle_session_has_to_sign_in_again(browser, lan, clock):
    sign_in(browser)
    clock.now += IDLE
    assert browser.get("/api/session").status_code == 401
    assert browser.get("/queue", headers=PAGE).headers["location"].startswith("/sign-in")


def test_a_page_of_another_role_says_so_in_words(browser, engine, noon):
    with writing(engine) as session:
        user = User("kim", frozenset({Role.ADMIN}), None, None, disabled=False, created_at=noon)
        add_user(session, user, PASSWORD)
    sign_in(browser, name="kim")
    assert browser.get("/", headers=PAGE).headers["location"] == "/counts"
    answer = browser.get("/queue", headers=PAGE)
    assert answer.status_code == 403
    assert "Tài khoản của bạn không được mở trang này" in answer.text


def test_a_new_password_needs_the_old_one_and_ends_the_session(browser, lan):
    sign_in(browser)
    wrong = browser.put("/api/session/password", json={"old": "x", "new": "một mật khẩu khác"})
    assert (wrong.status_code, browser.get("/api/session").status_code) == (401, 200)
    weak = browser.put("/api/session/password", json={"old": PASSWORD, "new": "short"})
    assert weak.status_code == 422
    assert browser.put("/api/session/password", json={"old": PASSWORD, "new": "một mật khẩu khác"}).status_code == 200
    assert browser.get("/api/session").status_code == 401
    assert sign_in(browser, "một mật khẩu khác").status_code == 303


def test_coming_and_going_is_in_the_audit_log_and_no_password_is(browser, lan, engine):
    sign_in(browser)
    browser.delete("/api/session")
    entries = [one.entry for one in list_entries(engine, EntriesWanted())]
    assert [(one.action, one.who) for one in entries] == [("session.end", "lan"), ("session.begin", "lan")]
    assert PASSWORD not in str(entries)
