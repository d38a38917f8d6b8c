"""`python -m benchmarks.closed_loop.mutation --json`: how many planted mistakes the tests of guard and plans find.

Each mutant of a file (`mutants.py`) meets the tests named for it below. Equivalent ones, which no test can tell from
the original, are listed with their reason in equivalent.yaml and do not count. mutmut 3 was tried first: it mutates the
bodies of functions alone, and half of what keeps a guard safe are constants of modules and defaults of dataclasses.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from benchmarks.closed_loop.mutation.mutants import Mutant, mutants
from benchmarks.closed_loop.mutation.trial import Order, prepare, trial

ROOT = Path(__file__).parents[3]
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
PLAN, CONTROL = "tests/signals/plan", "tests/signals/control"
TESTS: dict[str, tuple[str, ...]] = {
    "signals/plan/check.py": (f"{PLAN}/test_check_limits.py", f"{PLAN}/test_check.py"),
    "signals/plan/change.py": (f"{PLAN}/test_bounds.py", f"{PLAN}/test_junction.py"),
    "signals/plan/timing.py": (f"{PLAN}/test_bounds.py", f"{PLAN}/test_check.py"),
    "signals/plan/transition.py": (f"{PLAN}/test_transition.py",),
    "signals/control/interlock.py": (f"{CONTROL}/test_interlock.py",),
    "signals/control/monitor.py": (f"{CONTROL}/test_monitor_limits.py", f"{CONTROL}/test_monitor.py"),
    "signals/control/guard.py": (f"{CONTROL}/test_guard_limits.py",),
    "signals/control/overdue.py": (f"{CONTROL}/test_overdue.py",),
    "signals/control/command.py": (f"{CONTROL}/test_command.py",),
    "signals/control/table.py": (
        f"{CONTROL}/test_table.py",
        f"{CONTROL}/test_interlock.py",
        f"{CONTROL}/test_guard.py",
    ),
}

LONG = tuple(
    f"{CONTROL}/test_interlock.py::{name}"
    for name in ("test_nobody_drives_into_a_conflict", "test_a_hundred_thousand_random_steps_show_no_danger")
)
"""Tests left out here, as is test_guard.py: they would take most of the time, and a mutant that they alone find counts
as survived."""


class Equivalent(BaseModel):
    """A mutant that behaves as the original does, and why; the fields are those of `Mutant`."""

    model_config = ConfigDict(extra="forbid")

    file: str
    function: str
    was: str
    becomes: str
    nth: int = 1
    why: str = Field(min_length=10)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        return self.file, self.function, self.was, self.becomes, self.nth


@dataclass(slots=True)
class Score:
    """Of one file. survived: mutants no test told from the original."""

    mutants: int = 0
    equivalent: int = 0
    killed: int = 0
    survived: list[Mutant] | None = None

    @property
    def share(self) -> float:
        """Killed of all that are not equivalent; 1 where there are none."""
        wanted = self.mutants - self.equivalent
        return self.killed / wanted if wanted else 1.0


def equivalents() -> list[Equivalent]:
    return TypeAdapter(list[Equivalent]).validate_python(yaml.safe_load(EQUIVALENT.read_text("utf-8")) or [])


def chosen_mutants(file: str, limit: int | None) -> list[Mutant]:
    """All of a file, or `limit` of them by a draw that is the same every time."""
    everyone = list(mutants(file, (ROOT / file).read_text("utf-8")))
    if limit is None or limit >= len(everyone):
        return everyone
    draw = np.random.default_rng(1).choice(len(everyone), limit, replace=False)
    return [everyone[i] for i in sorted(draw.tolist())]


def score(file: str, limit: int | None) -> Score:
    """Raises SystemExit where the tests fail on the original already."""
    module, order = file.removesuffix(".py").replace("/", "."), Order()
    tests = [*TESTS[file], *(f"--deselect={test}" for test in LONG)]
    original = trial(module, None, tests, order)
    if original.killer is not None:
        raise SystemExit(f"{file}: wanted tests that pass on the source as it is, found {original.killer} failing")
    order.seconds = original.seconds
    same, found = {each.key for each in equivalents()}, Score(survived=[])
    for mutant in chosen_mutants(file, limit):
        found.mutants += 1
        if mutant.key in same:
            found.equivalent += 1
            continue
        killer = trial(module, mutant.code, tests, order).killer
        if killer is None:
            found.survived = [*(found.survived or []), mutant]
            print(f"survived: {line(mutant)}", file=sys.stderr, flush=True)
        else:
            found.killed += 1
            order.kills[killer] += 1
    return found


def line(mutant: Mutant) -> str:
    nth = f" ({mutant.nth})" if mutant.nth > 1 else ""
    return f"{mutant.file}:{mutant.line} {mutant.function}{nth}: {mutant.was} -> {mutant.becomes}"


def report(scores: dict[str, Score]) -> dict[str, dict[str, Any]]:
    total = Score(
        sum(each.mutants for each in scores.values()),
        sum(each.equivalent for each in scores.values()),
        sum(each.killed for each in scores.values()),
    )
    rows = {**scores, "all": total}
    return {
        name: {
            "mutants": each.mutants,
            "equivalent": each.equivalent,
            "killed": each.killed,
            "killed_share": round(each.share, 4),
            "survived": [line(mutant) for mutant in each.survived or []],
        }
        for name, each in rows.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", choices=sorted(TESTS), action="append", help="only this file; may be repeated")
    parser.add_argument("--limit", type=int, help="so many mutants of each file, drawn the same way every time")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    files = chosen.file or list(TESTS)
    prepare(sorted({test for file in files for test in TESTS[file]}))
    told = report({file: score(file, chosen.limit) for file in files})
    if chosen.json:
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return
    for name, row in told.items():
        print(f"{name}: {row}")


if __name__ == "__main__":
    main()
