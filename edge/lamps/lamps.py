"""All that tells one camera what its lamps show, put together."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from edge.lamps.book import HeldLamps, LampBook
from violations.evidence.record import ModelUsed
from vision.events.lamps import LampTimeline
from vision.frame import Frame


class Teller(Protocol):
    """A controller's feed, or the picture."""

    def see(self, frame: Frame, book: LampBook) -> None:
        """Write into the book what is known by this frame."""


class Lamps:
    """book: what is known by the last frame, for rules. for_counts: for traffic facts, which ask at the very frame: the
    same, held a moment longer where it is told live. models: the networks that look at the lamps, by what they do."""

    def __init__(
        self, book: LampBook, tellers: Iterable[Teller] = (), models: Mapping[str, ModelUsed] | None = None
    ) -> None:
        self.book = book
        self.models = dict(models or {})
        self._tellers = tuple(tellers)
        self.for_counts: Mapping[str, LampTimeline] = HeldLamps(book) if self._tellers else book

    def see(self, frame: Frame) -> None:
        """Take in one frame before anybody asks about it."""
        for teller in self._tellers:
            teller.see(frame, self.book)
