"""The commands `ngatu users …`: accounts of people. Each change is in the audit log under the console's name."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from centre.console import (
    DATA,
    Commands,
    DatabaseOption,
    DataOption,
    JsonOption,
    answer,
    console_name,
    opened,
    read_password,
    show,
)
from violations.accounts import users as accounts
from violations.accounts.caller import Caller
from violations.accounts.errors import AccountValueError
from violations.accounts.users import User
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.store.database import writing
from violations.store.scope import Districts

users_app = typer.Typer(cls=Commands, no_args_is_help=True, help="Accounts of people: who may do what, and where.")
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(users_app, name="users")

NameArgument = Annotated[str, typer.Argument(help="Name of the account.")]
RoleOption = Annotated[
    list[Role], typer.Option("--role", help="viewer, engineer, reviewer, supervisor, auditor or admin; repeat it.")
]
DistrictOption = Annotated[
    list[str] | None, typer.Option("--district", help="A district whose cases they see; repeat it. Without: all.")
]
OfficeOption = Annotated[
    str | None, typer.Option("--office", help="The office, as the law's powers name it, under which they decide fines.")
]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")]


@users_app.command()
def add(
    name: NameArgument,
    role: RoleOption,
    *,
    district: DistrictOption = None,
    office: OfficeOption = None,
    password_stdin: StdinOption = False,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account. The first one ends the local mode."""
    password = read_password(from_stdin=password_stdin)
    now = datetime.now(UTC)
    user = User(name, frozenset(role), _districts(district), office, disabled=False, created_at=now)
    with opened(data, db, make=True) as engine, writing(engine) as session:
        accounts.add_user(session, user, password)
        _note(session, "user.add", user, now)
    answer(_document(user), f"{name} có tài khoản · has an account: {', '.join(sorted(user.roles))}", as_json=as_json)


@users_app.command("list")
def list_(*, data: DataOption = DATA, db: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the accounts."""
    with opened(data, db) as engine:
        found = accounts.list_users(engine)
    if as_json:
        answer({"users": [_document(user) for user in found]}, "", as_json=True)
        return
    rows = [(u.name, ", ".join(sorted(u.roles)), _places(u), u.office or "", "disabled" * u.disabled) for u in found]
    show(("name", "roles", "districts", "office", ""), rows)


@users_app.command()
def roles(
    name: NameArgument,
    role: RoleOption,
    *,
    district: DistrictOption = None,
    office: OfficeOption = None,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say anew what an account may do, and in which districts; what is not said is taken away."""
    now = datetime.now(UTC)
    with opened(data, db) as engine, writing(engine) as session:
        rights = accounts.Rights(frozenset(role), _districts(district), office)
        user = accounts.set_rights(session, name, rights, now)
        _note(session, "user.roles", user, now)
    answer(_document(user), f"{name}: {', '.join(sorted(user.roles))}; {_places(user)}", as_json=as_json)


@users_app.command()
def passwd(
    name: NameArgument,
    *,
    password_stdin: StdinOption = False,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set another password; whoever is signed in with the old one is signed out."""
    password, now = read_password(from_stdin=password_stdin), datetime.now(UTC)
    with opened(data, db) as engine, writing(engine) as session:
        user = accounts.set_password(session, name, password, now)
        _note(session, "user.password", user, now)
    answer(_document(user), f"{name}: mật khẩu mới · new password", as_json=as_json)


@users_app.command()
def disable(
    name: NameArgument,
    *,
    again: Annotated[bool, typer.Option("--enable", help="Let the account sign in again instead.")] = False,
    data: DataOption = DATA,
    db: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lock an account out at once. It stays in the list: its name is in the audit log."""
    now = datetime.now(UTC)
    with opened(data, db) as engine, writing(engine) as session:
        user = accounts.set_disabled(session, name, now, disabled=not again)
        _note(session, "user.enable" if again else "user.disable", user, now)
    said = "được dùng lại · may sign in again" if again else "bị khóa · is disabled"
    answer(_document(user), f"{name} {said}", as_json=as_json)


def _districts(given: list[str] | None) -> Districts:
    if given is not None and "" in given:
        raise AccountValueError("--district: wanted a name, found nothing")
    return frozenset(given) if given else None


def _note(session: Session, action: str, user: User, now: datetime) -> None:
    who = Caller(console_name(), frozenset({Role.ADMIN}), None, "console")
    places = "*" if user.districts is None else sorted(user.districts)
    details = {"roles": sorted(user.roles), "districts": places, "office": user.office}
    note(session, who, Note(action, f"user/{user.name}", details), now)


def _document(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "roles": sorted(user.roles),
        "districts": None if user.districts is None else sorted(user.districts),
        "office": user.office,
        "disabled": user.disabled,
    }


def _places(user: User) -> str:
    return "all districts" if user.districts is None else ", ".join(sorted(user.districts))
