"""SUMO as a program that runs beside us: where it is, one run of it, and what became of every vehicle."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from signals.errors import Fault
from signals.sentences import said
from signals.sumo.errors import SumoError
from vision.arrays import F64, Bool

LONGEST_RUN_S = 300.0


@dataclass(frozen=True, slots=True)
class Sumo:
    """home: what SUMO calls SUMO_HOME."""

    home: Path

    def program(self, name: str) -> str:
        return str(self.home / "bin" / name)


@dataclass(frozen=True, slots=True)
class Scene:
    """lateral_m: width of sublanes; 0: vehicles keep to lanes."""

    net: Path
    routes: tuple[Path, ...]
    begin_s: float
    end_s: float
    step_s: float = 1.0
    lateral_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """One row for each vehicle whose turn came.

    name      as in the routes
    approach  the road on which it entered; empty: it never did
    delay_s   (n,) float64  time loss + wait before it entered; for who never entered the wait until the end
    entered   (n,) bool
    """

    name: tuple[str, ...]
    approach: tuple[str, ...]
    delay_s: F64
    entered: Bool


def find_sumo() -> Sumo:
    """By SUMO_HOME, else the package eclipse-sumo beside us, else the `sumo` on the path. SumoError where none is."""
    for folder in _homes():
        if (folder / "bin" / "sumo").exists():
            return Sumo(folder)
    home = os.environ.get("SUMO_HOME")
    told = said("SUMO_HOME is {home}", home=home) if home else said("SUMO_HOME is not set")
    sentence = said(
        "A comparison in simulation needs SUMO: wanted sumo in SUMO_HOME/bin or on the path, "
        "found none ({told}). It can be installed with pip install eclipse-sumo.",
        told=told,
    )
    raise SumoError(Fault("sumo", sentence))


def _homes() -> Iterator[Path]:
    if home := os.environ.get("SUMO_HOME"):
        yield Path(home)
    package = find_spec("sumo")
    yield from map(Path, (package.submodule_search_locations or []) if package is not None else [])
    if found := shutil.which("sumo"):
        yield Path(found).resolve().parent.parent
        yield Path("/usr/share/sumo")


def run_sumo(sumo: Sumo, scene: Scene, additional: tuple[Path, ...], seed: int, folder: Path) -> Trips:
    """One run, its output written into folder. Raises SumoError where it fails or takes over LONGEST_RUN_S."""
    file = folder / f"trips-{seed}.xml"
    call(
        sumo.program("sumo"),
        *("--net-file", str(scene.net), "--route-files", ",".join(map(str, scene.routes))),
        *(("--additional-files", ",".join(map(str, additional))) if additional else ()),
        *("--begin", f"{scene.begin_s:g}", "--end", f"{scene.end_s:g}", "--step-length", f"{scene.step_s:g}"),
        *(("--lateral-resolution", f"{scene.lateral_m:g}") if scene.lateral_m else ()),
        *("--seed", str(seed), "--time-to-teleport", "-1", "--tripinfo-output", str(file)),
        *("--tripinfo-output.write-unfinished", "true", "--tripinfo-output.write-undeparted", "true"),
        *("--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true"),
    )
    return _read(file)


def call(*command: str, limit_s: float = LONGEST_RUN_S) -> None:
    """Run one of SUMO's programs. Raises SumoError with the last of what it said."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603  a SUMO that find_sumo found, on files the caller named
            command, capture_output=True, text=True, check=False, timeout=limit_s
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SumoError(
            Fault(
                "sumo",
                said(
                    "{name}: wanted a run of at most {limit_s:g} s, found {error}.",
                    name=name,
                    limit_s=limit_s,
                    error=error,
                ),
            )
        ) from error
    if done.returncode:
        words = " ".join((done.stderr or done.stdout).split())[-400:] or f"exit status {done.returncode}"
        raise SumoError(Fault("sumo", said("{name} failed: {words}", name=name, words=words)))


def _read(file: Path) -> Trips:
    try:
        rows = list(ET.parse(file).getroot().iter("tripinfo"))  # noqa: S314  written by the SUMO we ran
    except (OSError, ET.ParseError) as error:
        raise SumoError(Fault("sumo", said("sumo: wanted a list of trips, found {error}.", error=error))) from error
    return Trips(
        tuple(row.get("id", "") for row in rows),
        tuple(_edge(row.get("departLane", "")) for row in rows),
        np.array([float(row.get("timeLoss", "0")) + max(0.0, float(row.get("departDelay", "0"))) for row in rows]),
        np.array([float(row.get("depart", "-1")) >= 0 for row in rows], np.bool_),
    )


def _edge(lane: str) -> str:
    return lane.rpartition("_")[0]
