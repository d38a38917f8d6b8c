"""The commands `ngatu devices …` and `ngatu cameras …`: agents with their tokens, and the districts of cameras."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from centre.console import DATA, Commands, DatabaseOption, DataOption, JsonOption, answer, console_name, opened, show
from centre.errors import CentreError
from violations.accounts import devices
from violations.accounts.caller import Caller
from violations.accounts.devices import Device
from violations.accounts.users import check_district
from violations.audit.entry import Detail
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.evidence.keys import load_public_key
from violations.rules.cloned_plate import Place
from violations.store.camera_places import place_camera
from violations.store.database import writing
from violations.store.districts import assign_camera, list_districts

devices_app = typer.Typer(cls=Commands, no_args_is_help=True, help="Agents that may send, each with a token.")
cameras_app = typer.Typer(cls=Commands, no_args_is_help=True, help="Which district each camera belongs to.")
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(devices_app, name="devices")
app.add_typer(cameras_app, name="cameras")

NameArgument = Annotated[str, typer.Argument(help="Name of the device.")]


@devices_app.command()
def add(
    name: NameArgument,
    district: Annotated[str, typer.Option("--district", help="The district whose cameras it watches.")],
    *,
    key: Annotated[Path | None, typer.Option(help="Public key (PEM) with which it seals its evidence.")] = None,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enrol an agent and print its token, once. The agent reads it from centre.token in its data folder."""
    now = datetime.now(UTC)
    device = Device(name, district, load_public_key(key) if key else None, disabled=False, created_at=now)
    with opened(data, db, make=True) as engine, writing(engine) as session:
        token = devices.enrol(session, device)
        _note(session, "device.add", f"device/{name}", {"district": district}, now)
    answer({"name": name, "district": district, "token": token}, token, as_json=as_json)


@devices_app.command()
def renew(
    name: NameArgument, *, data: DataOption = DATA, db: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Print another token; the old one holds no longer."""
    with opened(data, db) as engine, writing(engine) as session:
        token = devices.renew_token(session, name)
        _note(session, "device.renew", f"device/{name}", {}, datetime.now(UTC))
    answer({"name": name, "token": token}, token, as_json=as_json)


@devices_app.command()
def disable(
    name: NameArgument, *, data: DataOption = DATA, db: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Take nothing more from an agent."""
    with opened(data, db) as engine, writing(engine) as session:
        devices.disable_device(session, name)
        _note(session, "device.disable", f"device/{name}", {}, datetime.now(UTC))
    answer({"name": name, "disabled": True}, f"{name} bị khóa · is disabled", as_json=as_json)


@devices_app.command("list")
def list_(*, data: DataOption = DATA, db: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the agents."""
    with opened(data, db) as engine:
        found = devices.list_devices(engine)
    if as_json:
        rows = [
            {"name": d.name, "district": d.district, "key": d.key.hex if d.key else None, "disabled": d.disabled}
            for d in found
        ]
        typer.echo(json.dumps({"devices": rows}, ensure_ascii=False))
        return
    rows_ = [(d.name, d.district, d.key.fingerprint[:16] if d.key else "", "disabled" * d.disabled) for d in found]
    show(("name", "district", "key", ""), rows_)


@cameras_app.command()
def assign(
    camera: Annotated[str, typer.Argument(help="Name of the camera, as its events say it.")],
    district: Annotated[str, typer.Argument(help="The district it belongs to from now on.")],
    *,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a camera, with the cases it opened, to a district."""
    check_district(district)
    with opened(data, db, make=True) as engine:
        moved = assign_camera(engine, camera, district)
        with writing(engine) as session:
            _note(
                session, "camera.assign", f"camera/{camera}", {"district": district, "cases": moved}, datetime.now(UTC)
            )
    said = f"{camera}: {district}; {moved} hồ sơ · cases"
    answer({"camera": camera, "district": district, "cases_moved": moved}, said, as_json=as_json)


@cameras_app.command()
def place(
    camera: Annotated[str, typer.Argument(help="Name of the camera, as its events say it.")],
    north: Annotated[float, typer.Argument(help="Degrees north (WGS 84).")],
    east: Annotated[float, typer.Argument(help="Degrees east (WGS 84).")],
    *,
    error: Annotated[float, typer.Option(min=0, help="Metres by which the place may be wrong.")] = 20.0,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say where a camera stands: findings of one plate at places too far apart for their times are then doubted."""
    try:
        found = Place(north, east, error)
    except ValueError as fault:
        raise CentreError(f"camera {camera}: {fault}") from fault
    with opened(data, db, make=True) as engine:
        place_camera(engine, camera, found)
        with writing(engine) as session:
            told: dict[str, Detail] = {"place": f"{north}, {east}", "error_m": f"{error:g}"}
            _note(session, "camera.place", f"camera/{camera}", told, datetime.now(UTC))
    said = f"{camera}: {north}, {east} ± {error:g} m"
    answer({"camera": camera, "north_deg": north, "east_deg": east, "error_m": error}, said, as_json=as_json)


@cameras_app.command("list")
def list_cameras_(*, data: DataOption = DATA, db: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the cameras that belong to a district."""
    with opened(data, db) as engine:
        found = list_districts(engine)
    if as_json:
        typer.echo(json.dumps({"cameras": dict(found)}, ensure_ascii=False))
        return
    show(("camera", "district"), list(found.items()))


def _note(session: Session, action: str, subject: str, details: dict[str, Detail], now: datetime) -> None:
    note(session, Caller(console_name(), frozenset({Role.ADMIN}), None, "console"), Note(action, subject, details), now)
