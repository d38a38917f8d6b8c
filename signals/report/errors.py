"""Everything `signals.report` raises on purpose.

ReportError
├── EventsError    events that cannot be read or fetched, or of which none is left
├── ManualError    a manual count that is wrong; carries file and line
├── WiringError    a file of detector channels that is wrong; carries file and line
└── OutputError    a place that cannot be written
"""

from collections.abc import Sequence
from pathlib import Path

from signals.errors import Fault, SignalsError
from signals.sentences import said


class ReportError(SignalsError):
    """A fault with a sentence for the user: the thing, the wanted, the found."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(Fault(where, sentence))


class EventsError(ReportError):
    """Events cannot be read or fetched, or none is left."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, f"{source}: {problem}")


class LineError(ReportError):
    """A file is wrong at `line` (1-based; 0 when the whole file is meant); others: more of the kind."""

    def __init__(self, file: Path, line: int, problem: str, others: Sequence[tuple[int, str]] = ()) -> None:
        problems = ((line, problem), *others)
        told = "\n".join(f"{file}:{at}: {what}" if at else f"{file}: {what}" for at, what in problems)
        super().__init__(str(file), told)
        self.line = line


class ManualError(LineError):
    """A manual count is wrong."""


class WiringError(LineError):
    """A file of detector channels is wrong."""


class JunctionError(LineError):
    """A file of a junction's lines is wrong, or does not fit the events."""


class OutputError(ReportError):
    """A place cannot be written."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(str(place), said("{place}: {problem}", place=place, problem=problem))
