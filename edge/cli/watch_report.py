"""What `ngatu watch` says at its end."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from edge.agent.agent import Summary
from edge.agent.delivery import Left
from edge.agent.folder import OUTBOX
from edge.cli import exits
from edge.cli.say import fail, warn
from edge.cli.stopping import Stop


@dataclass(frozen=True, slots=True)
class Run:
    """One watch that is over. folder: the agent's own."""

    camera: str
    boot: str
    folder: Path
    summary: Summary
    left: Left
    stop: Stop


GRAVEST_FIRST = (exits.NOT_KEPT, exits.BAD_INPUT, exits.UNSENT, exits.INTERRUPTED, exits.OK)


def exit_code(run: Run) -> int:
    """The gravest thing that happened; see `exits.OF_WATCH`."""
    if run.summary.unkept:
        return exits.NOT_KEPT
    if run.summary.failure:
        return exits.BAD_INPUT
    if run.left.waiting:
        return exits.UNSENT
    return run.stop.exit_code


def print_run(run: Run, as_json: bool) -> None:
    """The result on stdout, what went wrong on stderr."""
    for trouble in (*troubles(run.summary), *left_over(run.folder, run.left)):
        warn(trouble)
    if run.summary.failure:
        fail(run.summary.failure)
    if as_json:
        print(json.dumps(_document(run), ensure_ascii=False))
        return
    print_counts(run, Console(markup=False, highlight=False, soft_wrap=True))


def print_counts(run: Run, console: Console) -> None:
    summary = run.summary
    console.print(f"{run.camera}: {summary.source}; {summary.events} events, {summary.findings} findings")
    for line, ways in summary.counts().items():
        for way, kinds in ways.items():
            passed = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
            console.print(f"  {line}, {way.value.replace('_', ' ')}: {passed or 'nobody'}")
    for why, number in summary.withheld.items():
        console.print(f"  not accused, in doubt ({why.value.replace('_', ' ')}): {number}")


def troubles(summary: Summary) -> list[str]:
    """What one camera lost: one sentence each."""
    found = [
        (summary.unkept, f"{summary.unkept} of {summary.events} events could not be kept: the disk had no room"),
        (summary.unproven, f"{summary.unproven} accusations were dropped, because no proof could be made"),
    ]
    return [sentence for number, sentence in found if number]


def left_over(folder: Path, left: Left) -> list[str]:
    """What the centre does not have: one sentence each, with the way out where there is one."""
    found = [
        (left.refused, f"the centre refused {left.refused} events; they are kept aside in {folder / OUTBOX}"),
        (
            left.waiting,
            f"{left.waiting} events wait in {folder / OUTBOX}: {left.problem}. "
            f"`ngatu send --data {folder}` with the same --centre delivers them",
        ),
    ]
    return [sentence for number, sentence in found if number]


def _document(run: Run) -> dict[str, Any]:
    return {
        "camera": run.camera,
        "boot": run.boot,
        "waiting": run.left.waiting,
        "refused": run.left.refused,
        "stopped": run.stop.why(),
        **camera_document(run.summary),
    }


def camera_document(summary: Summary) -> dict[str, Any]:
    return {
        "frames": summary.frames,
        "events": summary.events,
        "unkept": summary.unkept,
        "findings": summary.findings,
        "unproven": summary.unproven,
        "withheld": dict(summary.withheld),
        "source": summary.source,
        "failure": summary.failure,
        "counts": summary.counts(),
    }
