"""scipy's assignment solver without the rest of scipy.optimize, which would cost an edge box some 50 MB of memory.

The solver is one compiled file that needs numpy alone, but importing it by its name first imports the whole package
around it. So it is loaded from its place. That place is scipy's own affair: where nothing fitting is found there, the
public function is imported, which is the same at its price.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path

from vision.arrays import F32, F64, I64

Solver = Callable[..., tuple[I64, I64]]


def solve(gain: F32 | F64) -> tuple[I64, I64]:
    """Rows and columns of the one-to-one choice with the greatest sum of `gain` (n, m), in order of rows."""
    return _solver()(gain, maximize=True)


@cache
def _solver() -> Solver:
    found = alone()
    if found is not None:
        return found
    public: Solver = import_module("scipy.optimize").linear_sum_assignment
    return public


def alone() -> Solver | None:
    """The compiled function by itself; None where scipy keeps it elsewhere."""
    place = find_spec("scipy")
    folders = place.submodule_search_locations if place is not None else None
    for folder in folders or ():
        for suffix in EXTENSION_SUFFIXES:
            file = Path(folder) / "optimize" / f"_lsap{suffix}"
            if file.is_file():
                return _load(file)
    return None


def _load(file: Path) -> Solver | None:
    loader = ExtensionFileLoader("_lsap", str(file))
    spec = spec_from_loader("_lsap", loader)
    try:
        module = module_from_spec(spec) if spec is not None else None
        if module is not None:
            loader.exec_module(module)
        return getattr(module, "linear_sum_assignment", None)
    except ImportError:
        return None
