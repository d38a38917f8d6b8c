"""A trouble that must last before it is told, and be gone a while before it is called over."""

from typing import NamedTuple

from vision.events.bodies import Measure
from vision.events.camera import CameraState, Trouble


class Verdict(NamedTuple):
    """What one look says of one trouble: bad, good, or None where it cannot tell. measures: what that rests on."""

    bad: bool | None
    measures: tuple[Measure, ...] = ()


class Spell:
    """One trouble's comings and goings; a look that cannot tell neither begins nor ends it."""

    def __init__(self, trouble: Trouble, starts_after_s: float, ends_after_s: float) -> None:
        self._trouble = trouble
        self._after_s = {False: starts_after_s, True: ends_after_s}
        # The first look that spoke against what is told, and the last one before it.
        self._turned_s: float | None = None
        self._before_s: float | None = None
        self.since_s: float | None = None

    @property
    def lasting(self) -> bool:
        return self.since_s is not None

    @property
    def in_question(self) -> bool:
        """Whether it lasts, or the last look that could tell said that it began."""
        return self.lasting or self._turned_s is not None

    def see(self, media_s: float, verdict: Verdict) -> CameraState | None:
        """The start or the end that this look completes."""
        if verdict.bad is None:
            return None
        if verdict.bad is self.lasting:
            self._turned_s, self._before_s = None, media_s
            return None
        if self._turned_s is None:
            self._turned_s = media_s
        if media_s - self._turned_s < self._after_s[self.lasting]:
            return None
        return self._turn(media_s, self._turned_s, verdict.measures)

    def _turn(self, media_s: float, turned_s: float, measures: tuple[Measure, ...]) -> CameraState:
        """A trouble may have begun as early as the last good look; it is over with the first good one."""
        began_s = turned_s if self._before_s is None else self._before_s
        self._turned_s, self._before_s = None, media_s
        since_s = began_s if self.since_s is None else self.since_s
        over = self.since_s is not None
        self.since_s = None if over else since_s
        return CameraState(
            trouble=self._trouble,
            phase="ended" if over else "started",
            at_s=media_s,
            since_s=since_s,
            until_s=turned_s if over else None,
            measures=measures,
        )
