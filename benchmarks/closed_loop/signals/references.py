"""The controllers that SUMO itself runs: the net's plan, its actuated and delay-based programs, its Webster tool, and
our fixed plans."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.closed_loop.signals.environment import Sumo
from benchmarks.closed_loop.signals.fixed import fixed_programs
from benchmarks.closed_loop.signals.maps import Map
from benchmarks.closed_loop.signals.rules import Rules
from benchmarks.errors import BenchmarkError
from signals.sumo.net import Program, read_net

NATIVE = ("net-plan", "webster", "actuated", "delay-based", "fixed")
_KINDS = {"actuated": "actuated", "delay-based": "delay_based"}
LEAST_GREEN_S, MOST_GREEN_S = 5.0, 50.0


def programs_for(controller: str, chosen: Map, sumo: Sumo, rules: Rules, folder: Path) -> tuple[Path, ...]:
    """Files to load beside the map's own, written into folder; none for the net's plan."""
    if controller == "webster":
        return (_webster(chosen, sumo, folder),)
    if controller == "fixed":
        return (fixed_programs(chosen, sumo, rules, folder),)
    if controller in _KINDS:
        return (_sensing(controller, chosen, folder),)
    return ()


def _sensing(controller: str, chosen: Map, folder: Path) -> Path:
    """The net's first program of each signal with its greens made elastic, 5 to 50 s, as SUMO's own examples do."""
    root = ET.Element("additional")
    for signal, programs in read_net(chosen.net).programs.items():
        root.append(_elastic(signal, programs[0], _KINDS[controller]))
    file = folder / f"{controller}.add.xml"
    ET.ElementTree(root).write(file, "utf-8")
    return file


def _elastic(signal: str, program: Program, kind: str) -> ET.Element:
    logic = ET.Element("tlLogic", id=signal, type=kind, programID=kind, offset="0")
    for phase in program.phases:
        row = ET.SubElement(logic, "phase", duration=f"{phase.duration_s:g}", state=phase.state)
        if set(phase.state) & set("Gg") and not set(phase.state) & set("yu"):
            row.set("minDur", f"{min(LEAST_GREEN_S, phase.duration_s):g}")
            row.set("maxDur", f"{max(MOST_GREEN_S, phase.duration_s):g}")
    return logic


def _webster(chosen: Map, sumo: Sumo, folder: Path) -> Path:
    """SUMO's tlsCycleAdaptation on routed demand."""
    routed, out = folder / "routed.rou.xml", folder / "webster.add.xml"
    files = ",".join(str(file) for file in chosen.routes)
    router = [sumo.program("duarouter"), "-n", str(chosen.net), "-r", files, "-o", str(routed), "--ignore-errors"]
    tool = [
        *(sys.executable, str(sumo.home / "tools" / "tlsCycleAdaptation.py")),
        *("-n", str(chosen.net), "-r", str(routed), "-o", str(out), "-b", f"{chosen.begin_s:g}"),
    ]
    environment = {"SUMO_HOME": str(sumo.home), "PYTHONPATH": str(sumo.packages)}
    for command in ([*router, "--no-warnings", "--no-step-log"], tool):
        done = subprocess.run(  # noqa: S603  the SUMO we installed, on files the caller named
            command, capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            raise BenchmarkError(f"{command[0]} {Path(command[1]).name}: {done.stderr.strip()[-400:]}")
    return out
