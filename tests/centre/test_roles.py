"""Who may call what: the whole table, asserted against the app and asked over HTTP, role by role."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from centre.app import Settings, create_app
from violations.accounts.devices import Device, enrol
from violations.accounts.errors import OpenRouteError
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE, allow, check_declared, public, route_roles
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.database import writing

TABLE = Path(__file__).parent / "roles.txt"
PEOPLE = (Role.VIEWER, Role.ENGINEER, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
EVERYBODY = ("nobody", *PEOPLE, Role.DEVICE)
REFUSALS = ("urn:ngatu:problem:not-signed-in", "urn:ngatu:problem:not-allowed")
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def table() -> dict[tuple[str, str], tuple[str, ...]]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {(method, path): tuple(sorted(roles)) for method, path, *roles in lines}


class Secured:
    """A centre with one account of each role, and one device."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(f"sqlite:///{folder / 'ngatu.db'}", folder, hosts=None, local=True)
        self.app = create_app(settings, now=lambda: NOW)
        self.engine = self.app.state.door.engine
        with writing(self.engine) as session:
            for role in PEOPLE:
                row = UserRow(name=role, password="-", roles=[role], districts=None, office=None, disabled=False)
                row.created_at = row.changed_at = NOW
                session.add(row)
            device = Device("box", "HK", None, disabled=False, created_at=NOW)
            self.token = enrol(session, device)
        self.client = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)

    def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        """As an account of this role, in a session of its own."""
        headers = {"authorization": f"Bearer {self.token}"} if who == Role.DEVICE else {}
        if who in PEOPLE:
            with writing(self.engine) as session:
                headers["cookie"] = f"{COOKIE}={begin_session(session, who, None, NOW)}"
        return self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    secured = Secured(tmp_path_factory.mktemp("secured"))
    with secured.client:
        yield secured


@pytest.fixture(scope="module")
def case_of_hk(secured):
    """A case of the district HK, which device `box` sent; the reviewer and the supervisor are of another district."""
    content = b"a manifest"
    name = sha256(content).hexdigest()
    secured.ask(Role.DEVICE, "PUT", f"/api/media/{name}", content=content).raise_for_status()
    media = {"name": "m", "shows": "still_at", "sha256": name, "size_bytes": len(content), "media_type": "image/jpeg"}
    finding = {"offence": "red_light", "vehicle": "car", "track": 4, "line": "n", "at_s": 1.5, "plate": "29A-123.45"}
    finding |= {"measures": [], "package": name, "media": [media]}
    event = {"id": "cam1/b1/1", "source": "/cameras/cam1", "type": "vn.ngatu.finding.v1", "time": NOW.isoformat()}
    event |= {"camera": "cam1", "boot": "b1", "sequence": 1, "data": finding}
    receipt = secured.ask(Role.DEVICE, "POST", "/api/events", json={"events": [event]}).json()
    assert receipt == {"acknowledged": ["cam1/b1/1"], "refused": []}
    with writing(secured.engine) as session:
        session.execute(update(UserRow).where(UserRow.name.in_(["reviewer", "supervisor"])).values(districts=["BD"]))
    yield 1
    with writing(secured.engine) as session:
        session.execute(update(UserRow).values(districts=None))


@pytest.mark.parametrize("who", [Role.REVIEWER, Role.SUPERVISOR])
@pytest.mark.parametrize(("method", "path"), [way for way in sorted(table()) if "{case_id" in way[1]])
def test_no_way_into_a_case_of_another_district(secured, case_of_hk, method, path, who):
    """Also not with a body of the right shape and a form of one's own session."""
    said = {"verdict": "accept", "step": "notify", "version": 1, "reviewer": "x", "name": "x", "action": "lock"}
    body = {"json": said} if path.startswith("/api/") else {"data": said, "headers": {"sec-fetch-site": "same-origin"}}
    answer = secured.ask(who, method, filled(path), **({} if method == "GET" else body))
    assert answer.status_code in ({404} if method == "GET" else {403, 404, 422}), answer.text[:300]
    assert "29A" not in answer.text
    assert secured.ask(Role.AUDITOR, "GET", "/api/cases/1").json()["version"] == 1


@pytest.mark.parametrize(
    "path", ["/cases", "/queue", "/api/cases", "/api/events", "/cases?plate=29A12345", "/api/cases?plate=29A12345"]
)
def test_no_list_shows_a_case_of_another_district(secured, case_of_hk, path):
    hidden = secured.ask(Role.SUPERVISOR, "GET", path)
    assert (hidden.status_code, "123.45" in hidden.text) == (200, False)
    assert "123.45" in secured.ask(Role.AUDITOR, "GET", path).text


def filled(path: str) -> str:
    """An address with something plausible for each part."""
    values = {"sha256": "0" * 64, "name": "pages.css"}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: values.get(part[1], "1"), path)


def test_the_table_is_the_whole_truth_about_the_app(secured):
    found = {(method, path): roles for method, path, roles in route_roles(secured.app)}
    assert found == table()


@pytest.mark.parametrize(("method", "path"), sorted(table()))
def test_a_route_is_open_to_its_roles_and_to_nobody_else(secured, method, path):
    roles = table()[method, path]
    for who in EVERYBODY:
        answer = secured.ask(who, method, filled(path))
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        refused = is_problem and answer.json()["type"] in REFUSALS
        assert refused == (roles != ("public",) and who not in roles), (who, answer.status_code, answer.text[:200])
        if refused:
            assert answer.status_code == (401 if who == "nobody" else 403)


def test_every_operation_of_the_document_says_its_roles_and_its_refusals(secured):
    paths = secured.client.get("/api/openapi.json").json()["paths"]
    for path, ways in paths.items():
        for method, operation in ways.items():
            roles = table()[method.upper(), path]
            assert tuple(operation["x-roles"]) == roles
            wanted = {"429"} if roles == ("public",) else {"401", "403", "429"}
            assert wanted <= operation["responses"].keys(), (method, path)
            assert bool(operation["security"]) == (roles != ("public",))


def test_everything_for_programs_lies_under_api(secured):
    documented = secured.client.get("/api/openapi.json").json()["paths"]
    assert [path for path in documented if not path.startswith("/api/")] == ["/healthz"]


def app_with(**options: Any) -> FastAPI:
    app, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()
    router.add_api_route("/thing", lambda: None, methods=["GET"], **options)
    app.include_router(router, prefix="/api")
    return app


def test_a_route_without_declared_roles_stops_the_start():
    check_declared(app_with(dependencies=[public()]))
    with pytest.raises(OpenRouteError, match=r"GET /api/thing: wanted one declaration"):
        check_declared(app_with())
    with pytest.raises(OpenRouteError, match="found 2"):
        check_declared(app_with(dependencies=[public(), allow(Role.ADMIN)]))
    with pytest.raises(OpenRouteError, match="at least one role"):
        allow()


def test_frameworks_own_pages_without_declaration_stop_the_start_too():
    with pytest.raises(OpenRouteError, match="openapi"):
        check_declared(FastAPI())


def test_a_wrong_token_is_nobody_even_on_public_routes(secured):
    answer = secured.client.get("/healthz", headers={"authorization": "Bearer ngatu-device-wrong"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
