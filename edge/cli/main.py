"""The command `ngatu`: mounts the commands of whatever parts are installed."""

import sys
from importlib.metadata import entry_points

import typer

from edge.cli import count, doctor, evidence, exits, scene, scene_centre, send, verify, watch
from edge.cli.say import fail
from edge.errors import EdgeError, OutboxBroken, OutboxFull
from models.errors import ModelsError
from violations.errors import EvidenceBroken, ViolationsError
from vision.errors import VisionError

OUTSIDE_COMMANDS = "ngatu.commands"


def build_app() -> typer.Typer:
    """The whole command tree, with the commands that other installed packages offer."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
        help="Ngã Tư: watches junctions, counts vehicles, times lights, and keeps proof of offences.",
    )
    app.command("count")(count.count)
    app.command("watch", epilog=exits.OF_WATCH)(watch.watch)
    app.command("send")(send.send)
    app.command("verify", epilog=exits.OF_VERIFY)(verify.verify)
    app.command("doctor")(doctor.doctor)
    app.add_typer(evidence.app, name="evidence")
    app.add_typer(scene.app, name="scene")
    scene_centre.add_to(scene.app)
    for entry in entry_points(group=OUTSIDE_COMMANDS):
        outside = entry.load()
        app.registered_commands.extend(outside.registered_commands)
        app.registered_groups.extend(outside.registered_groups)
    return app


def main() -> None:
    """Run `ngatu`; a fault of the input ends with one sentence and exit code 2, one of the disk with 4."""
    try:
        build_app()()
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
