"""`python -m benchmarks.speed.startup --json`: seconds from the command to the first event.

Each round is a fresh `ngatu watch` on the clip; the clock stops when its file of events holds the first one, and again
at the first vehicle counted, if there is one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.speed.material import clip
from benchmarks.speed.spread import give_out, spread

POLL_S = 0.01
SCENE = """\
version: 1
camera: startup
counting_lines:
  line:
    line: [[0.0, 0.55], [1.0, 0.55]]
"""


def once(video: Path, seconds: float) -> dict[str, float]:
    """Seconds to the first event and to the first crossing; the run is ended after that, or after `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        scene, events = Path(folder, "scene.yaml"), Path(folder, "events.jsonl")
        scene.write_text(SCENE, "utf-8")
        command = [sys.executable, "-m", "edge.cli.main", "watch", str(video), "--scene", str(scene)]
        began_s = time.monotonic()
        with subprocess.Popen(  # noqa: S603  our own command
            [*command, "--out", str(events), "--data", str(Path(folder, "data"))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            found = _times(process, events, began_s, seconds)
            process.kill()
            if "first_event_s" not in found:
                words = process.stderr.read().strip().splitlines() if process.stderr else []
                raise BenchmarkError(
                    f"ngatu watch: wanted an event within {seconds:g} s, found none. {' '.join(words[-1:])}"
                )
    return found


def _times(process: subprocess.Popen[str], events: Path, began_s: float, seconds: float) -> dict[str, float]:
    found: dict[str, float] = {}
    while "first_crossing_s" not in found and time.monotonic() - began_s < seconds:
        ended = process.poll() is not None
        now_s = time.monotonic() - began_s
        for line in events.read_text("utf-8").splitlines() if events.exists() else []:
            found.setdefault("first_event_s", now_s)
            if "crossing" in str(_parsed(line).get("type", "")):
                found.setdefault("first_crossing_s", now_s)
        if ended:
            break
        time.sleep(POLL_S)
    return found


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, help="default: a drawn junction, 1080p25, 4 Mbit/s")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15.0, help="patience of one round")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    video = clip(given.video)
    rounds = [once(video, given.seconds) for _ in range(given.rounds)]
    names = [name for name in ("first_event_s", "first_crossing_s") if all(name in one for one in rounds)]
    figures: dict[str, Any] = {name: spread([one[name] for one in rounds]) for name in names}
    give_out(figures, [[name, figures[name]] for name in names], ["until", "s"], as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
