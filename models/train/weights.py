"""Weights by name in a plain array file: no pickle, half precision, small enough to keep in the repository."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.errors import ModelsError


def save_weights(network: Any, file: Path) -> None:
    """Every parameter and running figure; floats as float16."""
    arrays = {name: value.detach().cpu().numpy() for name, value in network.state_dict().items()}
    halved = {name: one.astype(np.float16) if one.dtype == np.float32 else one for name, one in arrays.items()}
    np.savez_compressed(file, **halved)


def load_weights(network: Any, file: Path) -> None:
    """Put them into `network`; ModelsError where the file is missing or belongs to another shape of network."""
    if not file.is_file():
        raise ModelsError(f"{file}: wanted weights to start from, found none")
    with np.load(file, allow_pickle=False) as arrays:
        state = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    wanted = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in state.items()}
    if wanted != found:
        raise ModelsError(f"{file}: wanted the weights of this recipe's network, found those of another shape")
    network.load_state_dict(
        {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
    )
