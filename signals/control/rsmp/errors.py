"""Everything `signals.control.rsmp` raises on purpose.

RsmpError (a SignalsError)
├── VersionError     a version that is none, or that both ends do not know
├── PacketError      bytes that are no packet: too long, no JSON, no object
├── NotUnderstoodError    a message that is answered with MessageNotAck; carries the reason
├── ConfigError      a site, a supervisor or a certificate that cannot be set up
└── UnreachableError      a request to a site that is not connected, or did not answer in time
"""

from signals.errors import Fault, SignalsError


class RsmpError(SignalsError):
    """One fault of the protocol or of its setting up."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(Fault(where, sentence))


class VersionError(RsmpError):
    """Not a version, or none in common."""


class PacketError(RsmpError):
    """Bytes between two form feeds that are no message. message_id: where one could still be read in them."""

    def __init__(self, sentence: str, message_id: str | None = None) -> None:
        super().__init__("packet", sentence)
        self.message_id = message_id


class NotUnderstoodError(RsmpError):
    """The message is refused with MessageNotAck and this reason. fatal: and the connection is closed after it."""

    def __init__(self, reason: str, *, fatal: bool = False) -> None:
        super().__init__("message", reason)
        self.reason, self.fatal = reason, fatal


class ConfigError(RsmpError):
    """What was given to set an end up does not fit together."""


class UnreachableError(RsmpError):
    """Nobody there, or nobody answered in time."""
