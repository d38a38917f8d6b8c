"""What is broken in a virtual cabinet: by a test, or by a person who writes it into a file, and mended the same way.

A file has one fault on each line; empty lines and what follows a `#` count for nothing:

    lamp A1 red          a lamp of a signal group: red, yellow or green
    stuck A1             the switch of a signal group stays at red
    button A1            its push button is held down
    detector DL1         the hardware of a detector logic
    hardware             of the controller, so that it cannot go on
    settings             those in its memory are spoilt, so that it cannot go on
    mains                the mains are gone: it runs on its battery
    door                 stands open
    time-source          the source of its time is silent
    other                anything else
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from signals.control.virtual.errors import FaultFileError

COLOURS = ("red", "yellow", "green")


class Part(StrEnum):
    """What a cabinet has one of."""

    HARDWARE = "hardware"
    SETTINGS = "settings"
    MAINS = "mains"
    DOOR = "door"
    TIME_SOURCE = "time-source"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Faults:
    """All that is broken now. lamps: (signal group, colour); groups and detectors by their names."""

    parts: frozenset[Part] = frozenset()
    lamps: frozenset[tuple[str, str]] = frozenset()
    stuck: frozenset[str] = frozenset()
    buttons: frozenset[str] = frozenset()
    detectors: frozenset[str] = frozenset()

    @classmethod
    def read(cls, file: Path, groups: Collection[str], detectors: Collection[str]) -> "Faults":
        """Raises FaultFileError, which names the line; OSError where the file cannot be read."""
        lines = file.read_text(encoding="utf-8").splitlines()
        told = [(number, line.partition("#")[0].split()) for number, line in enumerate(lines, start=1)]
        return cls.named(file.name, [(number, words) for number, words in told if words], groups, detectors)

    @classmethod
    def named(
        cls, file: str, lines: list[tuple[int, list[str]]], groups: Collection[str], detectors: Collection[str]
    ) -> "Faults":
        """lines: (number, words). Raises FaultFileError for the first that says nothing known."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for number, (kind, *of) in lines:
            if (wanted := _wanted(kind, of, groups, detectors)) is not None:
                raise FaultFileError(f"{file}, line {number}: wanted {wanted}, found {' '.join([kind, *of])[:80]!r}.")
            found.setdefault(kind, set()).add(tuple(of))

        def ones(kind: str) -> frozenset[str]:
            return frozenset(of[0] for of in found.get(kind, ()))

        return cls(
            frozenset(part for part in Part if part.value in found),
            frozenset((of[0], of[1]) for of in found.get("lamp", ())),
            ones("stuck"),
            ones("button"),
            ones("detector"),
        )


def _wanted(kind: str, of: list[str], groups: Collection[str], detectors: Collection[str]) -> str | None:
    """What should have stood there; None where it fits."""
    if kind in {part.value for part in Part}:
        return f"{kind} alone" if of else None
    if kind == "lamp":
        fits = len(of) == 2 and of[0] in groups and of[1] in COLOURS
        return None if fits else f"lamp with a group of {', '.join(groups)} and red, yellow or green"
    if kind in {"stuck", "button"}:
        return None if len(of) == 1 and of[0] in groups else f"{kind} with a group of {', '.join(groups)}"
    if kind == "detector":
        return None if len(of) == 1 and of[0] in detectors else f"detector with one of {', '.join(detectors)}"
    return "lamp, stuck, button, detector, " + ", ".join(part.value for part in Part)
