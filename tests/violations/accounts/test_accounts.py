"""Accounts, passwords, sessions and devices on both databases."""

from datetime import timedelta
from unicodedata import normalize

import pytest
from sqlalchemy import select

from violations.accounts import devices, users
from violations.accounts.devices import Device, device_of_token
from violations.accounts.errors import (
    AccountExistsError,
    AccountValueError,
    NoSuchAccountError,
    TooManyTriesError,
    WrongPasswordError,
)
from violations.accounts.sessions import IDLE, WHOLE, begin_session, end_session, prove, user_of_session
from violations.accounts.throttle import MOST_OF_ADDRESS, MOST_OF_NAME, MOST_OF_NAME_AND_ADDRESS, WINDOW, note_failure
from violations.accounts.users import Rights, User
from violations.cases.states import Role
from violations.evidence.device_token import signed_token
from violations.evidence.keys import load_or_make_key
from violations.store.account_tables import DeviceRow, SessionRow, UserRow
from violations.store.database import reading, writing


def begin(engine, noon, before=None):
    with writing(engine) as session:
        return begin_session(session, "lan", before, noon)


def test_an_account_is_what_was_said_and_its_password_stands_nowhere(engine, lan, password):
    assert users.list_users(engine) == (lan,)
    with reading(engine) as session:
        row = session.scalars(select(UserRow)).one()
    assert row.password.startswith("$argon2id$")
    assert password not in row.password


def test_the_right_password_proves_who_it_is_however_the_keyboard_writes_it(engine, lan, noon, password):
    for written in (password, normalize("NFD", password)):
        assert prove(engine, "lan", written, "10.0.0.1", noon) == lan


@pytest.mark.parametrize(("name", "said"), [("lan", "wrong password!"), ("nobody", "wrong password!"), ("lan", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(engine, lan, noon, name, said):
    with pytest.raises(WrongPasswordError, match="found no account with both"):
        prove(engine, name, said, "10.0.0.1", noon)


@pytest.mark.parametrize(
    ("most", "name", "address"),
    [(MOST_OF_NAME_AND_ADDRESS, "LAN", "10.0.0.1"), (MOST_OF_NAME, "lan", "{n}"), (MOST_OF_ADDRESS, "{n}", "10.0.0.1")],
)
def test_guessing_is_stopped_even_with_the_right_password_until_the_window_has_passed(
    engine, lan, noon, password, most, name, address
):
    with writing(engine) as session:
        for n in range(most - 1):
            note_failure(session, name.format(n=n), address.format(n=n), noon)
    prove(engine, "lan", password, "10.0.0.9", noon)
    with writing(engine) as session:
        note_failure(session, name.format(n=most), address.format(n=most), noon)
    with pytest.raises(TooManyTriesError) as caught:
        prove(engine, "lan", password, "10.0.0.1", noon + timedelta(minutes=1))
    assert caught.value.wait_s == (WINDOW - timedelta(minutes=1)).total_seconds()
    assert prove(engine, "lan", password, "10.0.0.1", noon + WINDOW) == lan


def test_a_session_is_known_by_its_secret_which_the_database_does_not_hold(engine, lan, noon):
    secret = begin(engine, noon)
    assert user_of_session(engine, secret, noon) == lan
    assert user_of_session(engine, secret + "x", noon) is None
    with reading(engine) as session:
        assert secret not in session.scalars(select(SessionRow.key)).all()


def test_a_session_ends_when_idle_and_at_last_in_any_case(engine, lan, noon):
    secret = begin(engine, noon)
    assert user_of_session(engine, secret, noon + IDLE - timedelta(seconds=1)) == lan
    assert user_of_session(engine, secret, noon + 2 * IDLE - timedelta(seconds=2)) == lan
    assert user_of_session(engine, secret, noon + 3 * IDLE) is None
    lively, moment = begin(engine, noon), noon
    while moment < noon + WHOLE:
        assert user_of_session(engine, lively, moment) == lan
        moment += timedelta(minutes=50)
    assert user_of_session(engine, lively, noon + WHOLE) is None


def test_signing_in_again_makes_a_new_secret_and_the_old_one_is_worthless(engine, lan, noon):
    first = begin(engine, noon)
    second = begin(engine, noon, before=first)
    assert first != second
    assert user_of_session(engine, first, noon) is None
    with writing(engine) as session:
        end_session(session, second)
    assert user_of_session(engine, second, noon) is None


def test_a_new_password_and_a_lock_end_every_session_at_once(engine, lan, noon, password):
    secret = begin(engine, noon)
    with writing(engine) as session:
        users.set_password(session, "lan", "dừng lại trước vạch", noon)
    assert user_of_session(engine, secret, noon) is None
    with pytest.raises(WrongPasswordError):
        prove(engine, "lan", password, "10.0.0.1", noon)
    secret = begin(engine, noon)
    with writing(engine) as session:
        users.set_disabled(session, "lan", noon, disabled=True)
    assert user_of_session(engine, secret, noon) is None
    with pytest.raises(WrongPasswordError):
        prove(engine, "lan", "dừng lại trước vạch", "10.0.0.1", noon)


def test_rights_change_from_the_next_request_on(engine, lan, noon):
    secret = begin(engine, noon)
    with writing(engine) as session:
        users.set_rights(session, "lan", Rights(frozenset({Role.VIEWER}), None, None), noon)
    found = user_of_session(engine, secret, noon)
    assert found is not None
    assert (found.roles, found.districts, found.office) == (frozenset({Role.VIEWER}), None, None)


@pytest.mark.parametrize(
    ("name", "roles", "districts", "password", "fault"),
    [
        ("x y", {Role.VIEWER}, None, "long enough to pass", AccountValueError),
        ("local", {Role.VIEWER}, None, "long enough to pass", AccountValueError),
        ("device:a", {Role.VIEWER}, None, "long enough to pass", AccountValueError),
        ("mai", {Role.DEVICE}, None, "long enough to pass", AccountValueError),
        ("mai", set(), None, "long enough to pass", AccountValueError),
        ("mai", {Role.VIEWER}, {"a/b"}, "long enough to pass", AccountValueError),
        ("mai", {Role.VIEWER}, None, "short", AccountValueError),
        ("mai", {Role.VIEWER}, None, "aaaaaaaaaaaaaaaa", AccountValueError),
        ("mai", {Role.VIEWER}, None, "Mai has a password", AccountValueError),
        ("LAN", {Role.VIEWER}, None, "long enough to pass", AccountExistsError),
    ],
)
def test_what_cannot_be_an_account_is_refused(engine, lan, noon, name, roles, districts, password, fault):
    places = None if districts is None else frozenset(districts)
    wrong = User(name, frozenset(roles), places, None, disabled=False, created_at=noon)
    with pytest.raises(fault), writing(engine) as session:
        users.add_user(session, wrong, password)
    assert len(users.list_users(engine)) == 1


def test_the_last_administrator_stays(engine, noon, password):
    admin = User("kim", frozenset({Role.ADMIN}), None, None, disabled=False, created_at=noon)
    with writing(engine) as session:
        users.add_user(session, admin, password)
    with pytest.raises(AccountValueError, match="the last"), writing(engine) as session:
        users.set_disabled(session, "kim", noon, disabled=True)
    with pytest.raises(AccountValueError, match="the last"), writing(engine) as session:
        users.set_rights(session, "kim", Rights(frozenset({Role.VIEWER}), None, None), noon)


def test_nobody_can_be_changed_who_is_not_there(engine, noon):
    for change in (
        lambda session: users.set_disabled(session, "x", noon, disabled=True),
        lambda session: devices.renew_token(session, "x"),
    ):
        with pytest.raises(NoSuchAccountError), writing(engine) as session:
            change(session)


def test_a_device_may_sign_a_token_with_the_key_of_its_evidence(engine, noon, tmp_path):
    key, others = load_or_make_key(tmp_path / "device.key"), load_or_make_key(tmp_path / "other.key")
    device = Device("cam-box-2", "HK", key.public, disabled=False, created_at=noon)
    with writing(engine) as session:
        devices.enrol(session, device)
    token = signed_token(key, noon)
    assert device_of_token(engine, token, noon + timedelta(minutes=14)) == device
    for late in (timedelta(minutes=16), timedelta(minutes=-6)):
        assert device_of_token(engine, token, noon + late) is None
    assert device_of_token(engine, signed_token(others, noon), noon) is None
    with writing(engine) as session:
        devices.enrol(session, Device("thief", "HK", key.public, disabled=False, created_at=noon))
    assert device_of_token(engine, token, noon) is None, "a key that two devices claim proves neither"


def test_a_disabled_devices_signature_opens_nothing(engine, noon, tmp_path):
    key = load_or_make_key(tmp_path / "device.key")
    with writing(engine) as session:
        devices.enrol(session, Device("cam-box-3", "HK", key.public, disabled=False, created_at=noon))
        devices.disable_device(session, "cam-box-3")
    assert device_of_token(engine, signed_token(key, noon), noon) is None


def test_a_device_is_known_by_its_token_until_it_is_renewed_or_disabled(engine, noon):
    device = Device("cam-box-1", "HK", None, disabled=False, created_at=noon)
    with writing(engine) as session:
        token = devices.enrol(session, device)
    assert device_of_token(engine, token, noon) == device
    with reading(engine) as session:
        assert token not in session.scalars(select(DeviceRow.token)).all()
    with pytest.raises(AccountExistsError), writing(engine) as session:
        devices.enrol(session, device)
    with writing(engine) as session:
        other = devices.renew_token(session, "cam-box-1")
    assert (device_of_token(engine, token, noon), device_of_token(engine, other, noon)) == (None, device)
    with writing(engine) as session:
        devices.disable_device(session, "cam-box-1")
    assert device_of_token(engine, other, noon) is None
