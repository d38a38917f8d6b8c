"""The finder's training pictures on disk: drawn once in parts, looked at again and again."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from models.datasets.plate_scenes import SIDE_PX, Plates, PlateScene
from models.datasets.plate_scenes_sources import Material
from models.train.plate_finder_net import lesson
from vision.arrays import F32, U8

PART_SCENES = 500
GAIN_SPREAD = 0.12
PARTS = ("score", "heed", "corner", "weight", "sharp", "known")


def draw_scenes(folder: Path, count: int, seed: int, material: Callable[[], Material]) -> None:
    """Fill `folder` with `count` scenes; parts that are whole are kept, so a run that was cut goes on.

    `material` is read only if something is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [first for first in range(0, count, PART_SCENES) if not _truth(folder, first).is_file()]
    if not missing:
        return
    stuff = material()
    for first in track(missing, f"drawing {folder.name}", console=Console(stderr=True)):
        rng = np.random.default_rng([seed, first])
        _write_part(folder, first, stuff.scenes(min(PART_SCENES, count - first), rng))


def _truth(folder: Path, first: int) -> Path:
    return folder / f"scenes_{first:06}.npz"


def _write_part(folder: Path, first: int, scenes: Sequence[PlateScene]) -> None:
    """Pictures first, truth last and at once: the truth file says that the part is whole."""
    np.save(folder / f"scenes_{first:06}.npy", np.stack([scene.image for scene in scenes]))
    counts = [(len(scene.plates.trust), len(scene.unsure_xyxy_px)) for scene in scenes]
    partial = folder / "part.npz"
    np.savez(
        partial,
        counts=np.array(counts, np.int64),
        quads=np.concatenate([scene.plates.quad_px for scene in scenes]),
        trust=np.concatenate([scene.plates.trust for scene in scenes]),
        unsure=np.concatenate([scene.unsure_xyxy_px for scene in scenes]),
    )
    partial.replace(_truth(folder, first))


def read_scenes(folder: Path) -> list[PlateScene]:
    """Every scene in `folder`; the pictures stay on disk until they are looked at."""
    scenes: list[PlateScene] = []
    for file in sorted(folder.glob("scenes_*.npz")):
        images = np.load(file.with_suffix(".npy"), mmap_mode="r")
        with np.load(file, allow_pickle=False) as truth:
            counts, quads, trust, unsure = (truth[name] for name in ("counts", "quads", "trust", "unsure"))
        ends = counts.cumsum(axis=0)
        for image, (plates, boxes), (plate_end, box_end) in zip(images, counts, ends, strict=True):
            mine = slice(plate_end - plates, plate_end)
            scenes.append(PlateScene(image, Plates(quads[mine], trust[mine]), unsure[box_end - boxes : box_end]))
    return scenes


def mirrored(scene: PlateScene) -> PlateScene:
    """Left for right; corners stay clockwise from the top left of what is seen."""
    flip = np.array([-1, 1], np.float32), np.array([SIDE_PX, 0], np.float32)
    quads: F32 = np.ascontiguousarray((scene.plates.quad_px * flip[0] + flip[1])[:, [1, 0, 3, 2]])
    unsure = scene.unsure_xyxy_px[:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1], np.float32)
    unsure += np.array([SIDE_PX, 0, SIDE_PX, 0], np.float32)
    image: U8 = np.asarray(scene.image)[:, ::-1]
    return PlateScene(image, Plates(quads, scene.plates.trust), unsure)


def shown(scenes: Sequence[PlateScene], rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """One batch as the loss wants it: pictures (RGB 0..1), and the parts of a lesson.

    Half of them mirrored, brightness different from showing to showing.
    """
    turned = [mirrored(scene) if rng.random() < 0.5 else scene for scene in scenes]
    lessons = [lesson(scene) for scene in turned]
    stack = np.stack([scene.image[..., ::-1] for scene in turned])
    gain = torch.from_numpy(np.exp(rng.normal(0, GAIN_SPREAD, (len(scenes), 1, 1, 1))).astype(np.float32))
    pictures = torch.from_numpy(stack).permute(0, 3, 1, 2).float().div_(255).mul_(gain).clamp_(0, 1)
    truths = [np.stack([getattr(one, name) for one in lessons]) for name in PARTS]
    return pictures.contiguous(memory_format=torch.channels_last), *(torch.from_numpy(truth) for truth in truths)
