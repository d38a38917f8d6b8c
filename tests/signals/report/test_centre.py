"""Events out of a real centre with a real database, over a real socket."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from centre.app import Settings, create_app
from signals.report import centre as report_centre
from signals.report.centre import is_address, read_centre
from signals.report.errors import EventsError
from signals.report.reading import Wanted
from violations.accounts.users import User, add_user
from violations.cases.states import Role
from violations.store.database import writing
from vision.events.envelope import EVENT

Make = Callable[..., Any]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    data: Path = tmp_path_factory.mktemp("centre")
    return create_app(
        Settings(f"sqlite:///{data / 'ngatu.db'}", data, hosts=frozenset({"127.0.0.1"}), place="Thử", local=True)
    )


@pytest.fixture(scope="module")
def url(app: FastAPI) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def sent(url: str, crossing: Make, counts: Make, wrap: Make) -> list[Any]:
    events: list[Any] = wrap([crossing(s) for s in range(1, 8)] + [counts(0.0, {"motorbike": 7})])
    body = [EVENT.dump_python(event, mode="json", exclude_none=True) for event in events]
    httpx.post(f"{url}/api/events", json={"events": body}, trust_env=False).raise_for_status()
    return events


def test_every_page_of_events_is_fetched(url: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_centre, "PAGE", 3)
    reading = read_centre(url, Wanted())
    assert {event.id for event in reading.events} == {event.id for event in sent}
    assert reading.damaged == 0


def test_the_address_of_the_route_itself_will_do(url: str, sent: list[Any]) -> None:
    assert len(read_centre(f"{url}/api/events", Wanted(camera="north")).events) == len(sent)


def test_a_camera_without_events_is_said(url: str, sent: list[Any]) -> None:
    with pytest.raises(EventsError, match="found nothing"):
        read_centre(url, Wanted(camera="south"))


def test_something_that_is_no_centre_is_said(url: str) -> None:
    with pytest.raises(EventsError, match="answer 404"):
        read_centre(f"{url}/elsewhere", Wanted())


def test_a_centre_that_does_not_answer_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EventsError, match="found none"):
        read_centre(f"http://127.0.0.1:{port}", Wanted())


@pytest.mark.parametrize(
    ("source", "yes"), [("https://centre:8300", True), ("HTTP://x", True), ("events.jsonl", False), ("/http", False)]
)
def test_addresses_are_told_from_files(source: str, yes: bool) -> None:
    assert is_address(source) is yes


def test_where_there_are_accounts_one_is_asked_for_and_signed_in(url: str, sent: list[Any], app: FastAPI) -> None:
    """Last in the file: the first account ends the centre's local mode."""
    with writing(app.state.door.engine) as session:
        add_user(session, User("an", frozenset({Role.AUDITOR}), None, None, False, NOW), "mật khẩu đủ dài 1")
    with pytest.raises(EventsError, match="wanted one in NGATU_USER and NGATU_PASSWORD"):
        read_centre(url, Wanted(), environ={})
    with pytest.raises(EventsError, match="an could not sign in: 401"):
        read_centre(url, Wanted(), environ={"NGATU_USER": "an", "NGATU_PASSWORD": "guessed"})
    account = {"NGATU_USER": "an", "NGATU_PASSWORD": "mật khẩu đủ dài 1"}
    assert len(read_centre(url, Wanted(camera="north"), environ=account).events) == len(sent)
