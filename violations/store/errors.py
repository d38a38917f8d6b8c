"""Everything `violations.store` raises on purpose.

ViolationsError
└── StoreError
    ├── DatabaseError           the database cannot be opened, reached or brought up to date
    │   └── DatabaseNewerError  it was written by a newer version of this program
    ├── MissingMediaError       a finding names files that were never uploaded; nothing of its batch is stored
    ├── CaseNotFoundError       no case has this id
    ├── AppealNotFoundError     no appeal has this id
    ├── CameraNotFoundError     no camera of this name has sent anything
    ├── CameraStateError        the camera is stopped already, or runs already
    ├── VersionConflictError    somebody else moved the case since the caller read it
    ├── WrongHashError          the uploaded bytes are not the ones their name promises
    ├── FileTooLargeError       one evidence file above the cap
    ├── UploadOffsetError       a piece of a file that does not begin where the centre's part ends
    ├── BackupError             a backup that cannot be made or put back
    ├── WrongDistrictError      a device sends for a camera of another district
    ├── IntervalTooFineError    counts were asked for in cells shorter than they are measured in
    ├── SceneVersionNotFoundError  no version of this number was ever saved for the camera
    ├── SceneConflictError      somebody else saved the camera's next version since the caller read it
    ├── RetentionError          a legal hold that changes nothing, or gives no reason
    ├── EvidencePlaceError      no address of a place for evidence, or nothing to speak with it
    ├── EvidenceDownError       the place of the evidence does not answer
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


class AppealNotFoundError(StoreError):
    """No appeal has this id, or it is another district's: both are told alike."""


class CameraNotFoundError(StoreError):
    """No camera of this name, or one of another district."""


class CameraStateError(StoreError):
    """A camera is stopped that is stopped, or started that runs."""


class WrongHashError(StoreError):
    """The bytes have another SHA-256 than their name."""


class FileTooLargeError(StoreError):
    """One evidence file is above the cap of `most_bytes`."""

    def __init__(self, name: str, most_bytes: int, found: str = "more") -> None:
        super().__init__(f"evidence {name}: wanted at most {most_bytes} bytes, found {found}; nothing was stored")
        self.most_bytes = most_bytes


class UploadOffsetError(StoreError):
    """A piece that begins elsewhere than the part ends; `received_bytes` is where the next one must begin."""

    def __init__(self, name: str, wanted: int, found: int) -> None:
        super().__init__(f"evidence {name}: wanted the piece from byte {wanted} on, found one from byte {found} on")
        self.received_bytes = wanted


class BackupError(StoreError):
    """A backup cannot be made, read or put back; what was there before is as it was."""


class WrongDistrictError(StoreError):
    """The camera belongs to another district than the device that sends for it."""


class RetentionError(StoreError):
    """A legal hold that is there already, is not there, or gives no reason."""


class EvidencePlaceError(StoreError):
    """What was given as the place of the evidence cannot be one."""


class EvidenceDownError(StoreError):
    """The place of the evidence does not answer now; nothing is lost, and the same may be asked again."""


class EvidenceNotFoundError(StoreError):
    """No such evidence file, or its bytes are gone."""


class IntervalTooFineError(StoreError):
    """Cells shorter than the measured intervals would show gaps that are none."""


class SceneVersionNotFoundError(StoreError):
    """The camera has no such version of its scene."""


class SceneConflictError(StoreError):
    """The scene was saved since it was read; `found` is the number of its newest version."""

    def __init__(self, camera: str, wanted: int, found: int) -> None:
        super().__init__(f"scene of {camera}: wanted version {wanted} as the newest, found {found}: somebody saved it")
        self.found = found
