"""`python -m twin.offences.write`: a play as a video, with its scene, its lamps and its truth.

Writes clip.mp4, scene.yaml, lamps.yaml (where there are lamps), boxes.npz and, last, truth.json.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from av.video.stream import VideoStream
from rich.progress import track

from models.errors import ModelsError
from twin.errors import TwinError
from twin.offences.cast import FPS
from twin.offences.pictures import pictures, shown_in
from twin.offences.play import PLACES, Play, Wanted, play
from twin.offences.sky import Condition
from vision.arrays import F32, I64
from vision.sources.writer import VideoWriter

CLIP, SCENE, LAMPS, BOXES, TRUTH = "clip.mp4", "scene.yaml", "lamps.yaml", "boxes.npz", "truth.json"
Watch = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Everyone in every frame, row for row; the box is of the whole outline, hidden or not, and may leave the picture.

    frame, number  (n,)   int64
    xyxy_px        (n, 4) float32
    """

    frame: I64
    number: I64
    xyxy_px: F32


class OftenKeyed(VideoWriter):
    """With a keyframe each second, so that evidence can be cut out of the clip without much around it."""

    def _new_stream(self) -> VideoStream:
        stream = super()._new_stream()
        stream.codec_context.gop_size = round(FPS)
        return stream


def write_play(out: Path, staged: Play, watch: Watch = tuple) -> None:
    """All files into `out`; truth.json last, so that it stands only beside a whole clip. `watch` wraps the frames."""
    out.mkdir(parents=True, exist_ok=True)
    boxes = boxes_of(staged)
    (out / SCENE).write_text(staged.place.scene_yaml(), "utf-8")
    lamps = staged.place.lamps_yaml(staged.wanted.seconds)
    if lamps is not None:
        (out / LAMPS).write_text(lamps, "utf-8")
    np.savez_compressed(out / BOXES, frame=boxes.frame, number=boxes.number, xyxy_px=boxes.xyxy_px)
    frames = range(staged.wanted.frames)
    with OftenKeyed(out / CLIP, staged.place.camera.size_px, FPS) as video:
        for image, frame in zip(pictures(staged, watch(frames)), frames, strict=True):
            video.write(image, frame / FPS)
    (out / TRUTH).write_text(json.dumps(truth_of(staged, boxes), indent=1) + "\n", "utf-8")


def read_boxes(folder: Path) -> Boxes:
    with np.load(folder / BOXES) as stored:
        return Boxes(stored["frame"], stored["number"], stored["xyxy_px"])


def boxes_of(staged: Play) -> Boxes:
    rows = [(frame, one.number, one.box_px) for frame in range(staged.wanted.frames) for one in shown_in(staged, frame)]
    return Boxes(
        np.array([frame for frame, _, _ in rows], np.int64), np.array([number for _, number, _ in rows], np.int64),
        np.array([box for _, _, box in rows], np.float32).reshape(-1, 4),
    )  # fmt: skip


def truth_of(staged: Play, boxes: Boxes) -> dict[str, Any]:
    """Who was sent to do what, and every offence there is. hidden: share of the culprit's box that nearer ones cover,
    on average over the time of the offence."""
    return {
        "place": staged.place.name,
        "condition": staged.wanted.condition.value,
        "seed": staged.wanted.seed,
        "fps": FPS,
        "seconds": staged.wanted.seconds,
        "size_px": list(staged.place.camera.size_px),
        "starts_at": staged.place.starts_at.isoformat(),
        "vehicles": [
            {"number": number, "act": one.act, "kind": one.body.kind.label, "plate": one.body.text,
             "covered": one.body.covered, "heads": list(one.body.heads)}
            for number, one in enumerate(staged.everyone, 1)
        ],
        "offences": [
            {"number": number, "kind": one.body.kind.label, "offence": claim.offence, "since_s": claim.since_s,
             "until_s": claim.until_s, "judged": claim.judged, "plate": one.body.text,
             "hidden": round(_hidden(boxes, number, claim.since_s, claim.until_s), 3)}
            for number, one in enumerate(staged.everyone, 1) for claim in one.claims
        ],
    }  # fmt: skip


def _hidden(boxes: Boxes, number: int, since_s: float, until_s: float) -> float:
    """A nearer vehicle is one whose box ends lower in the picture."""
    shares = []
    mine = (boxes.number == number) & (boxes.frame >= since_s * FPS) & (boxes.frame <= until_s * FPS)
    for row in np.flatnonzero(mine).tolist():
        x1, y1, x2, y2 = boxes.xyxy_px[row].tolist()
        others = boxes.xyxy_px[(boxes.frame == boxes.frame[row]) & (boxes.xyxy_px[:, 3] > y2)]
        grid = np.zeros((24, 24), np.bool_)
        for a, b, c, d in others.tolist():
            columns = [round(24 * (edge - x1) / (x2 - x1)) for edge in (a, c)]
            rows = [round(24 * (edge - y1) / (y2 - y1)) for edge in (b, d)]
            grid[max(rows[0], 0) : max(rows[1], 0), max(columns[0], 0) : max(columns[1], 0)] = True
        shares.append(float(grid.mean()))
    return float(np.mean(shares)) if shares else 0.0


def main(
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.", show_default=False)],
    place: Annotated[str, typer.Option("--place", help=f"One of {', '.join(PLACES)}.")] = "junction",
    condition: Annotated[Condition, typer.Option("--condition")] = Condition.DAY,
    seconds: Annotated[float, typer.Option("--seconds", min=12.0, max=120.0)] = 50.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same play.")] = 7,
) -> None:
    """Draw one play in which every offence of a place is committed among lawful traffic."""
    try:
        staged = play(Wanted(place, condition, seed, seconds))
        write_play(out, staged, lambda frames: track(frames, description="drawing"))
    except (ModelsError, TwinError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
