"""A command run as its user types it, in an empty folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

SCREEN_COLUMNS = "250"
"""Wide enough for every table."""


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def typed(tmp_path, monkeypatch) -> Callable[..., Answer]:
    """Run an app with ARGUMENTS; what it raises on purpose has become its exit code, anything else is raised here."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("COLUMNS", SCREEN_COLUMNS)

    def run(app: Typer, *arguments: object) -> Answer:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run
