"""One mutant against its tests, in a fork of a process that has the heavy libraries loaded and nothing of `signals`.

The mutant takes the place of its module by an import hook, so no file is ever changed. The tests stop at the first
failure, those that killed before and those that are quick run first, and a mutant that never ends is stopped by the
CPU time it has used, not by the clock of a busy machine.
"""

import importlib.abc
import importlib.util
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import hypothesis
import pytest

PLAIN = ("-x", "-q", "-p", "no:cacheprovider", "-p", "pytest_timeout", "-p", "_hypothesis_pytestplugin")
MUTABLE = frozenset({"signals", "benchmarks", "tests"})
CPU_LIMIT_S = 30


@dataclass(slots=True)
class Order:
    """What decides which test runs first: how often it killed, and how long it takes."""

    kills: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def rank(self, test: str) -> tuple[int, float]:
        return -self.kills[test], self.seconds.get(test, 0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """killer: the test that failed, "import" where the file could not even be loaded, "endless" where it was stopped;
    None: every test passed."""

    killer: str | None
    seconds: dict[str, float]


class Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module the mutant's code."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module, self._code = module, code

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - this is what a loader does; the code is our own, mutated


class Watching:
    """A pytest plugin: orders the tests and remembers which failed and how long each took."""

    def __init__(self, order: Order) -> None:
        self._order, self.failed, self.seconds = order, "", dict[str, float]()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._order.rank(item.nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid


def prepare(tests: Sequence[str]) -> None:
    """Load all that the tests need, then forget what a mutant may change; call it once before the first trial.

    No shrinking, no database, the same examples every time.
    """
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutation", database=None, derandomize=True, phases=phases, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    hypothesis.settings.load_profile("mutation")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        pytest.main([*PLAIN, "--collect-only", *tests])
    for name in [name for name in sys.modules if name.split(".")[0] in MUTABLE and not name.startswith(__package__)]:
        del sys.modules[name]


def trial(module: str, code: CodeType | None, tests: Sequence[str], order: Order) -> Outcome:
    """Run the tests with the code in place of the module; None: with the module as it is."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _child(module, code, tests, order, write)
    os.close(write)
    with os.fdopen(read) as answers:
        said = answers.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) or not said:
        return Outcome("endless", {})
    answer: dict[str, Any] = json.loads(said)
    return Outcome(answer["killer"], answer["seconds"])


def _child(module: str, code: CodeType | None, tests: Sequence[str], order: Order, write: int) -> None:
    """Never returns."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if code is not None:
        sys.meta_path.insert(0, Planted(module, code))
    watching = Watching(order)
    ended = pytest.main([*PLAIN, *tests], plugins=[watching])
    killer = None if ended == pytest.ExitCode.OK else watching.failed or "import"
    with os.fdopen(write, "w") as answer:
        json.dump({"killer": killer, "seconds": watching.seconds}, answer)
    os._exit(0)
