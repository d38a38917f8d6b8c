"""Agents for administrators: list, enrol, another token, revoke."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.accounts.devices import Device
from violations.api.access import allow
from violations.api.account_acts import Desk, add_device, devices_within, renew_device, revoke_device
from violations.api.problems import problems
from violations.api.values import Answer, Text
from violations.audit.log import Note, note_view
from violations.cases.states import Role
from violations.evidence.keys import PublicKey

ADMIN = allow(Role.ADMIN)
Name = Annotated[str, Path(max_length=80, pattern=r"^[^\x00]*$", description="Name of the device.")]


class DeviceIn(Answer):
    name: Text
    district: Text
    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="Ed25519 public key with which it seals its evidence, lower-case hex."
    )


class RevokedIn(Answer):
    revoked: bool


class DeviceOut(Answer):
    name: str
    district: str
    key: str | None = Field(description="SHA-256 of its public key: what people compare.")
    revoked: bool
    created_at: datetime


class DevicesOut(Answer):
    devices: list[DeviceOut] = Field(description="In order of name; only those of the caller's own districts.")


class TokenOut(Answer):
    """Shown once: the agent keeps it, the centre only knows its SHA-256."""

    name: str
    token: str


def build_devices_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["devices"])
    desk = Desk(engine, now)

    @router.get("/devices", summary="List the agents", responses=problems())
    def get_devices(caller: Annotated[Caller, ADMIN]) -> DevicesOut:
        note_view(engine, caller, Note("device.list", "devices"), now())
        return DevicesOut(devices=[_device(one) for one in devices_within(engine, caller)])

    @router.post(
        "/devices",
        status_code=201,
        summary="Enrol an agent; its token comes once",
        responses=problems(400, 409, 413, 422),
    )
    def post_device(said: DeviceIn, caller: Annotated[Caller, ADMIN]) -> TokenOut:
        key = PublicKey(said.key) if said.key else None
        device = Device(said.name, said.district, key, disabled=False, created_at=now())
        return TokenOut(name=said.name, token=add_device(desk, caller, device))

    @router.post("/devices/{name}/token", summary="Give an agent another token", responses=problems(404, 422))
    def post_token(name: Name, caller: Annotated[Caller, ADMIN]) -> TokenOut:
        """The old one holds no longer."""
        return TokenOut(name=name, token=renew_device(desk, caller, name))

    @router.put(
        "/devices/{name}/revoked",
        summary="Take nothing more from an agent, or take it again",
        responses=problems(400, 404, 413, 422),
    )
    def put_revoked(name: Name, said: RevokedIn, caller: Annotated[Caller, ADMIN]) -> DeviceOut:
        return _device(revoke_device(desk, caller, name, revoked=said.revoked))

    return router


def _device(device: Device) -> DeviceOut:
    return DeviceOut(
        name=device.name,
        district=device.district,
        key=device.key.fingerprint if device.key else None,
        revoked=device.disabled,
        created_at=device.created_at,
    )
