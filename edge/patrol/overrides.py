"""Windows in which an officer directs the traffic or a priority vehicle passes, from a YAML file that may be edited.

    officer:
      - {since: 2026-11-21T07:00:00+07:00, until: 2026-11-21T08:30:00+07:00, reason: officer at the junction}
    priority:
      - {since: 2026-11-21T09:12:00+07:00, until: 2026-11-21T09:14:00+07:00, reason: ambulance}

The file is read anew whenever it changed. While it cannot be read, an officer is taken to be there: nobody is accused.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from edge.errors import OverrideFileError
from vision.geometry.marked_model import read_model

log = logging.getLogger(__name__)

# Where nobody knows how wrong the clock is, a window is taken to be longer by this much at both ends.
UNKNOWN_ERROR_S = 60.0
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class OverridePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(OverridePart):
    """since, until: with their offset from UTC. reason: for whoever asks later."""

    since: AwareDatetime
    until: AwareDatetime
    reason: Reason

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until > self.since:
            raise ValueError(f"wanted until after {self.since.isoformat()}, found {self.until.isoformat()}")
        return self


class OverridePlan(OverridePart):
    officer: tuple[Window, ...] = ()
    priority: tuple[Window, ...] = ()


def read_overrides(file: Path) -> OverridePlan:
    """An empty file holds no window. Raises OverrideFileError with file, line and what was wanted."""
    return read_model(file, OverridePlan, OverrideFileError, example="officer: []", may_be_empty=True)[0]


class Overrides:
    """The windows of one file, or none where there is no file. faults: how often it could not be read anew."""

    def __init__(self, file: Path | None = None) -> None:
        """Raises OverrideFileError: at the start a file that cannot be read is refused."""
        self._file = file
        self._stamp = _stamp(file)
        self._plan: OverridePlan | None = OverridePlan() if file is None else read_overrides(file)
        self.faults = 0

    def officer(self, since: datetime, until: datetime, error_s: float | None) -> bool:
        """Whether one perhaps directs the traffic in any part of that time; error_s: of the clock behind it."""
        return self._plan is None or _meets(self._plan.officer, since, until, error_s)

    def priority(self, since: datetime, until: datetime, error_s: float | None) -> bool:
        return self._plan is None or _meets(self._plan.priority, since, until, error_s)

    def refresh(self) -> None:
        """Read the file anew if it changed."""
        if self._file is None:
            return
        stamp = _stamp(self._file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._plan = read_overrides(self._file)
        except OverrideFileError as error:
            self._plan = None
            self.faults += 1
            log.warning("nobody is accused until it can be read: %s", error)
        else:
            log.info("%s: read anew", self._file)


def _stamp(file: Path | None) -> tuple[int, int] | None:
    """What changes when the file does; None where it is not there."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_size)


def _meets(windows: Sequence[Window], since: datetime, until: datetime, error_s: float | None) -> bool:
    error = timedelta(seconds=UNKNOWN_ERROR_S if error_s is None else error_s)
    return any(window.since - error <= until and since <= window.until + error for window in windows)
