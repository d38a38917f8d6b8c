"""The network that reads a signal head: under 200,000 weights, 64 x 96 pixels in, a probability per state out."""

import torch

from models.datasets.lamp_regions import LAMPS
from models.train.small import conv

WIDTH_PX, HEIGHT_PX = 64, 96


class LampNet(torch.nn.Module):
    """Logits (n, states). The last map keeps its places: which lamp of the three shines is half of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.body = torch.nn.Sequential(
            conv(3, 16, 2), conv(16, 32, 2), conv(32, 56), conv(56, 80, 2), conv(80, 80),
            torch.nn.MaxPool2d(2), conv(80, 24, size=1), torch.nn.Flatten(),
            torch.nn.Dropout(0.2), torch.nn.Linear(24 * (WIDTH_PX // 16) * (HEIGHT_PX // 16), 48), torch.nn.ReLU(),
            torch.nn.Linear(48, len(LAMPS)),
        )  # fmt: skip

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.body(images)


class Shipped(torch.nn.Module):
    """The network as it leaves: probabilities, made as sure as they are right by one temperature."""

    def __init__(self, network: LampNet, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.network(images) / self.temperature, dim=1)
