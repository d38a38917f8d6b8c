"""Agents: each has a name, a district and a token given once at enrolment; the database knows only its SHA-256. One
whose key the centre was told may sign a token of its own instead."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from violations.accounts.errors import AccountExistsError, NoSuchAccountError
from violations.accounts.remembered import callers_changed
from violations.accounts.users import check_district, check_name
from violations.evidence.device_token import signer_of
from violations.evidence.keys import PublicKey
from violations.store.account_tables import DeviceRow
from violations.store.database import reading

TOKEN_START = "ngatu-device-"  # noqa: S105 — what scanners of leaked secrets can look for


@dataclass(frozen=True, slots=True)
class Device:
    """`key`: the Ed25519 key that seals its evidence, None where the centre was not told."""

    name: str
    district: str
    key: PublicKey | None
    disabled: bool
    created_at: datetime


def enrol(session: Session, device: Device) -> str:
    """The new device's token, which nobody can read again. Raises AccountExistsError and AccountValueError."""
    check_name(device.name)
    check_district(device.district)
    if session.get(DeviceRow, device.name) is not None:
        raise AccountExistsError(f"device {device.name}: wanted a free name, found a device with it")
    token = TOKEN_START + token_urlsafe(32)
    session.add(
        DeviceRow(
            name=device.name,
            token=_key(token),
            district=device.district,
            public_key=device.key.hex if device.key else None,
            disabled=False,
            created_at=device.created_at,
        )
    )
    session.flush()
    return token


def renew_token(session: Session, name: str) -> str:
    """Another token; the old one holds no longer. Raises NoSuchAccountError."""
    token = TOKEN_START + token_urlsafe(32)
    _row(session, name).token = _key(token)
    callers_changed(session)
    return token


def disable_device(session: Session, name: str, *, disabled: bool = True) -> None:
    """From the next request on its token is nobody's. Raises NoSuchAccountError."""
    _row(session, name).disabled = disabled
    callers_changed(session)


def device_of_token(engine: Engine, token: str, now: datetime) -> Device | None:
    """None for a token that is nobody's, of a disabled device, or signed by a key that several devices claim."""
    holder = DeviceRow.token == _key(token)
    if not token.startswith(TOKEN_START):
        signer = signer_of(token, now)
        if signer is None:
            return None
        holder = DeviceRow.public_key == signer.hex
    with reading(engine) as session:
        rows = session.scalars(select(DeviceRow).where(holder)).all()
    return _device(rows[0]) if len(rows) == 1 and not rows[0].disabled else None


def device_named(session: Session, name: str) -> Device:
    """Raises NoSuchAccountError."""
    return _device(_row(session, name))


def list_devices(engine: Engine) -> tuple[Device, ...]:
    """In order of name."""
    with reading(engine) as session:
        return tuple(_device(row) for row in session.scalars(select(DeviceRow).order_by(DeviceRow.name)))


def _row(session: Session, name: str) -> DeviceRow:
    row = session.get(DeviceRow, name)
    if row is None:
        raise NoSuchAccountError(f"device {name}: wanted the name of a device, found none with it")
    return row


def _device(row: DeviceRow) -> Device:
    key = None if row.public_key is None else PublicKey(row.public_key)
    return Device(row.name, row.district, key, row.disabled, row.created_at)


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
