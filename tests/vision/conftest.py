"""The models that ship."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def weights() -> Path:
    """The folder of networks and cards."""
    return Path(__file__).parents[2] / "models/weights"
