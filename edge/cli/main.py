"""The command `ngatu`: mounts the commands of whatever parts are installed."""

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from edge.cli import count, doctor, scene, send, watch
from edge.errors import EdgeError
from models.errors import ModelsError
from violations.errors import ViolationsError
from vision.errors import VisionError

OUTSIDE_COMMANDS = "ngatu.commands"
BAD_INPUT = 2
INTERRUPTED = 130


def build_app() -> typer.Typer:
    """The whole command tree, with the commands that other installed packages offer."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
        help="Ngã Tư: watches junctions, counts vehicles, times lights, and keeps proof of offences.",
    )
    app.command("count")(count.count)
    app.command("watch")(watch.watch)
    app.command("send")(send.send)
    app.command("doctor")(doctor.doctor)
    app.add_typer(scene.app, name="scene")
    for entry in entry_points(group=OUTSIDE_COMMANDS):
        outside = entry.load()
        app.registered_commands.extend(outside.registered_commands)
        app.registered_groups.extend(outside.registered_groups)
    return app


def main() -> None:
    """Run `ngatu`; a fault of the input ends with one sentence and exit code 2."""
    try:
        build_app()()
    except (VisionError, ModelsError, ViolationsError, EdgeError) as error:
        Console(stderr=True).print(f"[bold red]ngatu:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
