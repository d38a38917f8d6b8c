"""SUMO in an environment of its own for each version, made on first use: `.sumo/1.28.0`, `.sumo/1.9.1`.

They are not part of `.venv`: SUMO with its tools takes most of a gigabyte, and the product needs none of it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from rich.console import Console

from benchmarks.errors import BenchmarkError

CACHE = Path(__file__).parents[3] / ".sumo"
# 1.9.1, of 2021, is the one that papers used; its tools come in the same wheel, its Python client beside it.
WANTED = {
    "1.28": ("eclipse-sumo==1.28.0", "libsumo==1.28.0"),
    "1.9.1": ("eclipse-sumo==1.9.1", "traci==1.9.1", "sumolib==1.9.1"),
}


@dataclass(frozen=True, slots=True)
class Sumo:
    """version as asked for; home: SUMO_HOME; client: libsumo, or traci where there is none for that version."""

    version: str
    home: Path
    packages: Path
    client: str

    def program(self, name: str) -> str:
        return str(self.home / "bin" / name)

    def api(self) -> ModuleType:
        """The client, imported from this environment. One version per process."""
        os.environ["SUMO_HOME"] = str(self.home)
        if str(self.packages) not in sys.path:
            sys.path.append(str(self.packages))
        return import_module(self.client)


def installed(version: str, cache: Path | None = None) -> Sumo | None:
    """The environment, if it has been made."""
    folder = _folder(version, cache)
    home = folder / "sumo"
    if not (home / "bin" / "sumo").exists():
        return None
    return Sumo(version, home, folder, "libsumo" if any("libsumo" in each for each in WANTED[version]) else "traci")


def environment(version: str, cache: Path | None = None) -> Sumo:
    """The environment, made first if need be (a download of 50 to 300 MB). Raises BenchmarkError."""
    if version not in WANTED:
        raise BenchmarkError(f"--sumo: wanted one of {', '.join(WANTED)}, found {version}")
    folder = _folder(version, cache)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _make(folder, version)
    found = installed(version, cache)
    if found is None:
        raise BenchmarkError(f"{folder}: wanted SUMO {version} in it, found none; remove {folder} and try again")
    return found


def _folder(version: str, cache: Path | None) -> Path:
    return (cache or Path(os.environ.get("NGATU_SUMO_CACHE", CACHE))) / version


def _make(folder: Path, version: str) -> None:
    """Beside its place first, then moved there whole: one that is there is complete."""
    console, new = Console(stderr=True), folder.with_name(f"{version}.new")
    shutil.rmtree(new, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(new)]
    with console.status(f"SUMO {version}: making {folder} (once; a download of up to 300 MB)"):
        done = subprocess.run(  # noqa: S603  our own interpreter, packages named above
            [*command, *WANTED[version]], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise BenchmarkError(f"SUMO {version} could not be installed: {done.stderr.strip()[-500:]}")
    new.rename(folder)
    console.print(f"SUMO {version}: ready in {folder}")
