"""Each way runs in a process of its own, so that its memory is its own; the processes take turns, lap by lap.

`python -m benchmarks.speed.worker TASK` is the process: TASK is JSON. It answers each number of frames on its input
with one line of JSON.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from benchmarks.errors import BenchmarkError
from benchmarks.speed.ways import Task, make, suppression_clock

WARM_UP_FRAMES = 3


@dataclass(frozen=True, slots=True)
class Lap:
    """suppression_s: of the wall time, spent in ultralytics' suppression. peak_rss_mb: of the process so far."""

    frames: int
    counted: int
    wall_s: float
    cpu_s: float
    suppression_s: float
    peak_rss_mb: float


class Worker:
    """The parent's end. Raises BenchmarkError where the process dies, with its last words."""

    def __init__(self, task: Task, cores: int | None = None) -> None:
        """cores: how many processor cores it may use, None for all that this process may."""
        self._name = task.way
        command = [sys.executable, "-m", "benchmarks.speed.worker", json.dumps(asdict(task))]
        prefix = [] if cores is None else ["taskset", "-c", ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))]
        self._process = subprocess.Popen(  # noqa: S603  our own command
            [*prefix, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def wait_ready(self) -> None:
        self._answer()

    def lap(self, frames: int) -> Lap:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{frames}\n")
        self._process.stdin.flush()
        return Lap(**self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None and self._process.stderr is not None
        line = self._process.stdout.readline()
        if not line:
            words = self._process.stderr.read().strip().splitlines()
            raise BenchmarkError(f"{self._name}: wanted an answer, found that it died: {words[-1] if words else ''}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    answers = _own_stdout()
    task = Task(**json.loads(sys.argv[1]))
    lap = make(task)
    lap(WARM_UP_FRAMES)
    suppression_s = suppression_clock() if "ultralytics" in sys.modules else lambda: 0.0
    _say(answers, {})
    for line in sys.stdin:
        began_s, used_s, suppressed_s = time.perf_counter(), time.process_time(), suppression_s()
        frames, counted = lap(int(line))
        wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - used_s
        _say(answers, asdict(Lap(frames, counted, wall_s, cpu_s, suppression_s() - suppressed_s, peak_rss_mb())))


def peak_rss_mb() -> float:
    """Of this program alone: the kernel's figure for processes would count what started it as well."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(peak) / 1024, 1)


def _own_stdout() -> IO[str]:
    """The real standard output; what libraries print goes to standard error from now on."""
    own = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return own


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
