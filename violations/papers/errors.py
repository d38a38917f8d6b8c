"""Everything `violations.papers` raises on purpose.

ViolationsError
└── PapersError
    ├── OfficeError       what the office says of itself is wrong or missing
    └── PrintingError     no PDF can be made on this machine
"""

from violations.errors import ViolationsError


class PapersError(ViolationsError):
    """A paper that cannot be made."""


class OfficeError(PapersError):
    """The file of the office's own data is wrong: which key, what was wanted and found."""


class PrintingError(PapersError):
    """The library that lays out the pages, or a font with Vietnamese letters, is not there."""
