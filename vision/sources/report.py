"""The honest account of one source: what was good, what was damaged, and whether the end was reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceReport:
    """
    frames_good      pictures decoded and handed on (a live source: or dropped for a fresher one)
    frames_expected  stated by the container or estimated; None when unknown
    frames_corrupt   pictures the decoder marked as damaged and patched up: counted, never handed on
    frames_smeared   handed on, but decoded after damage and before the next key frame: they may show its traces
    frames_dropped   live only: decoded, then replaced by a fresher one before anybody took them
    parts_read       encoded packets (`part` says "picture file" for a folder), damaged ones included
    parts_damaged    of these: cut off, marked corrupt by the container, or refused by the decoder
    parts_silent     of these: accepted by the decoder, which then gave no picture and no error
    timestamps_repaired  missing or backward times, replaced so that media_s always grows
    longest_gap_s    longest media time between two good frames, seconds; 0 before the second
    reconnects       live only: times the stream was lost and found again
    truncated        the recording ends before its stated end, or in the middle of a packet
    ended            the end of the recording was reached; always False for a live source
    first_error      text of the first problem; None when there was none
    """

    source: str
    part: str
    frames_good: int
    frames_expected: int | None
    frames_corrupt: int
    frames_smeared: int
    frames_dropped: int
    parts_read: int
    parts_damaged: int
    parts_silent: int
    timestamps_repaired: int
    longest_gap_s: float
    reconnects: int
    truncated: bool
    ended: bool
    first_error: str | None

    @property
    def damaged(self) -> bool:
        """True when pictures were lost, patched up or cut off; a repaired timestamp alone harms no picture."""
        return self.truncated or any((self.frames_corrupt, self.frames_smeared, self.parts_damaged, self.parts_silent))

    @property
    def clean(self) -> bool:
        """True when nothing was lost, patched up, repaired or cut off."""
        return not (self.damaged or self.timestamps_repaired)

    def sentence(self) -> str:
        """One line for people: "decoded 241 of 494 stated frames; 3 damaged packets; the file ends early"."""
        clauses = (
            (self.parts_damaged, f"{_count(self.parts_damaged, f'damaged {self.part}')}"),
            (self.frames_corrupt, f"{_count(self.frames_corrupt, 'corrupt frame')} left out"),
            (self.frames_smeared, f"{_count(self.frames_smeared, 'frame')} after damage may be smeared"),
            (self.parts_silent, f"{_count(self.parts_silent, self.part)} gave no frame"),
            (self.timestamps_repaired, f"{_count(self.timestamps_repaired, 'timestamp')} repaired"),
            (self.frames_dropped, f"{_count(self.frames_dropped, 'frame')} dropped for fresher ones"),
            (self.reconnects, _count(self.reconnects, "reconnect")),
            (self.truncated, "the file ends early"),
            (self._short_but_whole, self._reached()),
        )
        return "; ".join([self._decoded(), *(words for wanted, words in clauses if wanted)])

    @property
    def _short_but_whole(self) -> bool:
        """Fewer frames than stated, and no fault found: some containers count repeated pictures as frames. Whether
        any are missing after all shows in the longest gap."""
        return self.ended and self.clean and self.frames_good < (self.frames_expected or 0)

    def _reached(self) -> str:
        return f"no damage found and the stated end was reached, longest gap between frames {self.longest_gap_s:.3g} s"

    def _decoded(self) -> str:
        if self.frames_expected is None:
            return f"decoded {_count(self.frames_good, 'frame')}"
        return f"decoded {self.frames_good} of {_count(self.frames_expected, 'stated frame')}"


@dataclass(slots=True)
class Tally:
    """The running counts of one source; only the reading thread writes them."""

    source: str
    part: str = "packet"
    frames_good: int = 0
    frames_expected: int | None = None
    frames_corrupt: int = 0
    frames_smeared: int = 0
    frames_dropped: int = 0
    parts_read: int = 0
    parts_damaged: int = 0
    timestamps_repaired: int = 0
    longest_gap_s: float = 0.0
    reconnects: int = 0
    truncated: bool = False
    ended: bool = False
    first_error: str | None = None

    def note(self, problem: str) -> None:
        """Keep the first problem: the later ones are mostly its consequences."""
        self.first_error = self.first_error or problem

    def damage(self, problem: str) -> None:
        self.parts_damaged += 1
        self.note(problem)

    def report(self) -> SourceReport:
        silent = self.parts_read - self.parts_damaged - self.frames_good - self.frames_corrupt
        return SourceReport(
            source=self.source,
            part=self.part,
            frames_good=self.frames_good,
            frames_expected=self.frames_expected,
            frames_corrupt=self.frames_corrupt,
            frames_smeared=self.frames_smeared,
            frames_dropped=self.frames_dropped,
            parts_read=self.parts_read,
            parts_damaged=self.parts_damaged,
            # Until the end is reached, packets on their way through the decoder are not yet silent.
            parts_silent=max(0, silent) if self.ended else 0,
            timestamps_repaired=self.timestamps_repaired,
            longest_gap_s=self.longest_gap_s,
            reconnects=self.reconnects,
            truncated=self.truncated,
            ended=self.ended,
            first_error=self.first_error,
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
