"""`python -m benchmarks.closed_loop.guard --json`: ten million random steps at the interlock, and what went wrong.

Random junctions, random wishes (whole stages, halves of them, nonsense, nobody) and a clock that stutters, stands, runs
back and is no number at times. What the lamps did is judged by bookkeeping of its own, and by the monitor.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signals.control.interlock import advance
from signals.control.lamps import Aspect, Lamps
from signals.control.monitor import Watched, watch
from signals.control.table import SafetyTable
from signals.plan.junction import Intergreen, Junction, Limits, Movement, Stage
from vision.arrays import F64, Bool

KINDS = 25
EARLY_S = 1e-9


def random_junction(rng: np.random.Generator) -> Junction:
    """2 to 5 stages of 1 to 4 of 3 to 9 movements, each in one at least; odd clearances for a few pairs."""
    names = [f"m{i}" for i in range(int(rng.integers(3, 10)))]
    count = int(rng.integers(2, min(5, len(names)) + 1))
    sets = [{names[i]} for i in range(count)]
    for name in names[count:]:
        sets[int(rng.integers(count))].add(name)
    for _ in range(int(rng.integers(0, 3))):
        sets[int(rng.integers(count))].add(str(rng.choice(names)))
    stages = tuple(Stage(f"S{i}", tuple(sorted(each)), float(rng.integers(4, 15))) for i, each in enumerate(sets))
    movements, limits = tuple(Movement(name) for name in names), Limits(max_cycle_s=300.0)
    plain = Junction("random", movements, stages, limits=limits)
    pairs = [(a, b) for a in names for b in names if plain.in_conflict(a, b)]
    chosen = rng.permutation(len(pairs))[:3]
    odd = tuple(Intergreen(pairs[i][0], pairs[i][1], float(rng.uniform(3, 12))) for i in chosen)
    yellow_s, all_red_s = float(rng.choice([3.0, 3.5, 4.0])), float(rng.choice([0.0, 1.0, 2.0]))
    odd = tuple(each for each in odd if each.intergreen_s >= yellow_s)
    return Junction("random", movements, stages, yellow_s, all_red_s, odd, limits=limits)


@dataclass(slots=True)
class Book:
    """When each lamp of each junction last turned; (junctions, m), NaN before the first time."""

    green_s: F64
    yellow_s: F64
    end_s: F64

    def turn(self, table: SafetyTable, before: Lamps, after: Lamps, now_s: F64) -> Counter[str]:
        """Write down what turned between the two; what was wrong with it."""
        now = now_s[:, None]
        was, new = before.aspect, after.aspect
        begins, ends = (was != Aspect.GREEN) & (new == Aspect.GREEN), (was == Aspect.GREEN) & (new != Aspect.GREEN)
        cut = (was == Aspect.YELLOW) & (new != Aspect.YELLOW) & (now - self.yellow_s < table.yellow_s - EARLY_S)
        green = new == Aspect.GREEN
        found = Counter(
            greens=int(begins.sum()),
            conflicting_greens=int((table.conflict & green[:, :, None] & green[:, None, :]).sum()),
            shortened_greens=int((ends & (now - self.green_s < table.min_green_s - EARLY_S)).sum()),
            shortened_yellows=int((cut | ((was == Aspect.GREEN) & (new == Aspect.RED))).sum()),
            shortened_intergreens=int((begins[:, None, :] & self._soon(table, now)).sum()),
        )
        self.green_s, self.end_s = np.where(begins, now, self.green_s), np.where(ends, now, self.end_s)
        self.yellow_s = np.where((was != Aspect.YELLOW) & (new == Aspect.YELLOW), now, self.yellow_s)
        return found

    def _soon(self, table: SafetyTable, now: F64) -> Bool:
        return table.conflict & (now[:, None, :] - self.end_s[:, :, None] < table.intergreen_s - EARLY_S)


def fuzz_interlock(steps: int, junctions: int, seed: int, kinds: int = KINDS) -> dict[str, int]:
    """`steps` steps in all, spread over `kinds` random junctions of which `junctions` run at a time."""
    rng = np.random.default_rng(seed)
    told: Counter[str] = Counter()
    for _ in range(kinds):
        told += _fuzz_one(
            SafetyTable.of(random_junction(rng), 1000.0), max(1, steps // kinds // junctions), junctions, rng
        )
    names = ("steps", "greens", "conflicting_greens", "shortened_greens", "shortened_yellows", "shortened_intergreens")
    return {name: int(told[name]) for name in (*names, "monitor_alarms")}


def _fuzz_one(table: SafetyTable, rounds: int, junctions: int, rng: np.random.Generator) -> Counter[str]:
    lamps = Lamps.all_red(table, 0.0, (junctions,))
    nothing = np.full(lamps.aspect.shape, np.nan)
    book, told = Book(nothing, nothing, np.zeros(lamps.aspect.shape)), Counter[str]()
    watched = Watched.begin(lamps.aspect, 0.0)
    true_s = np.zeros(junctions)
    for _ in range(rounds):
        true_s = true_s + rng.choice([0.0, 0.1, 1.0, 3.0, 7.0], junctions)
        strange = rng.random(junctions)
        back_s = lamps.at_s - rng.uniform(1e-6, 50, junctions)
        said_s = np.where(strange < 0.01, np.nan, np.where(strange < 0.02, back_s, true_s))
        after = advance(table, lamps, _wishes(table, junctions, rng), said_s)
        told += book.turn(table, lamps, after, true_s)
        watched, alarms = watch(table, watched, after.aspect, true_s)
        told["monitor_alarms"] += int((alarms != 0).sum())
        lamps = after
    told["steps"] += rounds * junctions
    return told


def _wishes(table: SafetyTable, junctions: int, rng: np.random.Generator) -> Bool:
    """(junctions, m): a stage as a rule; at times half of one, any movements at all, or nobody."""
    stage = table.runs[rng.integers(len(table.stages), size=junctions)]
    noise = rng.random((junctions, len(table.movements))) < 0.5
    how = rng.random((junctions, 1))
    return np.where(how < 0.6, stage, np.where(how < 0.75, stage & noise, np.where(how < 0.95, noise, False)))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10_000_000, help="steps in all")
    parser.add_argument("--seed", type=int, default=1, help="the same seed does the same")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    told = fuzz_interlock(chosen.steps, 4000, chosen.seed)
    print(
        json.dumps(told, indent=1) if chosen.json else "\n".join(f"{name}: {value:,}" for name, value in told.items())
    )


if __name__ == "__main__":
    main()
