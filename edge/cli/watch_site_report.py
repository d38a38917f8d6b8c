"""What `ngatu watch --site` says at its end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from edge.agent.crew import Member
from edge.agent.delivery import Left
from edge.agent.latecomers import Attempts
from edge.cli import exits, watch_report
from edge.cli.say import fail, warn
from edge.cli.stopping import Stop
from edge.loop.metrics import CameraMetrics
from edge.patrol.sighting_book import SightingTally


@dataclass(frozen=True, slots=True)
class SiteRun:
    """One watch of a site that is over. folder: the agents' own. absent: cameras that were never opened, and why.

    attempts: of the cameras that were not there at the start and were tried again, whether they came or not. sightings:
    of plates at lines between cameras; None where nothing is watched between them.
    """

    boot: str
    folder: Path
    members: Sequence[Member]
    absent: Mapping[str, str]
    attempts: Mapping[str, Attempts]
    metrics: Mapping[str, CameraMetrics]
    left: Left
    stop: Stop
    sightings: SightingTally | None = None

    def cameras(self) -> list[watch_report.Run]:
        return [
            watch_report.Run(member.name, self.boot, self.folder, member.summary, self.left, self.stop)
            for member in self.members
        ]


def exit_code(run: SiteRun) -> int:
    """The gravest of all cameras, as `exits.OF_WATCH` lists them."""
    codes = [watch_report.exit_code(camera) for camera in run.cameras()]
    codes += [exits.BAD_INPUT] * bool(run.absent)
    return min(codes, key=watch_report.GRAVEST_FIRST.index, default=run.stop.exit_code)


def print_site(run: SiteRun, as_json: bool) -> None:
    """The result on stdout, what went wrong on stderr."""
    for trouble in watch_report.left_over(run.folder, run.left):
        warn(trouble)
    for camera in run.cameras():
        for trouble in watch_report.troubles(camera.summary):
            warn(f"{camera.camera}: {trouble}")
        if camera.summary.failure:
            fail(f"{camera.camera}: {camera.summary.failure}")
    for name, one in run.attempts.items():
        if one.problem is not None:
            warn(f"{name}: could not be opened in {one.made} attempts: {one.problem}")
    if as_json:
        print(json.dumps(_document(run), ensure_ascii=False))
        return
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for camera in run.cameras():
        watch_report.print_counts(camera, console)
        console.print(f"  {_told(run.metrics[camera.camera])}")
    if run.sightings is not None:
        told = run.sightings
        console.print(
            f"between cameras: {told.kept} plates seen, {told.abstained} not surely read, {told.expired} forgotten in "
            f"time, {told.evicted} early for want of room"
        )


def _told(found: CameraMetrics) -> str:
    ages = (
        "" if found.age_p99_s is None else f"; age at the result {found.age_p50_s:.2f} s, p99 {found.age_p99_s:.2f} s"
    )
    return (
        f"{found.decoded} decoded, {found.analysed} looked at, {found.gated} unchanged, {found.predicted} predicted, "
        f"{found.thinned} left out for the rate, {found.dropped} dropped{ages}"
    )


def _document(run: SiteRun) -> dict[str, Any]:
    return {
        "boot": run.boot,
        "waiting": run.left.waiting,
        "refused": run.left.refused,
        "stopped": run.stop.why(),
        "cameras": {
            camera.camera: {**watch_report.camera_document(camera.summary), "loop": asdict(run.metrics[camera.camera])}
            for camera in run.cameras()
        },
        "absent": dict(run.absent),
        "attempts": {name: one.made for name, one in run.attempts.items()},
        "sightings": None if run.sightings is None else asdict(run.sightings),
    }
