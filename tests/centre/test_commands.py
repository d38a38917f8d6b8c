"""The console's commands: users, devices, cameras and the audit log, each with JSON and with sentences."""

import json
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from centre import audit_cli, backup_cli, devices_cli, users_cli
from violations.accounts.devices import device_of_token
from violations.accounts.sessions import prove
from violations.evidence.keys import load_or_make_key
from violations.store.database import open_database

PASSWORD = "đèn đỏ thì dừng lại"
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    """`run("users", "list")`: the JSON it printed. `fails` is the exit code that is wanted instead."""
    app = typer.Typer()
    for one in (users_cli.app, devices_cli.app, audit_cli.app, backup_cli.app):
        app.registered_groups.extend(one.registered_groups)
        app.registered_commands.extend(one.registered_commands)

    def run(*words, said=None, fails=0, as_json=True):
        options = ["--data", str(tmp_path), *(["--json"] if as_json else [])]
        result = CliRunner().invoke(app, [*words, *options], input=said)
        assert result.exit_code == fails, result.output
        return result.stderr if fails else json.loads(result.stdout) if as_json else result.stdout

    return run


@pytest.fixture
def lan(run):
    return run(
        "users", "add", "lan", "--role", "reviewer", "--district", "HK", "--password-stdin", said=f"{PASSWORD}\n"
    )


def sign_in(tmp_path, noon, password):
    engine = open_database(f"sqlite:///{tmp_path / 'ngatu.db'}")
    try:
        return prove(engine, "lan", password, "-", noon)
    finally:
        engine.dispose()


def test_an_account_is_made_listed_changed_and_locked(run, lan, tmp_path, noon):
    assert lan == {"name": "lan", "roles": ["reviewer"], "districts": ["HK"], "office": None, "disabled": False}
    assert sign_in(tmp_path, noon, PASSWORD).name == "lan"
    changed = run("users", "roles", "lan", "--role", "reviewer", "--role", "supervisor")
    assert (changed["roles"], changed["districts"]) == (["reviewer", "supervisor"], None)
    run("users", "passwd", "lan", "--password-stdin", said="một mật khẩu khác\n")
    assert sign_in(tmp_path, noon, "một mật khẩu khác").name == "lan"
    assert run("users", "disable", "lan")["disabled"] is True
    assert run("users", "disable", "lan", "--enable")["disabled"] is False
    assert run("users", "list") == {"users": [changed]}
    assert "all districts" in run("users", "list", as_json=False)


def test_a_password_is_asked_for_twice_and_never_shown(run, tmp_path, noon):
    said = run("users", "add", "lan", "--role", "viewer", said=f"{PASSWORD}\n{PASSWORD}\n", as_json=False)
    assert PASSWORD not in said
    assert sign_in(tmp_path, noon, PASSWORD).name == "lan"


@pytest.mark.parametrize(
    ("words", "said", "sentence"),
    [
        (("users", "add", "lan", "--role", "viewer", "--password-stdin"), f"{PASSWORD}\n", "found an account with it"),
        (("users", "add", "mai", "--role", "viewer", "--password-stdin"), "short\n", "wanted 12 to 200 characters"),
        (("users", "add", "m i", "--role", "viewer", "--password-stdin"), f"{PASSWORD}\n", "found 'm i'"),
        (("users", "passwd", "nobody", "--password-stdin"), f"{PASSWORD}\n", "found none with it"),
        (("users", "disable", "nobody"), None, "found none with it"),
        (("users", "add", "mai", "--role", "device", "--password-stdin"), f"{PASSWORD}\n", "found device"),
        (("devices", "add", "box", "--district", "a b"), None, "district: wanted"),
        (("devices", "renew", "nobody"), None, "found none with it"),
        (("audit", "verify", "--anchors", "/no/such/file"), None, "anchors /no/such/file"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(run, lan, words, said, sentence):
    assert sentence in " ".join(run(*words, said=said, fails=2).split())
    assert run("users", "list")["users"] == [lan]


def test_a_devices_token_is_shown_once_and_can_be_renewed_and_taken_away(run, tmp_path):
    key = load_or_make_key(tmp_path / "device.key")
    token = run("devices", "add", "box", "--district", "HK", "--key", str(tmp_path / "device.pub"))["token"]
    listed = run("devices", "list")
    assert listed == {"devices": [{"name": "box", "district": "HK", "key": key.public.hex, "disabled": False}]}
    assert token not in json.dumps(listed)
    other = run("devices", "renew", "box")["token"]
    engine = open_database(f"sqlite:///{tmp_path / 'ngatu.db'}")
    assert (device_of_token(engine, token, NOW), device_of_token(engine, other, NOW).name) == (None, "box")
    run("devices", "disable", "box")
    assert device_of_token(engine, other, NOW) is None
    engine.dispose()


def test_a_camera_is_given_to_a_district(run):
    assert run("cameras", "assign", "cam1", "HK") == {"camera": "cam1", "district": "HK", "cases_moved": 0}
    run("cameras", "assign", "cam1", "BD")
    assert run("cameras", "list") == {"cameras": {"cam1": "BD"}}


def test_a_camera_is_given_its_place(run):
    placed = run("cameras", "place", "cam1", "21.0287", "105.8524", "--error", "15")
    assert placed == {"camera": "cam1", "north_deg": 21.0287, "east_deg": 105.8524, "error_m": 15.0}
    said = run("cameras", "place", "cam1", "105.8524", "21.0287", fails=2)
    assert "camera cam1: place: wanted degrees north within 90" in said


def test_every_change_is_in_the_log_and_the_log_is_whole_and_anchored(run, lan, tmp_path):
    run("users", "roles", "lan", "--role", "viewer")
    run("devices", "add", "box", "--district", "HK")
    report = run("audit", "verify")
    assert (report["whole"], report["entries"], report["anchored"]) == (True, 3, 0)
    anchors = tmp_path / "anchors.jsonl"
    run("audit", "anchor", "--out", str(anchors), as_json=False)
    run("audit", "anchor", "--out", str(anchors), "--key", str(tmp_path / "auditor.key"), as_json=False)
    run("users", "disable", "lan")
    report = run("audit", "verify", "--anchors", str(anchors))
    assert (report["whole"], report["entries"], report["anchored"]) == (True, 4, 3)
    said = run("audit", "verify", "--anchors", str(anchors), "--key", str(tmp_path / "auditor.pub"), fails=2)
    assert "line 1" in said


def test_a_log_that_was_changed_ends_with_exit_code_1(run, lan, tmp_path):
    run("users", "disable", "lan")
    engine = open_database(f"sqlite:///{tmp_path / 'ngatu.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        connection.exec_driver_sql("DELETE FROM audit WHERE id = 1")
    engine.dispose()
    run("audit", "verify", fails=1)
    run("audit", "verify", fails=1, as_json=False)
