"""Offences found on drawn clips: `python -m benchmarks.accuracy.offences [--json] [--seed N] [--keep DIR] …`.

Fresh plays are drawn from the seed: at four places, by day, at night and in rain, vehicles commit every offence at
known times among lawful traffic that only comes close to it. The shipped engine watches each clip as `ngatu watch`
does; `offence_match` says what counts as found. The vehicles are drawn by the drawer the networks were also taught
with, but each is a new one: figures from a real street will be lower. Drawing goes on beside the watching. `--keep`
holds the clips for another run.
"""

import argparse
import json
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.accuracy.offence_match import add_up
from benchmarks.accuracy.offence_watch import Watched, watch
from benchmarks.accuracy.offence_why import reasons
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from edge.cli.runtime_choice import RuntimeChoice, open_detector
from models.errors import ModelsError
from models.registry.resolve import resolve_model
from twin.errors import TwinError
from twin.offences.play import PLACES, Wanted, offences_at, play
from twin.offences.sky import Condition
from twin.offences.write import TRUTH, write_play
from vision.errors import VisionError

FORM = 1
"""Clips of another form are drawn anew."""
QUICK_S = {"junction": 32.0, "avenue": 14.0, "kerb": 24.0, "gate": 14.0}


Length = tuple[float, int]
"""Seconds of a clip, and how often each offence is committed in it."""
BY_DAY: dict[str, Length] = {"junction": (62.0, 2), "avenue": (44.0, 2), "kerb": (56.0, 1), "gate": (36.0, 3)}
OTHERWISE: dict[str, Length] = {"junction": (46.0, 1), "avenue": (30.0, 1), "kerb": (48.0, 1), "gate": (26.0, 2)}
DAYS = 2
"""So many plays at each place by day; one at night and one in rain."""


def folder_of(wanted: Wanted) -> str:
    what = f"-{wanted.only}" if wanted.only else ""
    return f"{FORM}-{wanted.place}-{wanted.condition}-{wanted.seed}-{wanted.seconds:g}s-{wanted.times}{what}"


def orders(seed: int, only: Condition | None, offence: str | None, *, quick: bool) -> list[Wanted]:
    """BenchmarkError for an offence that no place has."""
    places = [name for name in PLACES if offence is None or offence in offences_at(name)]
    if not places:
        known = sorted({each for name in PLACES for each in offences_at(name)})
        raise BenchmarkError(f"--offence {offence}: wanted one of {', '.join(known)}")
    if quick:
        place = places[0] if offence else "avenue"
        return [Wanted(place, only or Condition.DAY, seed, QUICK_S[place], offence or "wrong_way")]
    return [
        _wanted(name, condition, seed + 1000 * again, offence)
        for condition in ([only] if only else list(Condition))
        for again in range(DAYS if condition is Condition.DAY else 1)
        for name in places
    ]


def _wanted(place: str, condition: Condition, seed: int, offence: str | None) -> Wanted:
    seconds, times = (BY_DAY if condition is Condition.DAY else OTHERWISE)[place]
    return Wanted(place, condition, seed, seconds, offence, times)


def draw(folder: Path, order: Wanted) -> Path:
    """The clip of an order below `folder`; drawn unless it is there already."""
    logging.disable(logging.WARNING)
    out = folder / folder_of(order)
    if not (out / TRUTH).exists():
        write_play(out, play(order))
    return out


@contextmanager
def drawn(folder: Path, wanted: Sequence[Wanted]) -> Iterator[list[Future[Path]]]:
    """All clips, drawn one after the other in a process beside this one."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as pool:
        try:
            yield [pool.submit(draw, folder, order) for order in wanted]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def run(wanted: Sequence[Wanted], folder: Path, lanes: int) -> list[tuple[Wanted, Watched]]:
    """Watch each clip as soon as it is drawn."""
    model = resolve_model(None)
    done = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        closing(open_detector(model, RuntimeChoice.AUTO, lanes)) as detector,
        drawn(folder, wanted) as clips,
        Progress(*columns, console=Console(stderr=True)) as bar,
    ):
        task = bar.add_task("frames watched", total=sum(order.frames for order in wanted))
        for order, clip in zip(wanted, clips, strict=True):
            while not clip.done():
                bar.update(task, description=f"drawing {folder_of(order)}")
                time.sleep(0.1)
            bar.update(task, description=f"watching {folder_of(order)}")

            def told(seen: Any) -> Iterator[Any]:
                for one in seen:
                    bar.advance(task)
                    yield one

            done.append((order, watch(clip.result(), detector, told)))
    return done


def score(done: Sequence[tuple[Wanted, Watched]]) -> dict[str, Any]:
    """By condition: precision and recall over all offences, and for each offence how many were committed, found
    truly and found falsely. None where nothing was found, or nothing done."""
    found: dict[str, Any] = {}
    for condition in Condition:
        outcomes = [watched.outcome for order, watched in done if order.condition is condition]
        if not outcomes:
            continue
        tallies = add_up(outcomes)
        true, false, committed = (
            sum(getattr(one, part) for one in tallies.values()) for part in ("true", "false", "committed")
        )
        plates: dict[str, int] = {}
        for outcome in outcomes:
            for said, times in outcome.plates.items():
                plates[said] = plates.get(said, 0) + times
        found[condition.value] = {
            "precision": round(true / (true + false), 4) if true + false else None,
            "recall": round(true / committed, 4) if committed else None,
            "committed": committed,
            "true": true,
            "false": false,
            "offences": {name: {"found": one.true + one.false, **asdict(one)} for name, one in tallies.items()},
            "plates": plates,
            "undecided": sum(len(one.undecided) for one in outcomes),
            "lesser": sum(one.lesser for one in outcomes),
            "packages_broken": sum(watched.broken for order, watched in done if order.condition is condition),
        }
    return found


def as_markdown(found: dict[str, Any]) -> str:
    names = sorted({name for one in found.values() for name in one["offences"]})

    def cell(condition: str, name: str) -> str:
        one = found[condition]["offences"].get(name)
        return (
            "-"
            if one is None
            else f"{one['true']} of {one['committed']}" + (f", {one['false']} false" if one["false"] else "")
        )

    rows: list[list[object]] = [[name, *(cell(condition, name) for condition in found)] for name in names]
    for what in ("precision", "recall"):
        shares = [found[condition][what] for condition in found]
        rows.append([f"**{what}**", *("-" if share is None else f"{100 * share:.1f} %" for share in shares)])
    return table(["offence", *found], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, help="the same seed gives the same clips; without one they are new")
    parser.add_argument("--only", type=Condition, choices=list(Condition))
    parser.add_argument("--offence", help="only this one is committed")
    parser.add_argument("--quick", action="store_true", help="one offence in one short clip")
    parser.add_argument("--keep", type=Path, help="folder for the clips")
    parser.add_argument("--lanes", type=int, default=1, help="pictures looked at at once")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else int.from_bytes(os.urandom(3), "big")
    wanted = orders(seed, given.only, given.offence, quick=given.quick)
    with TemporaryDirectory() as temporary:
        done = run(wanted, given.keep or Path(temporary), given.lanes)
    found = score(done)
    notes = [line for _, watched in done for line in reasons(watched)]
    if given.json:
        print(json.dumps({"made": asdict(circumstances()), "seed": seed, **found, "notes": notes}, ensure_ascii=False))
    else:
        print(f"{circumstances().sentence()}, seed {seed}", as_markdown(found), "\n".join(notes), sep="\n\n")


if __name__ == "__main__":
    try:
        main()
    except (BenchmarkError, ModelsError, TwinError, VisionError) as error:
        sys.exit(f"benchmark: {error}")
