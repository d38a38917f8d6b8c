"""Runs one seed in a process of its own: SUMO as a library keeps something of one run for the next, and then the same
seed no longer does the same."""

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from multiprocessing import get_context
from multiprocessing.connection import Connection

from benchmarks.closed_loop.signals.measures import SeedFigures
from benchmarks.closed_loop.signals.run import Run, run_seed
from benchmarks.errors import BenchmarkError

TELL_EVERY_S = 60.0


def run_apart(run: Run, seed: int, tick: Callable[[float], None]) -> SeedFigures:
    """As `run_seed`. Raises BenchmarkError where the simulation fails or dies."""
    here, there = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_work, args=(there, run, seed), daemon=True)
    process.start()
    there.close()
    try:
        while True:
            told = here.recv()
            if isinstance(told, SeedFigures):
                return told
            if isinstance(told, str):
                raise BenchmarkError(f"{run.chosen.name}, seed {seed}: {told}")
            tick(told)
    except EOFError:
        process.join()
        raise BenchmarkError(f"{run.chosen.name}, seed {seed}: SUMO ended the process ({process.exitcode})") from None
    finally:
        process.join()


def _work(pipe: Connection, run: Run, seed: int) -> None:
    last_s = [0.0]

    def tick(now_s: float) -> None:
        if now_s - last_s[0] >= TELL_EVERY_S:
            last_s[0] = now_s
            pipe.send(now_s)

    try:
        # SUMO's client talks ("Retrying in 1 seconds") on what shall be JSON and nothing else.
        with redirect_stdout(sys.stderr):
            found = run_seed(run, seed, tick)
        pipe.send(found)
    except Exception as error:  # noqa: BLE001  whatever SUMO's client raises is told to the one who asked
        pipe.send(f"{type(error).__name__}: {error}")
