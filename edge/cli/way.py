"""What the one-camera and the site watch share: the model and how it runs, and where events go."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from edge.agent.delivery import Delivery, to_centre, to_file
from edge.cli.runtime_choice import RuntimeChoice
from edge.errors import UsageError
from edge.transport.address import check_address


@dataclass(frozen=True, slots=True)
class Way:
    """
    model      None: the detector that ships with the engine
    delivery   from the claimed folder to the way out of it
    data       the agents' own folder, not claimed yet
    interval   seconds that one count adds up
    device     what the office says of the cameras; None: `device.yaml` in the folder
    plates     whether the plate of whoever is accused is read
    """

    model: Path | None
    runtime: RuntimeChoice
    threads: int
    delivery: Callable[[Path], AbstractContextManager[Delivery]]
    data: Path
    interval: int
    as_json: bool
    device: Path | None = None
    plates: bool = True


def check_places(out: Path | None, centre: str | None, insecure: bool) -> None:
    """Before anything is opened or written. Raises UsageError, UplinkError."""
    if (out is None) == (centre is None):
        raise UsageError("--out, --centre: wanted one of the two places for the events, found both or neither")
    if centre is not None:
        check_address(centre, allow_insecure=insecure)


def delivery_to(
    out: Path | None, centre: str | None, folder: Path, *, insecure: bool
) -> AbstractContextManager[Delivery]:
    """To the one of the two places that is named; folder: claimed."""
    if out is not None:
        return to_file(out)
    assert centre is not None
    return to_centre(centre, folder, allow_insecure=insecure)
