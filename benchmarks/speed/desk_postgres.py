"""A real PostgreSQL of the benchmark's own: its files in a folder, a Unix socket, and its usual care for power cuts.

Debian's binaries refuse to run as root; then they run as the user `nobody`, who gets the folder.
"""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.errors import BenchmarkError

PATIENCE_S = 30
POLL_S = 0.05
SETTINGS = {"listen_addresses": "", "shared_buffers": "256MB", "max_connections": "100"}


@contextmanager
def postgres(parent: Path | None = None) -> Iterator[tuple[str, int]]:
    """The URL of an empty database, and the server's process number. Raises BenchmarkError where there is none."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    if programs is None:
        raise BenchmarkError("PostgreSQL: wanted its server under /usr/lib/postgresql, found none")
    # Not below a long folder: the path of a Unix socket has 107 bytes at most.
    with TemporaryDirectory(prefix="ngatu-pg-", dir=parent) as name:
        folder, as_whom = Path(name), _whom(Path(name))
        _initdb(programs, folder, as_whom)
        settings = {**SETTINGS, "unix_socket_directories": name}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [str(programs.parent / "postgres"), "-D", str(folder / "data"), *options]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=folder, stderr=log, **as_whom)  # noqa: S603  our own command
        try:
            _wait(server, programs.parent, folder)
            yield f"postgresql://postgres@/postgres?host={name}", server.pid
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(PATIENCE_S)


def _whom(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initdb(initdb: Path, folder: Path, as_whom: dict[str, Any]) -> None:
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    command = [str(initdb), "-D", str(folder / "data"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **as_whom)  # noqa: S603
    if done.returncode:
        raise BenchmarkError(f"initdb: wanted a new database folder, found: {done.stderr.strip()[-300:]}")


def _wait(server: subprocess.Popen[bytes], programs: Path, folder: Path) -> None:
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
    until_s = time.monotonic() + PATIENCE_S
    while subprocess.run(ready, check=False).returncode:  # noqa: S603  our own command
        if server.poll() is not None or time.monotonic() > until_s:
            raise BenchmarkError(f"PostgreSQL: wanted it to start, found: {(folder / 'log').read_text()[-300:]}")
        time.sleep(POLL_S)
