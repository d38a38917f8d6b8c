"""Signing in by way of an identity provider that runs as a process of its own, and every way it can be wrong."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import yaml
from fastapi.testclient import TestClient
from sqlalchemy import delete

from centre.app import Settings, create_app
from violations.accounts import oidc_provider
from violations.accounts.errors import ProviderSettingsError
from violations.accounts.oidc_settings import SECRET_VARIABLE, load_provider
from violations.accounts.rates import Buckets
from violations.accounts.sessions import end_all_sessions
from violations.accounts.users import User, add_user, list_users, set_disabled
from violations.api.access import COOKIE
from violations.audit.log import EntriesWanted, list_entries
from violations.cases.states import Role
from violations.store.account_tables import OidcLoginRow, SessionRow, UserRow
from violations.store.database import writing

PAGE = {"accept": "text/html"}
FORM = PAGE | {"sec-fetch-site": "same-origin"}
LAN = {"sub": "u-1", "preferred_username": "lan.nguyen", "groups": ["csgt-duyet"], "dia_ban": ["HK"]}
SETTINGS = {
    "name": "Cổng chung",
    "client_id": "ngatu-centre",
    "roles": {"csgt-duyet": ["reviewer"], "csgt-chi-huy": ["supervisor", "auditor"]},
    "offices": {"csgt-chi-huy": "station_head"},
    "districts_claim": "dia_ban",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    script = Path(__file__).parent / "provider_process.py"
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


class Office:
    """A centre whose sign-in page offers the provider, and a browser in front of it."""

    def __init__(self, folder: Path, issuer: str, patch: pytest.MonkeyPatch, **changes) -> None:
        self.issuer = issuer
        (folder / "oidc.yaml").write_text(yaml.safe_dump(SETTINGS | {"issuer": issuer} | changes), encoding="utf-8")
        patch.setenv(SECRET_VARIABLE, "s3cret/+ &")
        self.clock = [datetime.now(UTC)]
        app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True), now=lambda: self.clock[0])
        self.engine = app.state.door.engine
        with writing(self.engine) as session:
            admin = User("kim", frozenset({Role.ADMIN}), None, None, disabled=False, created_at=self.clock[0])
            add_user(session, admin, "đèn đỏ thì dừng lại")
        self.app = app
        self.browser = TestClient(app, follow_redirects=False, raise_server_exceptions=False)

    def behave(self, claims=LAN, **told):
        httpx.post(f"{self.issuer}/behave", json={"claims": claims, **told}).raise_for_status()

    def go(self, after="/queue", name="", language="en"):
        """Press the button; the answer with the way to the provider, or with what is wrong."""
        self.browser.cookies.clear()
        page = self.browser.get(f"/sign-in?lang={language}", headers=PAGE).text
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        form = {"token": token, "next": after, "name": name, "password": "typed-secret"}
        return self.browser.post("/sign-in/provider", data=form, headers=FORM)

    def to_provider(self, going):
        address = re.search(r'content="0; url=([^"]+)"', going.text)[1].replace("&amp;", "&")
        return httpx.get(address).headers["location"]

    def back(self, location):
        parts = urlsplit(location)
        assert parts.path == "/sign-in/provider/back"
        return self.browser.get(f"{parts.path}?{parts.query}", headers=PAGE)

    def sign_in(self, after="/queue"):
        return self.back(self.to_provider(self.go(after)))

    def actions(self):
        return [
            (one.entry.action, one.entry.who, dict(one.entry.details))
            for one in list_entries(self.engine, EntriesWanted())
        ]


@pytest.fixture(scope="module")
def shared(tmp_path_factory, provider) -> Iterator[Office]:
    """One centre for all tests that do not need a fresh one: making it takes longer than they do."""
    with pytest.MonkeyPatch.context() as patch:
        office = Office(tmp_path_factory.mktemp("office"), provider, patch)
        with office.browser:
            yield office


@pytest.fixture
def office(shared):
    """Nobody from the provider has an account yet, and nobody is signed in."""
    with writing(shared.engine) as session:
        for statement in (
            delete(SessionRow),
            delete(OidcLoginRow),
            delete(UserRow).where(UserRow.identity.is_not(None)),
        ):
            session.execute(statement)
    shared.app.state.door._buckets = Buckets()
    shared.clock[0] = datetime.now(UTC)
    shared.behave()
    return shared


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_who_the_provider_proves_is_signed_in_with_the_roles_of_their_groups(office, alg):
    office.behave(alg=alg)
    entered = office.sign_in("/cases?state=detected")
    assert (entered.status_code, entered.headers["location"]) == (303, "/cases?state=detected")
    who = office.browser.get("/api/session").json()
    assert (who["name"], who["roles"], who["districts"]) == ("lan.nguyen", ["reviewer"], ["HK"])
    assert office.browser.get("/queue", headers=PAGE).status_code == 200
    assert ("session.begin", "lan.nguyen", {"by": "provider"}) in office.actions()


def test_the_way_there_carries_pkce_nonce_and_state_and_never_what_was_typed_as_password(office):
    going = office.go(name="lan")
    assert "typed-secret" not in going.text
    asked = parse_qs(urlsplit(re.search(r'url=([^"]+)"', going.text)[1].replace("&amp;", "&")).query)
    assert (asked["response_type"], asked["code_challenge_method"], asked["login_hint"]) == (
        ["code"],
        ["S256"],
        ["lan"],
    )
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    other = parse_qs(urlsplit(re.search(r'url=([^"]+)"', office.go().text)[1].replace("&amp;", "&")).query)
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "fault",
    [
        "wrong issuer",
        "wrong audience",
        "for others too",
        "expired",
        "from the future",
        "nonce of an earlier sign-in",
        "no nonce",
        "no subject",
        "alg none",
        "shared secret",
        "unknown key",
        "forged",
        "bad signature",
    ],
)
def test_a_token_that_proves_nothing_signs_nobody_in(office, fault):
    office.sign_in()
    office.browser.delete("/api/session")
    office.behave(fault=fault)
    answer = office.sign_in()
    assert answer.status_code == 401
    assert "cannot be trusted" in answer.text
    assert office.browser.get("/api/session").status_code == 401
    assert office.actions()[0] == ("session.refused", "-", {"why": "wrong"})


def test_a_new_key_of_the_provider_is_fetched(tmp_path, provider, monkeypatch):
    office = Office(tmp_path, provider, monkeypatch)
    office.behave(fault="keys changed", alg="ES256")
    office.sign_in()
    office.behave(alg="RS256")
    assert office.sign_in().status_code == 401, "keys are asked for again at most twice a minute"
    monkeypatch.setattr(oidc_provider, "KEYS_AGAIN_AFTER_S", 0)
    assert office.sign_in().status_code == 303


def test_the_providers_refusal_is_said_in_words(office):
    office.behave(fault="refused")
    answer = office.sign_in()
    assert (answer.status_code, "did not confirm" in answer.text) == (401, True)


@pytest.mark.parametrize("fault", ["broken", "other metadata"])
def test_a_provider_that_is_away_is_said_and_what_was_typed_stays(tmp_path, provider, monkeypatch, fault):
    office = Office(tmp_path, provider, monkeypatch)
    office.behave(fault=fault)
    answer = office.go(after="/cases", name="lan.nguyen")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert 'value="lan.nguyen"' in answer.text
    assert 'value="/cases"' in answer.text
    assert "typed-secret" not in answer.text
    assert "hiện không trả lời" in office.go(language="vi").text


def test_a_provider_nobody_can_reach_leaves_the_passwords_working(tmp_path, monkeypatch):
    office = Office(tmp_path, "http://127.0.0.1:9", monkeypatch)
    assert office.go().status_code == 503
    answer = office.browser.post("/api/session", json={"name": "kim", "password": "đèn đỏ thì dừng lại"})
    assert answer.status_code == 200


def test_the_answer_counts_once_in_the_same_browser_and_not_for_long(office):
    location = office.to_provider(office.go())
    with TestClient(office.app, follow_redirects=False) as other:
        parts = urlsplit(location)
        stolen = other.get(f"{parts.path}?{parts.query}", headers=PAGE)
        assert (stolen.status_code, "begin again" in stolen.text or "bắt đầu lại" in stolen.text) == (401, True)
    assert office.back(location).status_code == 401
    location = office.to_provider(office.go())
    assert office.back(location).status_code == 303
    assert office.back(location).status_code == 401
    location = office.to_provider(office.go())
    office.clock[0] += timedelta(minutes=10)
    assert office.back(location).status_code == 401
    assert office.browser.get("/sign-in/provider/back", headers=PAGE).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        LAN | {"groups": ["khac"]},
        LAN | {"groups": []},
        LAN | {"groups": {"a": 1}},
        LAN | {"dia_ban": []},
        {"sub": "u-1"},
    ],
)
def test_who_has_no_role_or_district_here_is_told_so_and_has_no_account(office, claims):
    office.behave(claims)
    answer = office.sign_in()
    assert (answer.status_code, "no role here" in answer.text) == (403, True)
    assert [user.name for user in list_users(office.engine)] == ["kim"]


def test_rights_follow_the_provider_and_who_lost_them_loses_the_session_too(office):
    office.sign_in()
    office.behave(LAN | {"groups": ["csgt-chi-huy"], "dia_ban": ["HK", "BD"]})
    office.sign_in()
    who = office.browser.get("/api/session").json()
    assert (who["roles"], who["districts"], who["office"]) == (["auditor", "supervisor"], ["BD", "HK"], "station_head")
    session = {"cookie": f"{COOKIE}={office.browser.cookies[COOKIE]}"}
    office.behave(LAN | {"groups": []})
    assert office.sign_in().status_code == 403
    assert office.browser.get("/api/session", headers=session).status_code == 401


def test_no_account_of_our_own_is_ever_taken_over(office):
    office.behave(LAN | {"preferred_username": "KIM"})
    answer = office.sign_in()
    assert (answer.status_code, "another account" in answer.text) == (401, True)
    assert {user.name: user.identity for user in list_users(office.engine)} == {"kim": None}


def test_a_person_keeps_one_account_whatever_the_provider_calls_them_later(office):
    office.sign_in()
    office.behave(LAN | {"preferred_username": "lan.tran"})
    office.sign_in()
    assert office.browser.get("/api/session").json()["name"] == "lan.nguyen"


def test_a_locked_account_stays_locked_and_has_no_password(office):
    office.sign_in()
    with writing(office.engine) as session:
        end_all_sessions(session, "lan.nguyen")
        set_disabled(session, "lan.nguyen", office.clock[0], disabled=True)
    assert office.sign_in().status_code == 403
    for password in ("", "nobody has this password"):
        answer = office.browser.post("/api/session", json={"name": "lan.nguyen", "password": password})
        assert answer.status_code == 401


def test_signing_out_ends_the_session_and_offers_to_leave_the_provider(office):
    office.sign_in()
    token = re.search(r'name="token" value="([^"]+)"', office.browser.get("/queue", headers=PAGE).text)[1]
    left = office.browser.post("/sign-out", data={"token": token}, headers=FORM)
    assert left.headers["location"] == "/sign-in?left=provider"
    assert office.browser.get("/api/session").status_code == 401
    page = office.browser.get(left.headers["location"], headers=PAGE).text
    assert f"{office.issuer}/leave?client_id=ngatu-centre&amp;post_logout_redirect_uri=" in page


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site_afterwards(office, after):
    assert office.sign_in(after).headers["location"] == "/"


def test_without_settings_there_is_no_button_and_nothing_at_its_address(client):
    assert "/sign-in/provider" not in client.get("/sign-in", headers=PAGE).text
    assert client.get("/sign-in/provider/back?code=x&state=y", headers=PAGE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": "http://idp.example"}, "issuer: wanted an https address"),
        ({"roles": {"a": ["device"]}}, "wanted only viewer"),
        ({"roles": {}}, "roles"),
        ({"every_district": True}, "found both or neither"),
        ({"scopes": ["profile"]}, "wanted openid"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_settings_stop_the_start_and_name_the_key(tmp_path, changes, words):
    good = SETTINGS | {"issuer": "https://idp.example"}
    (tmp_path / "oidc.yaml").write_text(yaml.safe_dump(good | changes))
    with pytest.raises(ProviderSettingsError, match=words) as caught:
        load_provider(tmp_path, {})
    assert "oidc.yaml" in str(caught.value)
    assert load_provider(tmp_path / "nowhere", {}) is None


def test_an_independent_provider_signs_somebody_in(tmp_path, monkeypatch):
    """oidc-provider-mock, built on Authlib, as a process of its own."""
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        issuer = next(found[0] for line in process.stdout if (found := re.search(r"http://[a-z0-9.]+:\d+", line)))
        claims = {"preferred_username": "lan.nguyen", "groups": ["csgt-duyet"], "dia_ban": ["HK"]}
        office = Office(tmp_path, issuer, monkeypatch)
        httpx.put(f"{issuer}/users/lan", json=claims).raise_for_status()
        going = office.go()
        address = re.search(r'content="0; url=([^"]+)"', going.text)[1].replace("&amp;", "&")
        location = httpx.post(address, data={"sub": "lan"}).headers["location"]
        entered = office.back(location)
        process.terminate()
    assert entered.status_code == 303, entered.text
    assert office.browser.get("/api/session").json()["districts"] == ["HK"]
