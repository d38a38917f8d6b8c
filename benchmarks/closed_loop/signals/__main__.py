"""`python -m benchmarks.closed_loop.signals --map DIR --controller NAME --rules papers|deployable --seeds 1..10`

Drives a folder with a SUMO net and routes through a whole day's hour per seed and says how long vehicles were held up.
Delay is what papers report: the mean over vehicles of time loss + departure delay, whether they arrived or not.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress

from benchmarks.closed_loop.signals.apart import run_apart
from benchmarks.closed_loop.signals.environment import WANTED, Sumo, environment
from benchmarks.closed_loop.signals.maps import Map, read_map
from benchmarks.closed_loop.signals.measures import SeedFigures, as_document, summarise
from benchmarks.closed_loop.signals.references import NATIVE, programs_for
from benchmarks.closed_loop.signals.rules import RULES, Rules
from benchmarks.closed_loop.signals.run import DRIVEN, Run, crossroads_of
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from signals.errors import SignalsError

CONTROLLERS = (*NATIVE, *DRIVEN)


def seeds_of(text: str) -> tuple[int, ...]:
    """`1..10`, `3`, or `1,4,7`."""
    first, dots, last = text.partition("..")
    try:
        found = tuple(range(int(first), int(last) + 1)) if dots else tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or min(found) < 0:
        raise BenchmarkError(f"--seeds: wanted 1..10, 3 or 1,4,7, found {text}")
    return found


def drive(chosen: Map, controller: str, rules: Rules, seeds: Sequence[int], sumo: Sumo) -> list[SeedFigures]:
    """One controller over the seeds, with progress on stderr."""
    crossroads = crossroads_of(chosen.net, rules)
    found = []
    with tempfile.TemporaryDirectory() as folder, Progress(transient=True) as progress:
        run = Run(
            chosen, sumo, rules, controller, crossroads, programs_for(controller, chosen, sumo, rules, Path(folder))
        )
        bar = progress.add_task(f"{chosen.name} {controller}", total=len(seeds) * (chosen.end_s - chosen.begin_s))
        for number, seed in enumerate(seeds):
            done_s = number * (chosen.end_s - chosen.begin_s)

            def tick(now_s: float, done_s: float = done_s) -> None:
                progress.update(bar, completed=done_s + now_s - chosen.begin_s)

            found.append(run_apart(run, seed, tick))
    return found


def text(chosen: Map, controller: str, seeds: Sequence[SeedFigures]) -> str:
    """A table for people."""
    head = ["seed", "delay s", "before entering s", "vehicles", "never entered", "worst wait s", "collisions"]
    rows = [
        (f.seed, f"{f.delay_s:.2f}", f"{f.depart_delay_s:.2f}", f.vehicles, f.never_entered, f"{f.worst_wait_s:.0f}",
         f.collisions)
        for f in seeds
    ]  # fmt: skip
    whole = summarise(seeds)
    line = (
        f"{chosen.name}, {controller}: median {whole.median_delay_s:.2f} s, worst {whole.worst_delay_s:.2f} s, "
        f"gridlocked {whole.gridlocked} of {len(seeds)}, refused {whole.refused}"
    )
    return f"{table(head, rows)}\n{line}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--map", type=Path, required=True, help="folder with *.sumocfg, or *.net.xml and *.rou.xml")
    parser.add_argument("--controller", choices=CONTROLLERS, default="ours")
    parser.add_argument("--rules", choices=sorted(RULES), default="deployable")
    parser.add_argument("--seeds", default="1..10", help="1..10, 3, or 1,4,7")
    parser.add_argument("--sumo", choices=sorted(WANTED), default="1.28")
    parser.add_argument("--end", type=float, help="stop at this second instead of the map's own end")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    try:
        chosen, rules, seeds = read_map(asked.map, asked.end), RULES[asked.rules], seeds_of(asked.seeds)
        found = drive(chosen, asked.controller, rules, seeds, environment(asked.sumo))
    except (BenchmarkError, SignalsError) as error:
        print(error, file=sys.stderr)
        return 1
    about = {"map": chosen.name, "controller": asked.controller, "rules": rules.name, "sumo": asked.sumo}
    if asked.json:
        print(json.dumps(as_document(found, **about, circumstances=circumstances().sentence()), indent=1))
    else:
        print(text(chosen, asked.controller, found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
