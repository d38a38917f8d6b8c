"""`ngatu doctor`: everything the agent stands on, looked at before it is needed."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.health.check import Check, Verdict
from edge.health.clock import check_clock, read_clock
from edge.health.disk import check_folder
from edge.health.software import (
    check_codecs,
    check_model,
    check_packages,
    check_providers,
    check_python,
    read_providers,
)

__all__ = ["Check", "Verdict", "examine", "worst"]


def examine(folder: Path, find_model: Callable[[], Path] | None = None) -> list[Check]:
    """Look at everything; `folder` is where events and evidence will lie. Never raises for what it finds.

    find_model: gives the default model's file or raises VisionError or ModelsError; None leaves that check out.
    """
    return [
        check_python(sys.version_info[:3]),
        *check_packages(),
        *check_codecs(),
        check_providers(read_providers()),
        check_clock(read_clock()),
        *check_folder(folder),
        *([check_model(find_model)] if find_model else []),
    ]


def worst(checks: Sequence[Check]) -> Verdict:
    """The verdict on the machine as a whole."""
    order = (Verdict.OK, Verdict.WARN, Verdict.FAIL)
    return max((check.verdict for check in checks), key=order.index, default=Verdict.OK)
