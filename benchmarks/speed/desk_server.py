"""A real centre for the desk's benchmarks: `ngatu serve` as its own processes, with accounts, devices and cases."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk_cases import DISTRICTS, Filling, district_name, fill
from violations.accounts.devices import Device, enrol
from violations.accounts.passwords import hash_password
from violations.accounts.sessions import begin_session
from violations.cases.states import Role
from violations.store.account_tables import UserRow
from violations.store.database import open_database, writing
from violations.store.evidence_files import EvidenceShelf

START_S = 120.0
STOP_S = 30.0
PASSWORD = "correct horse battery staple"  # noqa: S105  of accounts that live for a minute
OFFICE = "director"


@dataclass(frozen=True, slots=True)
class Centre:
    """A running server. sessions: the cookie of each reviewer by name; tokens: of each device by district."""

    url: str
    database: str
    data: Path
    pid: int
    sessions: Mapping[str, str]
    tokens: Mapping[str, str]


def furnish(database: str, data: Path, filling: Filling, reviewers: int) -> tuple[dict[str, str], dict[str, str]]:
    """Cases, reviewers with their sessions, and a device for each district, straight into the database.

    Sessions are begun here, not by fifty sign-ins at once: a day begins with one sign-in a person, not with a flood.
    """
    engine = open_database(database)
    now = datetime.now(UTC)
    fill(engine, EvidenceShelf(engine, data / "evidence"), filling, now, data / "packages")
    hashed, sessions, tokens = hash_password(PASSWORD), {}, {}
    with writing(engine) as session:
        for number in range(reviewers):
            name = f"reviewer{number:02d}"
            row = UserRow(name=name, password=hashed, roles=[Role.REVIEWER.value], districts=None, office=OFFICE)
            row.disabled, row.created_at, row.changed_at = False, now, now
            session.add(row)
            session.flush()
            sessions[name] = begin_session(session, name, None, now)
        for number in range(DISTRICTS):
            district = district_name(number)
            tokens[district] = enrol(session, Device(f"box-{district}", district, None, False, now))
    engine.dispose()
    return sessions, tokens


@contextmanager
def serve(
    database: str, data: Path, sessions: Mapping[str, str], tokens: Mapping[str, str], workers: int
) -> Iterator[Centre]:
    """The server's own words about what it lacks become the BenchmarkError."""
    command = [sys.executable, "-m", "edge.cli.main", "serve", "--db", database, "--data", str(data), "--port", "0"]
    command += ["--workers", str(workers), "--json"]
    with (
        (data / "serve.log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,  # noqa: S603  our own
    ):
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                said = (data / "serve.log").read_text("utf-8").strip()[-500:]
                raise BenchmarkError(f"ngatu serve: wanted it to start, found: {said}")
            url = json.loads(line)["url"]
            _wait(url)
            yield Centre(url, database, data, process.pid, sessions, tokens)
        finally:
            process.terminate()
            process.wait(STOP_S)


def _wait(url: str) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        try:
            if httpx.get(f"{url}/healthz", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise BenchmarkError(f"ngatu serve: wanted an answer within {START_S:g} s, found none")


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds and resident megabytes of a process with all that it started."""

    cpu_s: float
    memory_mb: float


def use_of(pid: int) -> Use:
    """From /proc; a process that has ended counts nothing."""
    cpu_s = memory_mb = 0.0
    for one in (pid, *_below(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
        cpu_s += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        memory_mb += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Use(cpu_s, memory_mb)


def _below(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from _below(child)
