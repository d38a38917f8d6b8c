"""The two NTCIP commands: a pair of processes that find each other, and one sentence for whatever is wrong."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from signals.control.cli import app


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "signals.control.cli", "signals", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_controller_and_its_watcher_find_each_other(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    keys = tmp_path / "keys"
    keys.write_text("an\nauthentication\nprivacy-key\n", encoding="utf-8")
    common = ("--keys", str(keys), "--at", place, "--junction", "bench")
    with started("ntcip-controller", *common), started("ntcip-watch", *common) as watch:
        assert watch.stdout is not None
        shown = next(line for each in watch.stdout if (line := json.loads(each))["reachable"])
        assert (set(shown["lamps"]), shown["plan"]) == ({"A1", "A2", "B1", "B2"}, 1)


def test_keys_that_are_no_text_are_told(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_bytes(b"\xff\xfe\x00")
    result = CliRunner().invoke(app, ["signals", "ntcip-watch", "--keys", str(keys)])
    assert result.exit_code == 2
    assert "found what is no text" in result.output


@pytest.mark.parametrize(
    ("content", "told"), [("an\nauthentication\n", "three lines"), ("an\nshort\nprivacy-key\n", "8 letters or more")]
)
def test_keys_that_snmp_does_not_take_are_told(tmp_path: Path, content: str, told: str) -> None:
    keys = tmp_path / "keys"
    keys.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["signals", "ntcip-controller", "--keys", str(keys)])
    assert result.exit_code == 2
    assert told in result.output
