"""The plate reader's network: a small picture in, for two rows of columns the chance of every character out.

Each column of the features looks up and down its height and takes what the upper and what the lower row of text needs,
so slanted rows and one-line plates (whose lower row stays blank) need no cutting beforehand.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.train.plate_reader_samples import HEIGHT_PX, WIDTH_PX
from vision.plates.text import ALPHABET, GROUNDS

CLASSES = len(ALPHABET) + 1
ROWS = 2
LINE_CHOICES = 2
TINTS = 4
"""The ground's colour is looked for in so many by so many patches of the picture itself."""
BLANK = 0
COLUMNS = WIDTH_PX // 4
FEATURE_ROWS = HEIGHT_PX // 8


class Step(nn.Sequential):
    """Convolution, normalisation, ReLU."""

    def __init__(self, inside: int, outside: int, size: tuple[int, int] = (3, 3), stride: Any = 1) -> None:
        pad = (size[0] // 2, size[1] // 2)
        super().__init__(
            nn.Conv2d(inside, outside, size, stride, pad, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
        )


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = Step(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(features + self.second(self.first(features)))


class PlateReaderNetwork(nn.Module):
    """(n, 3, HEIGHT_PX, WIDTH_PX) float32 RGB 0..255 → (n, ROWS · COLUMNS · CLASSES + 2 + grounds) logits.

    Class 0 of a column is blank. The picture's own mean and spread are taken out first: night and day look alike.
    """

    def __init__(self, width: int = 40, depth: int = 1) -> None:
        super().__init__()
        deep = 2 * width
        self.stem = nn.Sequential(Step(3, width // 2, stride=2), Step(width // 2, width, stride=2), Residual(width))
        self.body = nn.Sequential(Step(width, deep, stride=(2, 1)), *(Residual(deep) for _ in range(depth)))
        self.height_scores = nn.Conv2d(deep, ROWS, 3, 1, 1)
        self.height_place = nn.Parameter(torch.linspace(-1, 1, FEATURE_ROWS).view(1, 1, -1, 1) * _row_leaning())
        self.whole = nn.Sequential(nn.Linear(2 * deep, deep), nn.ReLU(inplace=True))
        self.whole_to_columns = nn.Linear(deep, ROWS * deep)
        self.along = Step(deep, deep, (1, 5))
        self.classify = nn.Conv2d(deep, CLASSES, 1)
        self.lines = nn.Linear(deep, LINE_CHOICES)
        self.colour = nn.Sequential(
            nn.Linear(deep + 3 * TINTS**2, deep), nn.ReLU(inplace=True), nn.Linear(deep, len(GROUNDS))
        )

    def forward(self, pixels: Tensor) -> Tensor:
        mean = pixels.mean((1, 2, 3), keepdim=True)
        spread = ((pixels - mean) ** 2).mean((1, 2, 3), keepdim=True).sqrt()
        even = (pixels - mean) / (spread + 4.0)
        features = self.body(self.stem(even))
        look = torch.softmax(self.height_scores(features) + self.height_place, 2)
        rows = torch.stack([(features * look[:, row : row + 1]).sum(2) for row in range(ROWS)], 2)
        whole = self.whole(torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1))
        rows = rows + self.whole_to_columns(whole).view(-1, rows.shape[1], ROWS, 1)
        columns = self.classify(self.along(rows)).permute(0, 2, 3, 1)
        tints = functional.avg_pool2d(even, (HEIGHT_PX // TINTS, WIDTH_PX // TINTS)).flatten(1)
        colour = self.colour(torch.cat([whole, tints], 1))
        return torch.cat([columns.flatten(1), self.lines(whole), colour], 1)


def _row_leaning() -> Tensor:
    """At the start the upper row looks up and the lower row looks down."""
    return torch.tensor([-1.0, 1.0]).view(1, ROWS, 1, 1)


def split(output: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The parts of the network's output: characters (n, ROWS, COLUMNS, CLASSES), lines (n, 2), colour (n, grounds)."""
    end = ROWS * COLUMNS * CLASSES
    characters = output[:, :end].view(-1, ROWS, COLUMNS, CLASSES)
    return characters, output[:, end : end + LINE_CHOICES], output[:, end + LINE_CHOICES :]
