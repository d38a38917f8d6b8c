"""Figures with the machine, the commit and the command that made them, kept in benchmarks/README.md."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.errors import BenchmarkError

README = Path(__file__).parent / "README.md"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """load: the machine's one-minute load average when the run ended."""

    date: str
    machine: str
    commit: str
    load: float

    def sentence(self) -> str:
        return f"{self.date}, commit {self.commit}, {self.machine}, load {self.load:.1f}"


def circumstances() -> Circumstances:
    return Circumstances(
        date=f"{datetime.now(UTC):%Y-%m-%d}", machine=_machine(), commit=_commit(), load=os.getloadavg()[0]
    )


def _machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} × {names[0] if names else platform.processor()}"


def _commit() -> str:
    """The short hash, with a plus where the tree differs from it; "none" outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],  # noqa: S607  whichever git the developer uses
            cwd=README.parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return found.stdout.strip()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def write_section(name: str, text: str, file: Path = README) -> None:
    """Replace what stands between the marks of section `name`; BenchmarkError where the marks are missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = file.read_text("utf-8")
    if begin not in page or end not in page:
        raise BenchmarkError(f"{file}: wanted the marks '{begin}' and '{end}', found none")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    file.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")
