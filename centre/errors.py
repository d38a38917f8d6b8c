"""Everything `centre` raises on purpose.

CentreError
└── StartError   `ngatu serve` cannot start as asked: a port, a folder, a certificate, a way to listen
"""


class CentreError(Exception):
    """A fault with a sentence for the operator: the thing, the wanted, the found."""


class StartError(CentreError):
    """The centre cannot start as asked."""
