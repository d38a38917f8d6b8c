"""`ngatu scene`: start a scene file, check it, and look at it. What it asks the centre is in `scene_centre`."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from edge.cli.options import JsonOption
from edge.cli.scene_picture import draw_crossings, draw_fraction_grid, draw_scene
from edge.cli.scene_starter import starter
from edge.errors import UsageError
from vision.arrays import U8
from vision.errors import SceneError
from vision.events.bodies import Crossing
from vision.events.envelope import EVENT, CrossingEvent
from vision.geometry.calibration import FEWEST_POINTS
from vision.geometry.scene import Scene, load_scene
from vision.sources.container import shown
from vision.sources.open import open_source

BAD_SCENE = 2
WIDEST_STILL_PX = 1920
JPEG_QUALITY = 85
PICTURE_ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}

app = typer.Typer(no_args_is_help=True, help="Start, check and draw scene files.")
SceneArgument = Annotated[Path, typer.Argument(metavar="SCENE.yaml", show_default=False)]
SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="Video file, picture, folder of pictures, stream URL or camera number.")
]


@app.command("new")
def new(
    source: SourceArgument,
    out: Annotated[Path, typer.Option("--out", help="The scene file to write.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the scene file and its still.")] = False,
) -> None:
    """Write a scene file to start from, and beside it the first frame with a grid of fractions."""
    still = out.with_suffix(".png")
    if out.suffix.lower() not in {".yaml", ".yml"}:
        raise UsageError(f"--out: wanted a name that ends in .yaml, found '{out}'")
    for file in (out, still):
        if file.exists() and not force:
            raise UsageError(f"{file}: is already there; --force overwrites it")
    image = first_picture(source)
    size_px = (image.shape[1], image.shape[0])
    write_picture(still, draw_fraction_grid(image))
    write_file(out, starter(shown(source), size_px, out.name, still.name).encode())
    typer.echo(f"wrote {out}\nwrote {still} ({size_px[0]} × {size_px[1]} pixels): read the fractions off its grid")


@app.command("check")
def check(scene: SceneArgument, as_json: JsonOption = False) -> None:
    """Say what a scene file holds, or every problem in it with its line."""
    try:
        summary = summarise(load_scene(scene))
    except SceneError as error:
        if as_json:
            problems = [{"line": line, "problem": problem} for line, problem in error.problems]
            typer.echo(json.dumps({"file": str(scene), "valid": False, "problems": problems}, ensure_ascii=False))
        else:
            typer.echo(str(error), err=True)
        raise typer.Exit(BAD_SCENE) from error
    if as_json:
        typer.echo(json.dumps({"file": str(scene), "valid": True, **summary}, ensure_ascii=False))
    else:
        _print(scene, summary)


@app.command("draw")
def draw(
    scene: SceneArgument,
    source: SourceArgument,
    out: Annotated[Path, typer.Option("--out", help="The picture to write (PNG or JPEG).", show_default=False)],
    events: Annotated[
        Path | None, typer.Option("--events", help="Mark in it where the crossings of this file lay (`watch --out`).")
    ] = None,
) -> None:
    """Draw a scene over the first frame: lanes, lines with their two ways, zones, and a grid of metres."""
    loaded = load_scene(scene)
    picture = draw_scene(loaded, first_picture(source))
    if events is not None:
        picture = draw_crossings(picture, crossings_in(events))
    write_picture(out, picture)
    typer.echo(f"wrote {out}")


@app.command("still")
def still(
    source: SourceArgument,
    out: Annotated[Path, typer.Option("--out", help="The picture to write (JPEG or PNG).", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Keep the first frame of a source, at most 1920 pixels wide: the centre's scene editor draws on it."""
    image = small(first_picture(source))
    write_picture(out, image)
    height, width = image.shape[:2]
    said = json.dumps({"width": width, "height": height}) if as_json else f"wrote {out} ({width} × {height} pixels)"
    typer.echo(said)


def summarise(scene: Scene) -> dict[str, Any]:
    """What a scene holds, ready for JSON. `calibration` is None without one; errors are in metres; `speeds`: whether
    any can be measured with it."""
    return {
        "camera": scene.camera,
        "lanes": {name: {"kinds": list(lane.kinds)} for name, lane in scene.lanes.items()},
        "stop_lines": {
            name: {"entering": stop.entering, "signal_group": stop.signal_group, "lanes": list(stop.lanes)}
            for name, stop in scene.stop_lines.items()
        },
        "counting_lines": list(scene.counting_lines),
        "zones": {name: zone.purpose for name, zone in scene.zones.items()},
        "calibration": _calibration(scene),
    }


def _calibration(scene: Scene) -> dict[str, Any] | None:
    if scene.calibration is None:
        return None
    plane = scene.calibration.plane()
    error_m = plane.leave_one_out_m
    return {
        "points": len(scene.calibration.points),
        "source": scene.calibration.source,
        "residual_rms_m": round(plane.residual_rms_m, 4),
        "residual_worst_m": round(plane.residual_worst_m, 4),
        "leave_one_out_m": None if error_m is None or not plane.agrees else round(error_m, 4),
        "speeds": plane.agrees,
    }


def _print(file: Path, summary: dict[str, Any]) -> None:
    table = Table(title=f"{file}: camera {summary['camera']}", title_justify="left", show_header=False)
    for name, lane in summary["lanes"].items():
        table.add_row("lane", name, ", ".join(lane["kinds"]))
    for name, stop in summary["stop_lines"].items():
        lamp = f"signal group {stop['signal_group']}" if stop["signal_group"] else "no signal group"
        table.add_row(
            "stop line", name, f"entering {stop['entering']}, {lamp}, lanes: {', '.join(stop['lanes']) or '-'}"
        )
    for name in summary["counting_lines"]:
        table.add_row("counting line", name, "")
    for name, purpose in summary["zones"].items():
        table.add_row("zone", name, purpose)
    table.add_row("calibration", *_calibration_words(summary["calibration"]))
    console = Console()
    console.print(table, markup=False, highlight=False)


def _calibration_words(found: dict[str, Any] | None) -> tuple[str, str]:
    if found is None:
        return "none", "no speeds will be measured"
    residual = f"residual {found['residual_rms_m']:.2f} m, worst {found['residual_worst_m']:.2f} m"
    return f"{found['points']} points", f"{residual}, {_own_error(found)}; source: {found['source']}"


def _own_error(found: dict[str, Any]) -> str:
    if not found["speeds"]:
        return "the points contradict each other: no speeds will be measured; measure them again"
    if found["leave_one_out_m"] is not None:
        return f"left out one by one {found['leave_one_out_m']:.2f} m"
    return "own error unknown: add " + ("a fifth point" if found["points"] == FEWEST_POINTS else "more points")


def first_picture(source: str) -> U8:
    """(height, width, 3) BGR: the picture itself, or the first frame of a source. UsageError or SourceError if none."""
    path = Path(source)
    if path.suffix.lower() not in PICTURE_ENDINGS or path.is_dir():
        with open_source(source) as opened:
            for frame in opened:
                return frame.image
        raise UsageError(f"{shown(source)}: wanted at least one frame, found none")
    try:
        image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error) as error:
        raise UsageError(
            f"{source}: cannot be read: {getattr(error, 'strerror', None) or 'no picture in it'}"
        ) from error
    if image is None:
        raise UsageError(f"{source}: wanted a picture, found something else")
    return np.asarray(image, np.uint8)


def small(image: U8) -> U8:
    """The picture, no wider than WIDEST_STILL_PX."""
    height, width = image.shape[:2]
    if width <= WIDEST_STILL_PX:
        return image
    size_px = (WIDEST_STILL_PX, max(1, round(height * WIDEST_STILL_PX / width)))
    return np.asarray(cv2.resize(image, size_px, interpolation=cv2.INTER_AREA), np.uint8)


def crossings_in(events: Path) -> list[Crossing]:
    """Those in a file of events. UsageError where it cannot be read or holds something else."""
    try:
        with events.open(encoding="utf-8") as lines:
            read = [EVENT.validate_json(line) for line in lines]
    except (OSError, ValueError) as error:
        raise UsageError(f"--events {events}: wanted a file that watch --out wrote, found: {error}") from error
    return [event.data for event in read if isinstance(event, CrossingEvent)]


def write_picture(file: Path, image: U8) -> None:
    """Write a PNG or JPEG; UsageError if the name has another ending or the file cannot be written."""
    ending = file.suffix.lower()
    if ending not in {".png", ".jpg", ".jpeg"}:
        raise UsageError(f"--out: wanted a name that ends in .png or .jpg, found '{file}'")
    _, encoded = cv2.imencode(ending, image, [] if ending == ".png" else [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    write_file(file, encoded.tobytes())


def write_file(file: Path, content: bytes) -> None:
    """The whole file or none of it: where there is no room, what stood there before stays."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
