"""Who a session or a token stands for is remembered for a moment, and never beyond a change in the same process."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from violations.accounts.devices import Device, disable_device, enrol, renew_token
from violations.accounts.door import Credentials, Door
from violations.accounts.remembered import HOLDS
from violations.accounts.sessions import begin_session, end_all_sessions, end_session
from violations.accounts.users import Rights, User, add_user, set_disabled, set_password, set_rights
from violations.cases.states import Role
from violations.store.database import open_database, writing

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
CHANGES = {
    "rights": lambda session, _: set_rights(session, "lan", Rights(frozenset({Role.AUDITOR}), None, None), NOON),
    "lock": lambda session, _: set_disabled(session, "lan", NOON, disabled=True),
    "password": lambda session, _: set_password(session, "lan", "đèn đỏ thì dừng lại", NOON),
    "sign-out": lambda session, given: end_session(session, given.cookie),
    "all sessions": lambda session, _: end_all_sessions(session, "lan"),
}


@pytest.fixture
def sqlite(sqlite_url: str) -> Engine:
    engine = open_database(sqlite_url)
    with writing(engine) as session:
        for name, role in (("lan", Role.REVIEWER), ("kim", Role.ADMIN)):
            add_user(session, User(name, frozenset({role}), None, None, disabled=False, created_at=NOON), None)
    return engine


@pytest.fixture
def lan(sqlite: Engine) -> Credentials:
    with writing(sqlite) as session:
        return Credentials(begin_session(session, "lan", None, NOON), None, "10.0.0.1")


def test_a_page_with_seven_files_asks_the_database_once_who_it_is(sqlite: Engine, lan: Credentials) -> None:
    door = Door(sqlite, lambda: NOON, local=False)
    assert door.remembered(lan) is None
    caller = door.caller(lan)
    asked: list[str] = []
    event.listen(sqlite, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert [door.remembered(lan) for _ in range(7)] == [caller] * 7
    assert asked == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_holds_at_once_in_its_own_process(sqlite: Engine, lan: Credentials, change: str) -> None:
    door = Door(sqlite, lambda: NOON, local=False)
    before = door.caller(lan)
    with writing(sqlite) as session:
        CHANGES[change](session, lan)
        assert door.remembered(lan) == before, "wanted nothing to hold before the commit"
    assert door.remembered(lan) is None
    assert door.caller(lan) != before


def test_another_process_learns_of_a_change_within_the_time_it_remembers(sqlite: Engine, lan: Credentials) -> None:
    clock = [NOON]
    other = Door(open_database(str(sqlite.url)), lambda: clock[0], local=False)
    assert other.caller(lan).name == "lan"
    with writing(sqlite) as session:
        end_session(session, lan.cookie or "")
    clock[0] += HOLDS - timedelta(milliseconds=1)
    assert other.remembered(lan) is not None
    clock[0] += timedelta(milliseconds=1)
    assert other.remembered(lan) is None
    assert not other.caller(lan).signed_in
    other.engine.dispose()


def test_a_clock_that_is_put_back_makes_nobody_remembered_for_longer(sqlite: Engine, lan: Credentials) -> None:
    clock = [NOON]
    door = Door(sqlite, lambda: clock[0], local=False)
    door.caller(lan)
    clock[0] -= timedelta(hours=1)
    assert door.remembered(lan) is None


def test_a_session_s_secret_sent_as_a_token_is_nobody_s(sqlite: Engine, lan: Credentials) -> None:
    door = Door(sqlite, lambda: NOON, local=False)
    door.caller(lan)
    assert door.remembered(Credentials(None, lan.cookie, "10.0.0.1")) is None


@pytest.mark.parametrize("change", [disable_device, renew_token])
def test_a_revoked_token_holds_no_longer(sqlite: Engine, change) -> None:
    with writing(sqlite) as session:
        token = enrol(session, Device("box", "HK", None, False, NOON))
    door, given = Door(sqlite, lambda: NOON, local=False), Credentials(None, token, "10.0.0.2")
    assert door.caller(given).device == "box"
    assert door.remembered(given) is not None
    with writing(sqlite) as session:
        change(session, "box")
    assert door.remembered(given) is None
