"""Many timings as one figure with its spread, and the frame that every benchmark of speed puts around its figures."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.report import circumstances, table


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and the middle four fifths of `count` samples, in the unit the name around it says."""

    median: float
    p10: float
    p90: float
    count: int

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.p10:.3g} … {self.p90:.3g})"


def spread(samples: Sequence[float]) -> Spread:
    """ValueError without a sample."""
    if not len(samples):
        raise ValueError("samples: wanted at least one, found none")
    p10, median, p90 = np.percentile(np.asarray(samples, np.float64), [10, 50, 90]).tolist()
    return Spread(round(median, 4), round(p10, 4), round(p90, 4), len(samples))


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """None where either was not measured."""
    return round(ours / theirs, 3) if ours is not None and theirs else None


def give_out(figures: dict[str, Any], rows: Sequence[Sequence[object]], head: Sequence[str], *, as_json: bool) -> None:
    """Print the figures as JSON with the machine and commit, or as a table with the same below it."""
    made = circumstances()
    if as_json:
        json.dump({"made": asdict(made), "command": command(), **figures}, sys.stdout, indent=1, default=_plain)
        print()
        return
    print(table(head, rows))
    for what, why in figures.get("left_out", {}).items():
        print(f"left out: {what}: {why}")
    print(f"{made.sentence()}; {command()}")


def command() -> str:
    """How this run was started, without the place of the interpreter."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return " ".join(["python -m", spec.name if spec else sys.argv[0], *sys.argv[1:]])


def _plain(value: object) -> object:
    if isinstance(value, Spread):
        return asdict(value)
    raise TypeError(f"{type(value).__name__}: cannot be written as JSON")
