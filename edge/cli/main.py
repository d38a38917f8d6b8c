"""The command `ngatu`: mounts the commands of whatever parts are installed."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

import typer

from edge.cli import exits
from edge.cli.say import fail
from edge.errors import EdgeError, OutboxBroken, OutboxFull
from models.errors import ModelsError
from violations.errors import EvidenceBroken, ViolationsError
from vision.errors import VisionError

OUTSIDE_COMMANDS = "ngatu.commands"
# Each is a function of the module of its name; what stands below its help.
COMMANDS = {"count": None, "watch": exits.OF_WATCH, "send": None, "verify": exits.OF_VERIFY, "doctor": None}
GROUPS = {"evidence": "evidence", "scene": "scene_centre"}  # and the last module that adds to the group


def build_app(words: Sequence[str] = ()) -> typer.Typer:
    """The command tree, with the commands that other installed packages offer.

    Where the first word names a command, only that one is imported: `ngatu send` need not wait for the eyes of
    `ngatu watch` nor for the centre's database. Otherwise, to list them or to say what is meant, all are.
    """
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
        help="Ngã Tư: watches junctions, counts vehicles, times lights, and keeps proof of offences.",
    )
    app.callback()(_alone_or_not)
    asked = words[0] if words else ""
    if not (_add_own(app, {asked}) or _add_outside(app, asked)):
        _add_own(app, {*COMMANDS, *GROUPS})
        _add_outside(app, None)
    return app


def _alone_or_not() -> None:
    """Without this a tree of one command would be that command, and its name one word too many."""


def _add_own(app: typer.Typer, names: set[str]) -> bool:
    """Whether there was any of them."""
    for name, epilog in COMMANDS.items():
        if name in names:
            app.command(name, epilog=epilog)(getattr(import_module(f"edge.cli.{name}"), name))
    for name, module in GROUPS.items():
        if name in names:
            app.add_typer(import_module(f"edge.cli.{module}").app, name=name)
    return not names.isdisjoint({*COMMANDS, *GROUPS})


def _add_outside(app: typer.Typer, name: str | None) -> bool:
    """The commands of the entry point of that name, or of all; whether there was any."""
    entries = entry_points(group=OUTSIDE_COMMANDS) if name is None else entry_points(group=OUTSIDE_COMMANDS, name=name)
    for entry in entries:
        outside = entry.load()
        app.registered_commands.extend(outside.registered_commands)
        app.registered_groups.extend(outside.registered_groups)
    return bool(entries)


def main() -> None:
    """Run `ngatu`; a fault of the input ends with one sentence and exit code 2, one of the disk with 4."""
    try:
        build_app(sys.argv[1:])()
    except (OutboxBroken, OutboxFull, EvidenceBroken) as error:
        fail(str(error))
        sys.exit(exits.NOT_KEPT)
    except (VisionError, ModelsError, ViolationsError, EdgeError) as error:
        fail(str(error))
        sys.exit(exits.BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)


if __name__ == "__main__":
    main()
