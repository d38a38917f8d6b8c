"""`python -m twin.drawn_clip`: a drawn junction as a video, with its scene, its lamps and its truth.

Writes clip.mp4, scene.yaml, lamps.yaml, truth.json and boxes.npz.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from av.video.stream import VideoStream
from rich.progress import track

from models.datasets.drawn import stage as world
from models.datasets.drawn.garage import corners_m, model
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.signals import signal_head
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.upload import Placed
from models.errors import ModelsError
from twin.clip_scene import COUNTING_LINE, STOP_LINE, lamps_yaml, lines_px, scene_yaml
from twin.clip_truth import Boxes, Offence, as_json, boxes_of, crossings_of, offences_of, whole_box
from twin.errors import TwinError
from twin.junction import CAMERA, FPS, SIGNALS, SIZE_PX, Moment, description, moments
from vision.arrays import U8
from vision.events.lamps import Lamp
from vision.sources.writer import VideoWriter
from vision.vehicles import VehicleKind

SHORTEST_S, LONGEST_S = 26.0, 120.0
ATTEMPTS = 40
Watch = Callable[[Sequence[Moment]], Iterable[Moment]]
# Colours as a camera gives them: a fifth of each replaced by the grey of all three.
TONE = np.array([0.82 * row + 0.18 * np.array([0.114, 0.587, 0.299]) for row in np.eye(3)])
OFFENDERS = sorted((VehicleKind.CAR, VehicleKind.MOTORBIKE))


def main(
    out: Annotated[
        Path, typer.Option("--out", help="The folder to write the clip and its files into.", show_default=False)
    ],
    seconds: Annotated[
        float, typer.Option("--seconds", min=SHORTEST_S, max=LONGEST_S, help="Length of the clip.")
    ] = 30.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same clip.")] = 7,
) -> None:
    """Draw a junction: traffic queues and goes, one car and one motorbike run the red light."""
    try:
        write_clip(out, seconds, seed, lambda steps: track(steps, description="drawing"))
    except (ModelsError, TwinError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@dataclass(frozen=True, slots=True)
class DrawnClip:
    """The files of a drawn clip."""

    video: Path
    scene: Path
    lamps: Path
    truth: Path
    boxes: Path


def write_clip(out: Path, seconds: float = 30.0, seed: int = 7, watch: Watch = tuple) -> DrawnClip:
    """All five files, the video last; `watch` wraps the frames to show progress.

    TwinError where no traffic of the seed comes out as wanted.
    """
    out.mkdir(parents=True, exist_ok=True)
    frames, offences = stage_play(seed, seconds)
    boxes = boxes_of(CAMERA, frames)
    crossings = crossings_of(boxes, lines_px(CAMERA), frames)
    about = {
        "clip": "clip.mp4", "seed": seed, "seconds": seconds, "fps": FPS, "size_px": list(SIZE_PX),
        "stop_line": STOP_LINE, "counting_line": COUNTING_LINE,
    }  # fmt: skip
    clip = DrawnClip(*(out / name for name in ("clip.mp4", "scene.yaml", "lamps.yaml", "truth.json", "boxes.npz")))
    clip.scene.write_text(scene_yaml(CAMERA), "utf-8")
    clip.lamps.write_text(lamps_yaml(seconds), "utf-8")
    clip.truth.write_text(json.dumps(as_json(crossings, offences, about), indent=1) + "\n", "utf-8")
    _write_boxes(clip.boxes, boxes)
    with VideoWriterWithKeyframes(clip.video, SIZE_PX, FPS) as video:
        for image, moment in zip(pictures(seed, watch(frames)), frames, strict=True):
            video.write(image, moment.media_s)
    return clip


def stage_play(seed: int, seconds: float) -> tuple[list[Moment], list[Offence]]:
    """The first traffic of this seed in which exactly the two offenders run the red light."""
    for attempt in range(ATTEMPTS):
        frames = list(moments(seed, attempt, seconds))
        offences = offences_of(frames)
        if sorted(one.kind for one in offences) == OFFENDERS and all(one.into_red_s > 1 for one in offences):
            return frames, offences
    raise TwinError(
        f"seed {seed}: wanted traffic in which one car and one motorbike alone run the red light, "
        f"found none in {ATTEMPTS} attempts; try another seed"
    )


def pictures(seed: int, frames: Iterable[Moment]) -> Iterator[U8]:
    """(540, 960, 3) uint8 BGR for each moment."""
    scene = description(seed)
    stage = world.build_stage(scene)
    studio = Studio(SIZE_PX)
    grain = _grain(np.random.default_rng([seed, 5]))
    shown: Lamp | None = None
    for index, moment in enumerate(frames):
        if moment.lamp is not shown:
            shown = moment.lamp
            heads = [signal_head(place, shown) for place in SIGNALS]
            studio.set_stage(stage.flat, [*stage.solid, *heads], stage.light)
            studio.freeze_stage(CAMERA)
        visible = [one.at for one in moment.everyone if whole_box(CAMERA, one.at) is not None]
        motions = [turned(at.x_m, at.y_m, at.heading_rad) for at in visible]
        placed = [Placed(model(at.kind, at.model), motion) for at, motion in zip(visible, motions, strict=True)]
        outlines = [(corners_m(at.kind, at.model), motion) for at, motion in zip(visible, motions, strict=True)]
        shadows = cast(outlines, stage.light.sun_m, world.sunshine(scene))
        yield _developed(studio.draw(CAMERA, placed, shadows), grain[index % len(grain)])
    studio.close()


class VideoWriterWithKeyframes(VideoWriter):
    """With a keyframe each second, so that evidence can be cut out of the clip without much around it."""

    def _new_stream(self) -> VideoStream:
        stream = super()._new_stream()
        stream.codec_context.gop_size = FPS
        return stream


def _grain(rng: np.random.Generator) -> list[U8]:
    """A few fields of sensor noise around 128, taken in turn: drawing new ones takes longer than the picture."""
    width, height = SIZE_PX
    return [np.clip(rng.normal(128, 2.2, (height, width, 3)), 0, 255).astype(np.uint8) for _ in range(7)]


def _developed(image: U8, grain: U8) -> U8:
    """A little grey, a soft lens, and noise."""
    soft = cv2.GaussianBlur(cv2.transform(image, TONE), (3, 3), 0.55)
    return np.asarray(cv2.addWeighted(soft, 1.0, grain, 1.0, -128), np.uint8)


def _write_boxes(file: Path, boxes: Boxes) -> None:
    np.savez_compressed(file, frame=boxes.frame, number=boxes.number, kind=boxes.kind, xyxy_px=boxes.xyxy_px)


if __name__ == "__main__":
    typer.run(main)
