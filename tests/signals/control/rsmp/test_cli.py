"""The two commands: a pair of processes that find each other, and one sentence for whatever is wrong."""

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
from signals.control.rsmp.errors import RsmpError
from signals.control.rsmp.options import address, codes_from, kept_from, site_entry
from signals.control.rsmp.site.site import BUFFERED
from signals.control.rsmp.sxl.statuses import STATUSES


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "signals.control.cli", "signals", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_site_and_a_supervisor_find_each_other(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    codes = tmp_path / "codes"
    codes.write_text("1111\n2222\n", encoding="utf-8")
    faults, audit = tmp_path / "faults", tmp_path / "audit"
    faults.write_text("mains\n", encoding="utf-8")
    with (
        started("rsmp-supervisor", "--listen", place, "--site", "RN+SI0001=1.1", "--json",
                "--acknowledge", "A0002@TC", "--person", "An", "--audit", str(audit)) as supervisor,
        started("rsmp-site", "--supervisor", place, "--sxl", "1.1", "--core", "3.1.5", "--codes", str(codes),
                "--reconnect", "0.2", "--junction", "bench", "--json", "--buffer", str(tmp_path / "buffer"),
                "--faults", str(faults)) as site,
    ):  # fmt: skip
        assert supervisor.stdout is not None
        assert site.stdout is not None
        told = next(line for each in supervisor.stdout if (line := json.loads(each))["groups"])
        assert (told["connected"], told["core"], told["plan"]) == (True, "3.1.5", "1")
        assert told["alarms"] == ["A0002 TC active acknowledged"]
        assert [json.loads(line)["order"] for line in audit.read_text("utf-8").splitlines()] == [
            "Acknowledge A0002 of TC"
        ]
        shown = next(line for each in site.stdout if (line := json.loads(each))["connected"])
        assert (shown["site"], shown["alarms"]) == ("RN+SI0001", ["A0002 TC"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rsmp-site", "--supervisor", "nowhere"], "Wanted HOST:PORT"),
        (["rsmp-site", "--sxl", "1.3"], "SXL 1.3 is not known"),
        (["rsmp-site", "--keep", "S0001", "--keep", "M0001"], "found 'M0001'"),
        (["rsmp-site", "--core", "3.3.0"], "RSMP 3.3.0 is not known"),
        (["rsmp-site", "--core", "new"], "two or three numbers"),
        (["rsmp-site", "--codes", "/nowhere/codes"], "/nowhere/codes: No such file"),
        (["rsmp-site", "--tls-key", "/nowhere/key"], "together"),
        (["rsmp-site", "--faults", "/nowhere/faults"], "/nowhere/faults: No such file"),
        (["rsmp-site", "--faults", __file__], "test_cli.py, line 1: wanted lamp"),
        (["rsmp-supervisor", "--site", "RN+SI0001"], "Wanted ID=SXL"),
        (["rsmp-supervisor", "--site", "RN+SI0001=1.2", "--suspend", "A9999@TC"], "Wanted CODE@COMPONENT"),
        (["rsmp-supervisor", "--site", "RN+SI0001=1.2", "--acknowledge", "A0002@TC"], "--person and --audit"),
        (["rsmp-supervisor", "--site", "RN+SI0001=9.9"], "SXL 9.9 is not known"),
        (["rsmp-supervisor", "--site", "RN+SI0001=1.2", "--plan", "2"], "--codes and --audit"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["signals", *arguments])
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        result = CliRunner().invoke(app, ["signals", "rsmp-supervisor", "--site", "A=1.2", "--listen", place])
    assert result.exit_code == 2
    assert "in use" in result.output


def test_site_ids_of_the_standard_have_an_equals_sign_of_their_own() -> None:
    site = site_entry("O+14439=481WA001=1.0.13=TLC")
    assert (site.site_id, site.sxl.name, site.main) == ("O+14439=481WA001", "1.0.13", "TLC")
    assert site_entry("RN+SI0001=1.2").main == "TC"


@pytest.mark.parametrize("text", ["host", ":1", "host:70000", "host:-1", "host:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(RsmpError):
        address(text)


def test_codes_are_two_lines_and_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "codes"
    file.write_text("one\n\ntwo\n", encoding="utf-8")
    codes = codes_from(file)
    assert codes.by_level() == {1: "one", 2: "two"}
    assert "one" not in repr(codes)
    file.write_text("one\n", encoding="utf-8")
    with pytest.raises(RsmpError, match="wanted two lines"):
        codes_from(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(RsmpError, match="found what is no text"):
        codes_from(file)


def test_which_statuses_are_kept_can_be_said() -> None:
    assert kept_from(None) == BUFFERED
    assert kept_from(["S0001", "S0014"]) == {"S0001", "S0014"}
    assert kept_from(["all"]) == set(STATUSES)
