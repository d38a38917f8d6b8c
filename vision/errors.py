"""Everything `vision` raises on purpose.

VisionError
├── SourceError    a camera, file or folder that cannot be read
├── ModelError     a model file or card that cannot be used
├── PcuTableError  a table of passenger-car units that is unknown or wrong
└── SceneError     a scene file that is wrong; carries file and line
"""

from collections.abc import Sequence
from pathlib import Path


class VisionError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""


class SourceError(VisionError):
    """The source could not be opened, or held not one good frame."""


class ModelError(VisionError):
    """The model file or its card cannot be used."""


class PcuTableError(VisionError):
    """No such table of passenger-car units, or its file is wrong."""


class FileAndLineError(Exception):
    """A file people write is wrong at `line` (1-based; 0 when the whole file is meant); mixed into a package's family.

    `problems` holds every (line, problem) found, the first among them; the message says each on a line of its own.
    """

    def __init__(self, file: Path, line: int, problem: str, others: Sequence[tuple[int, str]] = ()) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        self.problems = ((line, problem), *others)
        super().__init__("\n".join(f"{file}:{at}: {what}" if at else f"{file}: {what}" for at, what in self.problems))


class SceneError(FileAndLineError, VisionError):
    """The scene file is wrong."""
