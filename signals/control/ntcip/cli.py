"""`ngatu signals ntcip-controller` and `ntcip-watch`: a virtual controller on UDP, and what one shows."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from signals.control.ntcip.secrets import Secrets
from signals.control.rsmp.cli import JunctionName, run_until_stopped, told
from signals.control.rsmp.errors import ConfigError
from signals.control.rsmp.options import address, lines_of
from signals.control.rsmp.virtual.junctions import LAYOUTS

PLACE = "127.0.0.1:1161"
SHORTEST_KEY = 8

PlaceOption = Annotated[str, typer.Option("--at", metavar="HOST:PORT", help="Where the controller is.")]
KeysOption = Annotated[
    Path, typer.Option("--keys", help="File with three lines: user, authentication key, privacy key (SNMPv3).")
]
JunctionOption = Annotated[JunctionName, typer.Option(help="Which junction; `bench` is for test suites alone.")]


def ntcip_controller(
    keys: KeysOption,
    *,
    at: PlaceOption = PLACE,
    junction: JunctionOption = JunctionName.CROSSROADS,
    community: Annotated[str | None, typer.Option(help="Who knows this word may read without a user.")] = None,
) -> None:
    """Run a virtual NTCIP 1202 controller. Ends with Ctrl-C."""
    with told():
        run_until_stopped(_running().serve(*address(at), keys_from(keys, community), LAYOUTS[junction.value]()))


def ntcip_watch(
    keys: KeysOption, *, at: PlaceOption = PLACE, junction: JunctionOption = JunctionName.CROSSROADS
) -> None:
    """Print what a controller shows, as JSON lines, each second. It only reads. Ends with Ctrl-C."""
    with told():
        run_until_stopped(_running().watch(*address(at), keys_from(keys, None), LAYOUTS[junction.value]()))


def keys_from(file: Path, community: str | None) -> Secrets:
    """Raises ConfigError for a file without three lines, or with keys that SNMPv3 does not take."""
    wanted = f"three lines, user and two keys of {SHORTEST_KEY} letters or more"
    lines = lines_of(file, wanted)
    if len(lines) != 3:
        raise ConfigError(str(file), f"{file}: wanted {wanted}, found {len(lines)} lines.")
    if min(map(len, lines[1:])) < SHORTEST_KEY:
        raise ConfigError(str(file), f"{file}: wanted {wanted}, found a key of {min(map(len, lines[1:]))} letters.")
    user, authentication, privacy = lines
    return Secrets(user, authentication, privacy, community)


def _running() -> ModuleType:
    """Imported when it is wanted: pysnmp takes its time, and every `ngatu` command imports this file."""
    return import_module("signals.control.ntcip.running")
