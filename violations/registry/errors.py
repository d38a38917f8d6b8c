"""Everything `violations.registry` raises on purpose.

ViolationsError
└── RegistryError
    ├── RegistryDown        the registry does not answer now; ask again later
    ├── RegistryAnswerError it answered with something that is no vehicle
    ├── NoCaseError         a look without the number of a case
    └── RegistryFileError   a file to import that is wrong; carries file and line
"""

from violations.errors import ViolationsError
from vision.errors import FileAndLineError


class RegistryError(ViolationsError):
    """A fault of asking the vehicle registry."""


class RegistryDown(RegistryError):  # noqa: N818 — it names the state the caller must handle
    """No answer in time, however often we asked; or we do not ask at present because it did not answer."""


class RegistryAnswerError(RegistryError):
    """The answer is no vehicle."""


class NoCaseError(RegistryError):
    """Every look into the registry is for a case."""


class RegistryFileError(FileAndLineError, RegistryError):
    """A file of vehicles is wrong."""
