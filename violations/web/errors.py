"""Everything `violations.web` raises on purpose.

ViolationsError
└── WebError
    ├── TextsError     a sentence is missing or written twice: a fault of the program, found by the tests
    ├── ForgedForm     a form that did not come from one of our own pages
    └── FormTooLarge   more than any of our forms can hold
"""

from violations.errors import ViolationsError


class WebError(ViolationsError):
    """A fault of the pages."""


class TextsError(WebError):
    """A translation key is missing, doubled or not a sentence."""


class ForgedForm(WebError):  # noqa: N818 — it names what was found, not a failure of ours
    """The form was not sent from our page in this browser; `why` is a translation key under `forged`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"form refused: {why}")
        self.why = why


class FormTooLarge(WebError):  # noqa: N818 — it names what was found
    """The form holds more than our pages can ever send."""
