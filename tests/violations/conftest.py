"""Real databases of both kinds, a real evidence shelf, and events as agents send them."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import copyfile, disk_usage
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
Raw = dict[str, Any]


@pytest.fixture
def noon() -> datetime:
    """Noon in Hanoi."""
    return NOON


class PostgresServer:
    """A real server of this test session: its own files, a Unix socket, nobody else's data, and no care for power cuts.

    Debian's binaries refuse to run as root; then they run as the user `nobody`, who gets the folder.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._as_whom: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as_whom = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._count = count()
        data = folder / "data"
        self._call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "full_page_writes": "off",
        }
        settings |= {
            "synchronous_commit": "off",
            "shared_buffers": "32MB",
            "max_connections": "60",
            "autovacuum": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            command = [programs / "postgres", "-D", data, *map(str, options)]
            self._server = subprocess.Popen(command, cwd=folder, stderr=log, **self._as_whom)
        while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
            if self._server.poll() is not None:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
            time.sleep(0.05)
        self._sql("CREATE DATABASE migrated")
        open_database(self.url("migrated")).dispose()

    def url(self, name: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def new_database(self, template: str = "migrated") -> str:
        """The name of a fresh copy of the migrated database, or of another."""
        name = f"test_{next(self._count)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(30)

    def _call(self, program: str, *options: object) -> None:
        command = [str(self._programs / program), *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder, **self._as_whom)
        assert done.returncode == 0, done.stderr

    def _sql(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement)


def fast_folder() -> Path | None:
    """In memory, where there is enough of it: copying a database is much faster there. None: the usual place."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and disk_usage(memory).free > 1_000_000_000 else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    if programs is None:
        pytest.skip("no PostgreSQL: wanted its server under /usr/lib/postgresql; apt-get install postgresql")
    # Not below pytest's own folder: the path of a Unix socket has 107 bytes at most.
    with TemporaryDirectory(prefix="ngatu-pg-", dir=fast_folder()) as folder:
        server = PostgresServer(programs.parent, Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind. PostgreSQL is a real server, started once per session."""
    if request.param == "sqlite":
        yield f"sqlite:///{copyfile(migrated, tmp_path / 'centre.db')}"
        return
    server = request.getfixturevalue("postgres")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """For what only SQLite has."""
    return f"sqlite:///{copyfile(migrated, tmp_path / 'centre.db')}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> EvidenceShelf:
    return EvidenceShelf(engine, tmp_path / "evidence", max_file_bytes=10_000)


@pytest.fixture
def make_event() -> Callable[..., Raw]:
    """An envelope around a body, as JSON: `make_event("health", 7, {...}, camera=…, at_s=…)`."""

    def make(kind: str, sequence: int, data: Raw, *, camera: str = "cam1", at_s: float = 0.0) -> Raw:
        return {
            "specversion": "1.0",
            "id": f"{camera}/b1/{sequence}",
            "source": f"/cameras/{camera}",
            "type": f"vn.ngatu.{kind}.v1",
            "time": (NOON + timedelta(seconds=at_s)).isoformat(),
            "datacontenttype": "application/json",
            "camera": camera,
            "boot": "b1",
            "sequence": sequence,
            "data": data,
        }

    return make


@pytest.fixture
def make_health(make_event: Callable[..., Raw]) -> Callable[..., Raw]:
    def make(sequence: int, state: str = "running", **place: Any) -> Raw:
        return make_event("health", sequence, {"state": state, "frames": 100 + sequence}, **place)

    return make


@pytest.fixture
def make_counts(make_event: Callable[..., Raw]) -> Callable[..., Raw]:
    """Counts over [at_s, at_s + length_s) of one line."""

    def make(
        sequence: int,
        counts: Raw,
        *,
        at_s: float = 0.0,
        length_s: float = 15.0,
        line: str = "north",
        coverage: float = 1.0,
        camera: str = "cam1",
    ) -> Raw:
        data = {"line": line, "since_s": at_s, "until_s": at_s + length_s, "coverage": coverage, "counts": counts}
        return make_event("counts", sequence, data, camera=camera, at_s=at_s)

    return make


@pytest.fixture
def files() -> dict[str, bytes]:
    """The files of one finding by what they show."""
    return {"still_at": b"\xff\xd8 a picture", "clip": b"a clip" * 100, "manifest": b'{"files": []}'}


@pytest.fixture
def make_finding(make_event: Callable[..., Raw], files: dict[str, bytes]) -> Callable[..., Raw]:
    def make(sequence: int, at_s: float = 1.5) -> Raw:
        names = {shows: sha256(content).hexdigest() for shows, content in files.items()}
        media = [
            {
                "name": shows,
                "shows": shows,
                "sha256": names[shows],
                "size_bytes": len(content),
                "media_type": "image/jpeg",
            }
            for shows, content in files.items()
        ]
        data = {
            "offence": "red_light",
            "vehicle": "car",
            "track": 4,
            "line": "stop-n",
            "at_s": at_s,
            "measures": [{"name": "into_red", "value": 2.5, "error": 0.1, "unit": "s"}],
            "lamp": {"state": "red", "since_s": 0.0, "until_s": 30.0},
            "package": names["manifest"],
            "media": media,
        }
        return make_event("finding", sequence, data, at_s=at_s)

    return make


@pytest.fixture
def stored_files(shelf: EvidenceShelf, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of one finding, already on the shelf."""
    for content in files.values():
        with shelf.receive(sha256(content).hexdigest()) as upload:
            upload.write(content)
            upload.finish("image/jpeg", NOON)
    return files
