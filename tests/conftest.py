"""Fixtures every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the engine remembers of this machine must not depend on who else used it, nor be changed by tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real videos, images and reference weights named by NGATU_TEST_DATA.

    Never part of the repository: where it is absent, the tests that need it skip and say so; CI has it.
    """
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("NGATU_TEST_DATA does not name a folder with the real test data")
    return Path(folder)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """The one Chromium of a file: while Playwright's loop is open, its thread can hold no other loop."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: wanted Debian's chromium at {CHROMIUM}; apt-get install chromium")
    # The trainers' environment reads this file too, and has no browser.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
