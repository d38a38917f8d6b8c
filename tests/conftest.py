"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real videos, images and reference weights named by NGATU_TEST_DATA.

    Never part of the repository: where it is absent, the tests that need it skip and say so; CI has it.
    """
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("NGATU_TEST_DATA does not name a folder with the real test data")
    return Path(folder)
