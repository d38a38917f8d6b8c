"""Commands about a centre say so where there is none, and leave nothing behind."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from centre import audit_cli, backup_cli, devices_cli, users_cli

RUN = CliRunner()


@pytest.mark.parametrize(
    ("app", "words"),
    [
        (backup_cli.app, ["backup", "copy"]),
        (audit_cli.app, ["audit", "verify"]),
        (users_cli.app, ["users", "list"]),
        (devices_cli.app, ["devices", "list"]),
    ],
)
def test_where_no_centre_is_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: object, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = RUN.invoke(app, [*words, "--data", "nowhere"])
    assert (answer.exit_code, "found no ngatu.db" in answer.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    first = ["users", "add", "an", "--role", "admin", "--data", str(tmp_path), "--password-stdin"]
    assert RUN.invoke(users_cli.app, first, input="một mật khẩu đủ dài 1\n").exit_code == 0
    answer = RUN.invoke(backup_cli.app, ["backup", "/proc/x", "--data", str(tmp_path)])
    assert (answer.exit_code, "/proc/x" in answer.stderr) == (2, True)
