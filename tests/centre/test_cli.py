"""`ngatu serve` as a process: it starts, keeps what it acknowledged, stops when told, and says why it cannot."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from hashlib import sha256
from shutil import which

import httpx
import pytest
from typer.testing import CliRunner

from centre.cli import app
from centre.serve import is_loopback

COMMAND = [sys.executable, "-m", "centre.cli", "serve", "--port", "0", "--json"]

OPENSSL = [
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=127.0.0.1",
]
OPENSSL += ["-addext", "subjectAltName=IP:127.0.0.1"]


def start(*options):
    process = subprocess.Popen([*COMMAND, *map(str, options)], stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())["url"]


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    process.stdout.close()
    return process.wait(timeout=30)


def send(url, event):
    answer = httpx.post(f"{url}/api/events", json={"events": [event]}, timeout=30)
    assert answer.json()["acknowledged"] == [event["id"]]


@pytest.mark.timeout(240)
def test_several_workers_answer_on_one_port_and_stop_together(data_folder, make_counts):
    process, url = start("--data", data_folder, "--workers", "2")
    try:
        # They are called ready before they are: who asks early waits.
        answer = httpx.get(f"{url}/healthz", timeout=120)
        assert answer.json()["status"] == "ok"
        for number in range(5):
            send(url, make_counts("cam1", number, {}))
    finally:
        code = stop(process)
    assert code == 0


def test_what_was_acknowledged_is_there_after_a_stop_and_after_a_kill(data_folder, make_counts):
    content = b"a still"
    name = sha256(content).hexdigest()
    process, url = start("--data", data_folder)
    try:
        httpx.put(f"{url}/api/media/{name}", content=content, timeout=30).raise_for_status()
        send(url, make_counts("cam1", 1, {"left_to_right": {"car": 3}}))
    finally:
        assert stop(process) == 0
    process, url = start("--data", data_folder)
    send(url, make_counts("cam1", 2, {}))
    assert stop(process, signal.SIGKILL) == -signal.SIGKILL
    process, url = start("--data", data_folder)
    try:
        rows = httpx.get(f"{url}/api/counts", timeout=30).json()["rows"]
        assert [row["counts"] for row in rows] == [{"left_to_right": {"car": 3}}, {}]
        assert httpx.get(f"{url}/api/evidence/{name}", timeout=30).content == content
    finally:
        assert stop(process, signal.SIGINT) == 0


def test_what_arrived_of_a_file_before_the_line_broke_is_kept(data_folder):
    content = bytes(range(256)) * 40
    path = f"/api/media/{sha256(content).hexdigest()}"
    process, url = start("--data", data_folder)
    try:
        head = f"PATCH {path} HTTP/1.1\r\nhost: localhost\r\nupload-offset: 0\r\nupload-length: {len(content)}\r\n"
        with socket.create_connection(("127.0.0.1", httpx.URL(url).port)) as line:
            line.sendall(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content[:3000])
            while httpx.get(url + path, timeout=30).json()["received_bytes"] != 3000:
                time.sleep(0.01)
        headers = {"upload-offset": "3000", "upload-length": str(len(content))}
        while (
            answer := httpx.patch(url + path, content=content[3000:], headers=headers, timeout=30)
        ).status_code == 409:
            time.sleep(0.01)
        assert answer.json()["whole"] is True
        assert httpx.get(url + path.replace("media", "evidence"), timeout=30).content == content
    finally:
        stop(process)


def refused(*options):
    """What a start that must fail says; it has to fail before it serves."""
    result = CliRunner().invoke(app, ["serve", *map(str, options)])
    assert result.exit_code == 2, result.output
    return result.output


def test_a_port_in_use_is_said_plainly(data_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1 port {port}" in refused("--data", data_folder, "--port", port)


def test_a_data_folder_that_cannot_be_written_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert "--data" in refused("--data", tmp_path / "file" / "x")


@pytest.mark.parametrize("url", ["nonsense", "mysql://h/d", "sqlite://", "sqlite:////no/such/x.db"])
def test_a_bad_database_url_is_said_plainly(data_folder, url):
    assert "database" in refused("--data", data_folder, "--port", 0, "--db", url)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "centre.example"])
def test_listening_beyond_this_machine_must_be_said(data_folder, host):
    assert "--open-to-network" in refused("--data", data_folder, "--host", host)
    assert not data_folder.exists()


def test_others_reach_only_a_centre_with_accounts(data_folder):
    said = refused("--data", data_folder, "--host", "127.0.0.1", "--port", 0, "--open-to-network")
    assert "ngatu users add" in said


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)],
)
def test_this_machine_is_told_from_the_network(host, inside):
    assert is_loopback(host) is inside


def test_half_of_a_certificate_is_refused(data_folder, tmp_path):
    assert "together" in refused("--data", data_folder, "--tls-cert", tmp_path / "c.pem")
    (tmp_path / "c.pem").write_text("not a certificate")
    both = ("--tls-cert", tmp_path / "c.pem", "--tls-key", tmp_path / "c.pem")
    assert "TLS" in refused("--data", data_folder, *both)


@pytest.mark.skipif(which("openssl") is None, reason="makes its certificate with the openssl command")
def test_with_a_certificate_it_speaks_tls(data_folder, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [*OPENSSL, "-keyout", key, "-out", cert],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    process, url = start("--data", data_folder, "--tls-cert", cert, "--tls-key", key)
    try:
        answer = httpx.get(f"{url}/healthz", verify=ssl.create_default_context(cafile=str(cert)), timeout=30)
        assert url.startswith("https://")
        assert "max-age" in answer.headers["strict-transport-security"]
    finally:
        stop(process)
