"""The command as a whole."""

import json
import subprocess
import sys

import pytest

from edge.cli import exits
from edge.errors import OutboxBroken, OutboxError, OutboxFull, UsageError
from models.errors import RegistryError
from violations.errors import EvidenceBroken, EvidenceError
from vision.errors import SourceError


@pytest.mark.parametrize("command", ["count", "watch", "send", "doctor", "scene", "serve"])
def test_every_command_is_there_and_explains_itself(ngatu, command):
    said = ngatu(command, "--help")
    assert said.code == 0
    assert "--help" in said.out


def test_a_command_waits_for_no_part_that_it_does_not_need():
    program = "import sys; from edge.cli.main import build_app; build_app(['send']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "edge.cli.send" in loaded
    assert {"scipy", "onnxruntime", "sqlalchemy", "fastapi", "edge.cli.watch"}.isdisjoint(loaded)


def test_without_a_command_all_are_told(ngatu):
    told = ngatu("--help").out.split()
    assert {"count", "watch", "scene", "serve", "models", "export", "users", "restore"} <= set(told)


def test_a_command_that_shares_its_entry_point_with_another_is_found(ngatu):
    assert "--help" in ngatu("restore", "--help").out


def test_watch_tells_its_exit_codes(ngatu):
    told = " ".join(ngatu("watch", "--help").out.split())
    for code in (exits.OK, exits.BAD_INPUT, exits.UNSENT, exits.NOT_KEPT, exits.INTERRUPTED):
        assert f" {code} " in told


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OutboxBroken("x"), 4),
        (OutboxFull("x"), 4),
        (EvidenceBroken("x"), 4),
        (OutboxError("x"), 2),
        (EvidenceError("x"), 2),
        (UsageError("x"), 2),
        (SourceError("x"), 2),
        (RegistryError("x"), 2),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_family_of_faults_has_its_exit_code(ngatu, monkeypatch, error, code):
    from edge.cli import doctor

    def fails(*_):
        raise error

    monkeypatch.setattr(doctor, "examine", fails)
    said = ngatu("doctor")
    assert said.code == code
    assert "Traceback" not in said.err


def test_a_mistake_of_ours_is_not_hidden(ngatu, monkeypatch):
    from edge.cli import doctor

    monkeypatch.setattr(doctor, "examine", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ngatu("doctor")


def test_the_doctor_speaks_json_and_says_by_its_code_whether_the_machine_is_fit(ngatu, tmp_path):
    said = ngatu("doctor", "--data", tmp_path, "--json")
    verdicts = {check["verdict"] for check in json.loads(said.out)}
    assert said.code == (1 if "fail" in verdicts else 0)
    assert {"name", "found", "advice"} <= set(json.loads(said.out)[0])


def test_the_doctor_shows_a_table_to_people(ngatu, tmp_path):
    assert "ngatu doctor" in ngatu("doctor", "--data", tmp_path / "[x]").out
