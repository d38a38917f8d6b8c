"""Everything `edge` raises on purpose.

EdgeError
├── OutboxError        the outbox cannot do what was asked; what was committed before is safe
│   ├── OutboxFull     no room: nothing of this commit was stored, all earlier commits are
│   └── OutboxBroken   the disk failed (a write, a read or an fsync): end the process, never go on
├── UsageError         a command was given something it cannot use
├── UplinkError        the centre's address or the way to it is set up wrongly
├── LedgerError        a file of events that cannot be written or read
├── LampFileError      a lamp timeline file that is wrong; carries file and line
├── LampFeedError      a controller's feed of lamp states that cannot be opened
├── OverrideFileError  a file of override windows that is wrong; carries file and line
├── SiteFileError      a site file that is wrong; carries file and line
└── DeviceFileError    a device file that is wrong; carries file and line
"""

from vision.errors import FileAndLineError


class EdgeError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""


class UsageError(EdgeError):
    """A command was given something it cannot use."""


class LedgerError(EdgeError):
    """A file of events cannot be written or read."""


class OutboxError(EdgeError):
    """The outbox cannot do what was asked."""


class OutboxFull(OutboxError):  # noqa: N818 — it names the state the caller must handle, not a mistake
    """The disk or the outbox's own limit is reached; the refused commit left nothing behind."""


class OutboxBroken(OutboxError):  # noqa: N818 — as above
    """The disk did not do what it promised. What it holds is unsure until the file is opened anew: exit."""


class UplinkError(EdgeError):
    """The way to the centre is set up wrongly; trying again cannot help."""


class LampFileError(FileAndLineError, EdgeError):
    """The lamp timeline file is wrong."""


class LampFeedError(EdgeError):
    """The controller's feed of lamp states cannot be opened."""


class OverrideFileError(FileAndLineError, EdgeError):
    """The file of windows in which an officer or a priority vehicle has the say is wrong."""


class SiteFileError(FileAndLineError, EdgeError):
    """The site file is wrong."""


class DeviceFileError(FileAndLineError, EdgeError):
    """The device file is wrong."""
