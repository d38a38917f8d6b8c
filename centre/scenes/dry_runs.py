"""A draft tried on a clip by the real product: `ngatu watch` in a process of its own, one at a time for a centre."""

import json
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread, Timer
from typing import IO

from centre.errors import CentreError
from centre.scenes.product import NGATU, ProductError, environment, last_sentence, run
from centre.scenes.run_records import DryRun, RunRecords

LONGEST_S = 600.0
PICTURE_TIMEOUT_S = 60.0
SMALLEST_STEP = 0.01
MOST_LISTED = 500
WRONG_INPUT = 2
PASSED, ACCUSED = "vn.ngatu.crossing.v1", "vn.ngatu.finding.v1"


class BusyError(CentreError):
    """Another dry run is under way."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try: the scene as YAML, the clip, and whether its signal heads tell the lamps."""

    camera: str
    yaml: str
    clip: Path
    reads_lamps: bool


class DryRuns:
    """Of one centre, whatever process of it carries one out. root: a folder for what the command writes; all of it goes
    when the run ends."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._records = RunRecords(root)
        self._process: subprocess.Popen[str] | None = None

    def start(self, trial: Trial) -> DryRun:
        """Raises BusyError where one is under way: the machine also serves the desk."""
        one = DryRun(secrets.token_hex(8), trial.camera)
        lock = self._records.begin(one)
        if lock is None:
            raise BusyError("dry run: wanted none under way, found one; wait for its end")
        Thread(target=self._carry_out, args=(one, trial, lock), daemon=True, name="dry run").start()
        return replace(one)

    def get(self, name: str) -> DryRun | None:
        return self._records.get(name)

    def picture(self, name: str) -> bytes | None:
        """JPEG; None until there is one."""
        return self._records.picture(name)

    def close(self) -> None:
        """End what this process has under way."""
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    def _carry_out(self, one: DryRun, trial: Trial, lock: IO[str]) -> None:
        with lock:
            try:
                with TemporaryDirectory(dir=self._root, prefix=".unfinished-") as scratch:
                    self._watch(one, trial, Path(scratch))
                one.state = "done"
            except (ProductError, OSError, ValueError) as error:
                one.problem, one.state = str(error), "failed"
            self._records.keep(one)

    def _tell(self, one: DryRun, share: float) -> None:
        """Every hundredth of the clip at most: each is a file written."""
        if one.share is None or share - one.share >= SMALLEST_STEP:
            one.share = share
            self._records.keep(one)

    def _watch(self, one: DryRun, trial: Trial, scratch: Path) -> None:
        scene, events = scratch / "scene.yaml", scratch / "events.jsonl"
        scene.write_text(trial.yaml, "utf-8")
        command = [*NGATU, "watch", str(trial.clip), "--scene", str(scene), "--out", str(events), "--json"]
        command += ["--data", str(scratch / "agent"), "--threads", "1"]
        command += ["--lamps-from-image"] if trial.reads_lamps else []
        with subprocess.Popen(  # noqa: S603 — our own command, on files that we named ourselves
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            self._process = process
            limit = Timer(LONGEST_S, process.kill)
            limit.start()
            try:
                said = _follow(process, partial(self._tell, one))
                printed = process.stdout.read() if process.stdout else ""
            finally:
                limit.cancel()
        if process.returncode != 0:
            raise ProductError(last_sentence(said) or f"ngatu watch ended with code {process.returncode}")
        one.document = json.loads(printed)
        _read_events(one, events)
        picture = scratch / "picture.jpg"
        draw = ["scene", "draw", str(scene), str(trial.clip), "--out", str(picture), "--events", str(events)]
        run(draw, PICTURE_TIMEOUT_S)
        self._records.keep_picture(one.id, picture)
        one.seen = True


def _follow(process: subprocess.Popen[str], tell: Callable[[float], None]) -> str:
    """Until the process closes stderr: its progress to `tell`, its sentences as the answer."""
    said: list[str] = []
    for line in process.stderr or ():
        if line.startswith("{"):
            told = json.loads(line)
            if told.get("total"):
                tell(min(1.0, told["done"] / told["total"]))
        else:
            said.append(line)
    return "".join(said)


def _read_events(one: DryRun, events: Path) -> None:
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            into = {PASSED: one.crossings, ACCUSED: one.findings}.get(event["type"])
            if into is not None and len(into) < MOST_LISTED:
                into.append(event["data"])
