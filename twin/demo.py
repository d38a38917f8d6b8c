"""`make demo`: the agent watches a clip, the centre opens, and what came of it is told.

Without a video of the user's own, a drawn junction is rendered, whose truth is known. Everything happens in one folder
and on this machine alone.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from models.errors import ModelsError
from models.registry.resolve import resolve_model
from twin.drawn_clip import write_clip
from twin.errors import TwinError
from vision.errors import VisionError
from vision.sources.open import open_source

console = Console()
BAD_INPUT = 2
MARK = ".ngatu-demo"
NGATU = [sys.executable, "-m", "edge.cli.main"]

# For a video nobody has drawn a scene for: one line across the middle, counted and not judged.
PLAIN_SCENE = """\
version: 1
camera: demo
counting_lines:
  middle:
    line: [[0.0, 0.6], [1.0, 0.6]]
"""


@dataclass(frozen=True, slots=True)
class Act:
    """What the agent is given. lamps None: no stop line is judged."""

    video: Path
    scene: Path
    lamps: Path | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with a sentence that says what is missing."""
    given = _parse(arguments)
    try:
        resolve_model(given.model)
        clear_folder(given.out)
        act = _prepare(given)
    except (ModelsError, TwinError, VisionError, OSError) as error:
        Console(stderr=True).print(f"demo: {error}", markup=False, highlight=False, soft_wrap=True)
        return BAD_INPUT
    with running_centre(given.out / "centre", given.port) as url:
        code = _watch(act, given.model, url, given.out / "agent")
        if code == 0:
            _tell(url)
            stay_open(url, stay=given.stay, data=given.out / "centre")
    return code


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--model", type=Path, help="ONNX detector; default: the one that ships with the engine")
    parser.add_argument("--video", type=Path, help="a clip of your own; default: a drawn junction")
    parser.add_argument("--scene", type=Path, help="scene of that clip; default: one counting line across the middle")
    parser.add_argument("--lamps", type=Path, help="lamp states of that clip")
    parser.add_argument(
        "--out", type=Path, default=Path("demo-out"), help="folder for everything; an earlier demo in it goes"
    )
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the drawn clip")
    parser.add_argument("--stay", action="store_true", help="keep the centre open even without a terminal")
    return parser.parse_args(arguments)


def clear_folder(folder: Path) -> None:
    """An empty folder for this run; TwinError for one that holds anything but an earlier demo."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise TwinError(f"--out: wanted a new folder or that of an earlier demo, found other files in {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def _prepare(given: argparse.Namespace) -> Act:
    """The clip with its scene and lamps, drawn or the user's own."""
    if given.video is None:
        console.print("Đang vẽ nút giao thử · drawing a junction…")
        drawn = write_clip(given.out / "junction", given.seconds, watch=lambda steps: track(steps, "drawing"))
        return Act(drawn.video, drawn.scene, drawn.lamps)
    open_source(str(given.video)).close()
    scene = given.scene
    if scene is None:
        scene = given.out / "scene.yaml"
        scene.write_text(PLAIN_SCENE, "utf-8")
    return Act(given.video, scene, given.lamps)


@contextmanager
def running_centre(data: Path, port: int) -> Iterator[str]:
    """A running centre; its address. It ends with the block."""
    command = [*NGATU, "serve", "--data", str(data), "--port", str(port), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own command
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            if not first:
                raise SystemExit(process.wait())
            yield json.loads(first)["url"]
        finally:
            process.send_signal(signal.SIGTERM)


def _watch(act: Act, model: Path | None, url: str, data: Path) -> int:
    command = [*NGATU, "watch", str(act.video), "--scene", str(act.scene), "--centre", url, "--data", str(data)]
    command += ["--lamps", str(act.lamps)] if act.lamps else []
    command += ["--model", str(model)] if model else []
    return subprocess.run(command, check=False).returncode  # noqa: S603  our own command


def _tell(url: str) -> None:
    """The counts and cases, as the centre gives them to anyone who asks."""
    table = Table(title="Đếm được · counted")
    for heading in ("vạch · line", "hướng · direction", "loại · kind", "số · number"):
        table.add_column(heading)
    totals: Counter[tuple[str, str, str]] = Counter()
    for row in _ask(f"{url}/api/counts?limit=1000")["rows"]:
        for direction, kinds in row["counts"].items():
            for kind, number in kinds.items():
                totals[row["line"], direction, kind] += number
    for key, number in sorted(totals.items()):
        table.add_row(*key, str(number))
    console.print(table)
    cases = _ask(f"{url}/api/cases")["cases"]
    console.print(f"{len(cases)} hồ sơ chờ duyệt · cases wait for review: {url}/queue")


def _ask(url: str) -> dict[str, Any]:
    document: dict[str, Any] = httpx.get(url, trust_env=False).raise_for_status().json()
    return document


def stay_open(url: str, *, stay: bool, data: Path) -> None:
    """Keep the pages open for whoever sits at the terminal."""
    if not (stay or sys.stdout.isatty()):
        console.print(f"Mở lại · open again: .venv/bin/ngatu serve --data {data}")
        return
    console.print(f"Trung tâm đang mở · the centre is open at {url} — Ctrl+C để dừng · to stop")
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
