"""PostgreSQL's own programs pg_dump and pg_restore, with the password kept out of the process list."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from violations.store.errors import BackupError

DEBIAN = Path("/usr/lib/postgresql")


def dump(url: URL, file: Path) -> None:
    """The whole database in pg_dump's custom format, one consistent snapshot. Raises BackupError."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def restore(file: Path, url: URL) -> None:
    """Into an empty database, all or nothing. Raises BackupError."""
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", url, *options, str(file))


def _run(program: str, url: URL, *options: str) -> None:
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [_place_of(program), f"--dbname={address}", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 — our words
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise BackupError(f"{program}: wanted it to end well, found: {said[0]}")


def _place_of(program: str) -> str:
    """From the PATH, else Debian's newest."""
    found = shutil.which(program) or max(map(str, DEBIAN.glob(f"*/bin/{program}")), default=None)
    if found is None:
        raise BackupError(
            f"{program}: wanted PostgreSQL's programs on this machine, found none; apt-get install postgresql-client"
        )
    return found
