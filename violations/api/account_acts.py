"""What administrators do to accounts and devices: each act one transaction with its entry in the audit log.

An administrator of some districts sees and touches only what lies wholly within them; the rest is not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from violations.accounts import devices, users
from violations.accounts.caller import Caller
from violations.accounts.devices import Device
from violations.accounts.errors import AccountChangedError, AccountValueError, NoSuchAccountError, OwnAccountError
from violations.accounts.password_codes import make_code
from violations.accounts.sessions import end_all_sessions
from violations.accounts.users import Rights, User
from violations.audit.entry import Detail
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.law.powers import shipped_powers
from violations.store.database import reading, writing
from violations.store.scope import Districts


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the acts happen. now: gives aware UTC."""

    engine: Engine
    now: Callable[[], datetime]


def reaches(caller: Caller, districts: Districts) -> bool:
    """Whether the caller's districts hold all of these."""
    return caller.districts is None or (districts is not None and districts <= caller.districts)


def users_within(engine: Engine, caller: Caller) -> tuple[User, ...]:
    return tuple(user for user in users.list_users(engine) if reaches(caller, user.districts))


def one_user(engine: Engine, caller: Caller, name: str) -> User:
    """Raises NoSuchAccountError, also for one beyond the caller's districts."""
    with reading(engine) as session:
        return _reached(session, caller, name)


def add_account(desk: Desk, caller: Caller, name: str, rights: Rights) -> tuple[User, str]:
    """The account, and the code with which its person chooses the password. The very first one must administer: it
    ends the local mode. Raises AccountExistsError and AccountValueError."""
    now = desk.now()
    user = User(name, rights.roles, rights.districts, rights.office, disabled=False, created_at=now)
    with writing(desk.engine) as session:
        _check_granted(caller, rights)
        if Role.ADMIN not in rights.roles and not users.any_user(session):
            sentence = "roles: wanted admin for the first account, found none who could make the others"
            raise AccountValueError(sentence, "first_admin")
        users.add_user(session, user, None)
        code = make_code(session, name, caller.name, now)
        _write_down(session, caller, "user.add", user, now)
    return user, code


def change_rights(
    desk: Desk, caller: Caller, name: str, rights: Rights, seen: Callable[[str], bool] = lambda _: True
) -> User:
    """seen: whether the caller read the account in this version. Raises NoSuchAccountError, OwnAccountError,
    AccountValueError, and AccountChangedError: of two who change an account at once the second is told, and the audit
    log too."""
    try:
        return _change_rights(desk, caller, name, rights, seen)
    except AccountChangedError:
        with writing(desk.engine) as session:
            note(session, caller, Note("user.roles_refused", f"user/{name}", {"why": "changed"}), desk.now())
        raise


def _change_rights(desk: Desk, caller: Caller, name: str, rights: Rights, seen: Callable[[str], bool]) -> User:
    with writing(desk.engine) as session:
        before = _another(session, caller, name)
        _check_granted(caller, rights)
        if not seen(users.rights_version(before)):
            raise AccountChangedError(name, _stands(before))
        user = users.set_rights(session, name, rights, desk.now())
        _write_down(session, caller, "user.roles", user, desk.now())
    return user


def set_disabled(desk: Desk, caller: Caller, name: str, *, disabled: bool) -> User:
    """Raises as `change_rights`."""
    with writing(desk.engine) as session:
        _another(session, caller, name)
        user = users.set_disabled(session, name, desk.now(), disabled=disabled)
        _write_down(session, caller, "user.disable" if disabled else "user.enable", user, desk.now())
    return user


def reset_password(desk: Desk, caller: Caller, name: str) -> str:
    """The code. Not for oneself: who knows the password changes it, and who does not is somebody else."""
    with writing(desk.engine) as session:
        user = _another(session, caller, name)
        code = make_code(session, name, caller.name, desk.now())
        _write_down(session, caller, "user.reset", user, desk.now())
    return code


def end_sessions(desk: Desk, caller: Caller, name: str) -> int:
    """How many there were. One's own end as well."""
    with writing(desk.engine) as session:
        user = _reached(session, caller, name)
        ended = end_all_sessions(session, name)
        note(session, caller, Note("user.sessions_end", f"user/{user.name}", {"ended": ended}), desk.now())
    return ended


def devices_within(engine: Engine, caller: Caller) -> tuple[Device, ...]:
    return tuple(one for one in devices.list_devices(engine) if reaches(caller, frozenset({one.district})))


def add_device(desk: Desk, caller: Caller, device: Device) -> str:
    """The token, which nobody can read again. Raises AccountExistsError and AccountValueError."""
    with writing(desk.engine) as session:
        _check_district(caller, device.district)
        token = devices.enrol(session, device)
        _write_device(session, caller, "device.add", device.name, district=device.district, now=desk.now())
    return token


def renew_device(desk: Desk, caller: Caller, name: str) -> str:
    """Another token; the old one holds no longer. Raises NoSuchAccountError."""
    with writing(desk.engine) as session:
        _device_reached(session, caller, name)
        token = devices.renew_token(session, name)
        _write_device(session, caller, "device.renew", name, now=desk.now())
    return token


def revoke_device(desk: Desk, caller: Caller, name: str, *, revoked: bool) -> Device:
    """Raises NoSuchAccountError."""
    with writing(desk.engine) as session:
        _device_reached(session, caller, name)
        devices.disable_device(session, name, disabled=revoked)
        _write_device(session, caller, "device.disable" if revoked else "device.enable", name, now=desk.now())
        return devices.device_named(session, name)


def _reached(session: Session, caller: Caller, name: str) -> User:
    user = users.user_of(users.row_of(session, name))
    if not reaches(caller, user.districts):
        raise NoSuchAccountError(f"user {name}: wanted the name of an account, found none with it")
    return user


def _another(session: Session, caller: Caller, name: str) -> User:
    if name == caller.name:
        raise OwnAccountError(name)
    return _reached(session, caller, name)


def _device_reached(session: Session, caller: Caller, name: str) -> None:
    if not reaches(caller, frozenset({devices.device_named(session, name).district})):
        raise NoSuchAccountError(f"device {name}: wanted the name of a device, found none with it")


def _check_granted(caller: Caller, rights: Rights) -> None:
    """Nobody gives away districts they do not have."""
    users.check_rights(rights.roles, rights.districts)
    offices = sorted({power.office for power in shipped_powers().powers})
    if rights.office is not None and rights.office not in offices:
        raise AccountValueError(
            f"office: wanted one of {', '.join(offices)} or none, found {rights.office!r}", "office"
        )
    if not reaches(caller, rights.districts):
        found = "all" if rights.districts is None else ", ".join(sorted(rights.districts))
        raise AccountValueError(f"districts: wanted some of your own, found {found}", "own_districts")


def _check_district(caller: Caller, district: str) -> None:
    users.check_district(district)
    if not reaches(caller, frozenset({district})):
        raise AccountValueError(f"district: wanted one of your own, found {district}", "own_districts")


def _stands(user: User) -> str:
    places = "every district" if user.districts is None else ", ".join(sorted(user.districts)) or "no district"
    locked = "; locked" if user.disabled else ""
    return f"{', '.join(sorted(user.roles))}; {places}; {user.office or 'no office'}{locked}"


def _write_down(session: Session, caller: Caller, action: str, user: User, now: datetime) -> None:
    places = "*" if user.districts is None else sorted(user.districts)
    details: dict[str, Detail] = {"roles": sorted(user.roles), "districts": places, "office": user.office}
    note(session, caller, Note(action, f"user/{user.name}", details), now)


def _write_device(
    session: Session, caller: Caller, action: str, name: str, *, district: str | None = None, now: datetime
) -> None:
    details: dict[str, Detail] = {} if district is None else {"district": district}
    note(session, caller, Note(action, f"device/{name}", details), now)
