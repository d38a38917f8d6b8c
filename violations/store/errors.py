"""Everything `violations.store` raises on purpose.

ViolationsError
└── StoreError
    ├── DatabaseError           the database cannot be opened, reached or brought up to date
    │   └── DatabaseNewerError  it was written by a newer version of this program
    ├── MissingMediaError       a finding names files that were never uploaded; nothing of its batch is stored
    ├── CaseNotFoundError       no case has this id
    ├── VersionConflictError    somebody else moved the case since the caller read it
    ├── WrongHashError          the uploaded bytes are not the ones their name promises
    ├── FileTooLargeError       one evidence file above the cap
    ├── UploadOffsetError       a piece of a file that does not begin where the centre's part ends
    ├── BackupError             a backup that cannot be made or put back
    ├── WrongDistrictError      a device sends for a camera of another district
    ├── IntervalTooFineError    counts were asked for in cells shorter than they are measured in
    └── EvidenceNotFoundError   no evidence file has this SHA-256, or its bytes are gone from the disk
"""

from collections.abc import Sequence

from violations.errors import ViolationsError


class StoreError(ViolationsError):
    """A fault of keeping or finding things."""


class DatabaseError(StoreError):
    """The database cannot be used."""


class DatabaseNewerError(DatabaseError):
    """A newer version of the program has changed the tables; this one would damage them."""


class MissingMediaError(StoreError):
    """`missing`: the SHA-256 of every file still wanted."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"findings need all their files first: wanted {len(missing)} more, PUT them to /api/media/{{sha256}}"
        )
        self.missing = tuple(missing)


class CaseNotFoundError(StoreError):
    """No case has this id."""


class VersionConflictError(StoreError):
    """The case moved since it was read; `found` is its version now."""

    def __init__(self, case_id: int, wanted: int, found: int) -> None:
        super().__init__(f"case {case_id}: wanted version {wanted}, found {found}: somebody decided in the meantime")
        self.found = found


class WrongHashError(StoreError):
    """The bytes have another SHA-256 than their name."""


class FileTooLargeError(StoreError):
    """One evidence file is above the cap."""


class UploadOffsetError(StoreError):
    """A piece that begins elsewhere than the part ends; `received_bytes` is where the next one must begin."""

    def __init__(self, name: str, wanted: int, found: int) -> None:
        super().__init__(f"evidence {name}: wanted the piece from byte {wanted} on, found one from byte {found} on")
        self.received_bytes = wanted


class BackupError(StoreError):
    """A backup cannot be made, read or put back; what was there before is as it was."""


class WrongDistrictError(StoreError):
    """The camera belongs to another district than the device that sends for it."""


class EvidenceNotFoundError(StoreError):
    """No such evidence file, or its bytes are gone."""


class IntervalTooFineError(StoreError):
    """Cells shorter than the measured intervals would show gaps that are none."""
