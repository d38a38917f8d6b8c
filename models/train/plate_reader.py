"""Trains the plate reader from random initialisation: `python -m models.train.plate_reader --data DIR --out DIR`.

DIR holds plates/vn_crops_hcmc_garage. Drawn plates, varied real crops (the part that teaches) and, where there are
photographs, plates hung into them and cut out again by the plate finder are made first and kept in OUT/samples; a run
that was cut goes on. Thresholds come from the part that chooses; the kept fifth is only scored, by
`python -m benchmarks.accuracy.plates`. Writes plate-reader.onnx, its card and report.html.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.nn import functional

from models.datasets.labels import ReadReport
from models.datasets.plates.garage import Part
from models.errors import ModelsError
from models.train.plate_reader_chunks import Amounts, add_amounts, prepare
from models.train.plate_reader_export import ship
from models.train.plate_reader_network import BLANK, COLUMNS, PlateReaderNetwork, split
from models.train.plate_reader_samples import Samples, garage_samples, load_samples, pack, retaken
from models.train.plate_reader_sure import HUNG
from models.train.small import Batch, SmallRecipe, SmallRun, train_small
from models.train.weights import load_weights
from vision.plates.ctc import greedy
from vision.plates.text import ALPHABET

SHARES = {"garage": 0.3, "empty": 0.05, "drawn": 0.3, "hung": 0.35}
"""Of each batch."""
CHOSEN_BY = "garage, choosing part, varied"
"""With the drawn ones what thresholds are chosen by: the crops as they are would be too few for shares of a percent."""
STRAY = (0.07, 0.16)
"""How far corners stray at most, sideways and up and down, as standard deviations in halves of the picture: the finder
errs as far."""
OUTWARD = 0.01
"""More often too much is seen than too little: what is cut off cannot be read."""
SHOWN = 500
"""Pictures of a set that a point of the curves is counted from."""
LOOK_FOR_CHUNKS_EVERY = 100
WEIGHT_OF_LINES, WEIGHT_OF_COLOUR = 0.2, 1.0


class Pool:
    """The samples of a folder; chunks that appear while the training runs are taken in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chunks: dict[Path, Samples] = {}
        self._asked = 0
        self._look()

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Pictures, rows, lines, colours; drawn and real ones mixed."""
        self._asked += 1
        if self._asked % LOOK_FOR_CHUNKS_EVERY == 0:
            self._look()
        kinds = {kind: share for kind, share in SHARES.items() if self._of(kind)}
        counts = rng.multinomial(size, np.array(list(kinds.values())) / sum(kinds.values()))
        parts = [self._pick(rng, kind, int(count)) for kind, count in zip(kinds, counts, strict=True)]
        return tuple(torch.cat(column) for column in zip(*parts, strict=True))

    def _look(self) -> None:
        for file in sorted(self._folder.glob("*-????.npz")):
            if file not in self._chunks:
                self._chunks[file] = load_samples([file])

    def _of(self, kind: str) -> list[Samples]:
        return [chunk for file, chunk in self._chunks.items() if file.name.startswith(kind)]

    def _pick(self, rng: np.random.Generator, kind: str, number: int) -> Batch:
        """All from one chunk: the batches that follow take others."""
        chunks = self._of(kind)
        chunk = chunks[int(rng.integers(len(chunks)))]
        chosen = rng.integers(len(chunk.lines), size=number)
        columns = (chunk.pictures, chunk.rows, chunk.lines, chunk.colour)
        return tuple(torch.from_numpy(column[chosen]) for column in columns)


def pixels_of(pictures: torch.Tensor) -> torch.Tensor:
    """(n, h, w, 3) uint8 → (n, 3, h, w) float32 0..255."""
    return pictures.permute(0, 3, 1, 2).float()


def varied(pixels: torch.Tensor) -> torch.Tensor:
    """The same samples a little different each time: light, colour, noise, and each corner somewhere else."""
    number = len(pixels)
    gain = torch.empty(number, 3, 1, 1).uniform_(0.85, 1.15) * torch.empty(number, 1, 1, 1).uniform_(0.6, 1.2)
    noise = torch.randn_like(pixels) * torch.empty(number, 1, 1, 1).uniform_(0, 6)
    placed = functional.grid_sample(pixels, _bent_grid(pixels), padding_mode="border", align_corners=False)
    return (placed * gain + noise).clamp(0, 255)


def _bent_grid(pixels: torch.Tensor) -> torch.Tensor:
    """(n, h, w, 2) where each picture is looked at: bilinear between four strayed corners."""
    number, _, height, width = pixels.shape
    stray = torch.randn(number, 2, 2, 2) * torch.empty(number, 1, 1, 1).uniform_(0, 1) * torch.tensor(STRAY) + OUTWARD
    corners = torch.tensor([[[-1.0, -1.0], [1.0, -1.0]], [[-1.0, 1.0], [1.0, 1.0]]])
    moved = (corners * (1 + stray)).permute(0, 3, 1, 2)
    return functional.interpolate(moved, (height, width), mode="bilinear", align_corners=True).permute(0, 2, 3, 1)


def loss_of(network: Any, batch: Batch) -> torch.Tensor:
    """Connectionist temporal classification of each row, and cross entropy of lines and colour."""
    pictures, rows, lines, colour = batch
    characters, line_scores, colour_scores = split(network(varied(pixels_of(pictures))))
    spoken = functional.log_softmax(characters, 3).flatten(0, 1).transpose(0, 1)
    targets = rows.flatten(0, 1).long()
    columns = torch.full((len(targets),), COLUMNS)
    lengths = (targets != BLANK).sum(1)
    text = functional.ctc_loss(spoken, targets, columns, lengths, BLANK, "sum", zero_infinity=True) / len(pictures)
    line_loss = functional.cross_entropy(line_scores, lines.long() - 1, ignore_index=-1, reduction="sum")
    colour_loss = functional.cross_entropy(colour_scores, colour.long(), ignore_index=-1, reduction="sum")
    return text + (WEIGHT_OF_LINES * line_loss + WEIGHT_OF_COLOUR * colour_loss) / len(pictures)


def outputs_of(network: Any, samples: Samples) -> torch.Tensor:
    pictures = torch.from_numpy(samples.pictures)
    with torch.no_grad():
        return torch.cat([network(pixels_of(pictures[at : at + 128])) for at in range(0, len(pictures), 128)])


def figures(network: Any, sets: dict[str, Samples]) -> dict[str, float]:
    """Share read exactly, and right in lines and colour, of each set."""
    found = {}
    for name, samples in sets.items():
        characters, line_scores, colour_scores = split(outputs_of(network, samples))
        best = characters.argmax(3).numpy()
        read = ["".join(ALPHABET[code - 1] for row in rows for code in greedy(row)) for rows in best]
        right = [one == truth for one, truth in zip(read, samples.texts(), strict=True)]
        found[f"{name}: exact"] = float(np.mean(right))
        found[f"{name}: lines"] = float((line_scores.argmax(1).numpy() + 1 == samples.lines).mean())
        found[f"{name}: colour"] = float((colour_scores.argmax(1).numpy() == samples.colour).mean())
    return found


@dataclass(frozen=True, slots=True)
class Beginning:
    """start: weights of an earlier run; finder: what cuts hung plates out. None: random weights, the finder that ships.
    note: what the card says besides."""

    start: Path | None = None
    finder: Path | None = None
    note: str = ""


def train(data: Path, out: Path, recipe: SmallRecipe, amounts: Amounts, begin: Beginning) -> SmallRun:
    """The whole run: samples, training, thresholds, files. Raise DatasetError where the real set is missing."""
    samples = out / "samples"
    report = prepare(data, samples, amounts, begin.finder)
    print(report.sentence(), flush=True)
    chosen_by = garage_samples(data, Part.CHOOSE, ReadReport())
    drawn = load_samples([samples / "check-0000.npz"])
    found = sorted(samples.glob("chosen-*.npz"))
    hung = {HUNG: load_samples(found)} if found else {}
    others = {"drawn": drawn, **hung}
    shown = {"garage, choosing part": pack(chosen_by), **{name: one.first(SHOWN) for name, one in others.items()}}
    torch.manual_seed(recipe.seed)
    network = PlateReaderNetwork()
    if begin.start is not None:
        load_weights(network, begin.start)
    run = SmallRun(network, recipe, out)
    run.resume()
    train_small("plate reader", run, Pool(samples).batch, loss_of, lambda network: figures(network, shown), 200)
    source = retaken(chosen_by, np.random.default_rng(recipe.seed))
    sets = {CHOSEN_BY: pack([next(source) for _ in range(amounts.chunk)]), **others}
    ship(run, sets, {name: outputs_of(run.average, one) for name, one in sets.items()}, report, begin.note)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with plates/vn_crops_hcmc_garage")
    parser.add_argument("--out", type=Path, default=Path("runs/plate-reader"))
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--peak-rate", type=float, default=2.5e-3)
    parser.add_argument("--note", default="", help="what the card says besides, such as the run before this one")
    add_amounts(parser)
    parser.add_argument("--start", type=Path, help="plate-reader.weights.npz of an earlier run to begin from")
    parser.add_argument("--save-every-s", type=float, default=30.0, help="seconds from checkpoint to checkpoint")
    given = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    recipe = SmallRecipe(given.steps, given.batch, given.peak_rate, weight_decay=1e-2, save_every_s=given.save_every_s)
    amounts = Amounts(given.drawn, given.real, given.hung, chunk=given.chunk)
    try:
        train(given.data, given.out, recipe, amounts, Beginning(given.start, given.finder, given.note))
    except ModelsError as error:
        parser.exit(2, f"models.train.plate_reader: {error}\n")


if __name__ == "__main__":
    main()
