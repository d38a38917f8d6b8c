"""Fixtures every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Engine

CHROMIUM = Path("/usr/bin/chromium")
HERE = Path(__file__).parent
LONGEST_FILES = (
    "twin/test_demo.py",
    "browser/test_every_page.py",
    "browser/test_scene_editor.py",
    "browser/test_case_life.py",
    "browser/test_hostile_strings.py",
    "centre/test_cli.py",
    "centre/test_schema.py",
    "centre/scenes/test_agent_fetches.py",
    "centre/junctions/test_several_workers.py",
    "edge/cli/test_watch_site.py",
    "edge/cli/test_to_centre.py",
    "edge/cli/test_unsteady.py",
    "edge/cli/test_moved_view.py",
    "violations/evidence/test_bombs.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, or one worker is left alone with them at the end. (`make test` keeps this order.)"""
    places = {HERE / name: place for place, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every migration run, once per session: a test starts from a copy of it."""
    # The trainers' environment reads this file too, and has no database.
    from violations.store.database import open_database

    file = tmp_path_factory.mktemp("migrated") / "centre.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="module")
def quick_tables(migrated: Path) -> Iterator[None]:
    """A centre that would make its SQLite file finds a copy of `migrated` instead: making it is tested elsewhere."""
    from violations.store import database

    def upgrade(engine: "Engine") -> None:
        file = Path(engine.url.database or "")
        if engine.dialect.name == "sqlite" and file.parent.is_dir() and not file.exists():
            copyfile(migrated, file)
        upgraded(engine)

    upgraded = database.upgrade
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "upgrade", upgrade)
        yield


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
