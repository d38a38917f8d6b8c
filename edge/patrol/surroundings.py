"""What no rule can see in a track: where the camera looked, what time it was, and who had the say at the junction."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.patrol.overrides import Overrides
from violations.rules.circumstances import Circumstances

# The clock's error and the file of windows change slowly: asked this often, in media seconds.
ASK_AGAIN_S = 10.0


def never_moved(_since_s: float, _until_s: float) -> bool:
    return False


class Surroundings:
    """Of one camera.

    label        media second → the UTC time people read; None: nobody knows how late it is
    clock_error_s    asked now and then; by how much that label may be wrong, None: nobody knows
    view_moved   whether the camera perhaps looked elsewhere in any part of a time, media seconds
    """

    def __init__(
        self,
        label: Callable[[float], datetime] | None,
        timezone: str,
        *,
        clock_error_s: Callable[[], float | None] = lambda: None,
        view_moved: Callable[[float, float], bool] = never_moved,
        overrides: Overrides | None = None,
    ) -> None:
        self._label = label
        self._zone = ZoneInfo(timezone)
        self._ask_clock = clock_error_s
        self._clock_error_s = clock_error_s()
        self._view_moved = view_moved
        self._overrides = overrides or Overrides()
        self._asked_s = 0.0

    def refresh(self, media_s: float) -> None:
        """Ask again what may have changed, where the last time is long ago."""
        if abs(media_s - self._asked_s) < ASK_AGAIN_S:
            return
        self._asked_s = media_s
        self._clock_error_s = self._ask_clock()
        self._overrides.refresh()

    def of(self, since_s: float, at_s: float) -> Circumstances:
        """Of all the time from since_s to at_s."""
        moved = self._view_moved(since_s, at_s)
        if self._label is None:
            return Circumstances(view_moved=moved)
        since, at, error_s = self._label(since_s), self._label(at_s), self._clock_error_s
        return Circumstances(
            view_moved=moved,
            officer=self._overrides.officer(since, at, error_s),
            priority_near=self._overrides.priority(since, at, error_s),
            local=at.astimezone(self._zone),
            clock_error_s=error_s,
        )
