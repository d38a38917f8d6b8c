"""Numbers the events of one camera and one boot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from vision.events.bodies import Counts, Crossing, Finding, Health
from vision.events.envelope import CountsEvent, CrossingEvent, Event, FindingEvent, HealthEvent


class EventStream:
    """Wraps bodies into envelopes with ids `camera/boot/sequence` that never repeat.

    `started_at` is the UTC label of media second 0; an event's `time` is that label plus its media time.
    """

    def __init__(self, camera: str, boot: str, started_at: datetime) -> None:
        self._camera = camera
        self._boot = boot
        self._started_at = started_at.astimezone(UTC)
        self._sequence = count()

    def label(self, media_s: float) -> datetime:
        """The UTC time people read for a media second."""
        return self._started_at + timedelta(seconds=media_s)

    def wrap(self, body: Crossing | Counts | Finding | Health, media_s: float) -> Event:
        wrap: Callable[..., Event]
        match body:
            case Crossing():
                wrap = CrossingEvent
            case Counts():
                wrap = CountsEvent
            case Finding():
                wrap = FindingEvent
            case Health():
                wrap = HealthEvent
        sequence = next(self._sequence)
        return wrap(
            id=f"{self._camera}/{self._boot}/{sequence}",
            source=f"/cameras/{self._camera}",
            time=self.label(media_s),
            camera=self._camera,
            boot=self._boot,
            sequence=sequence,
            data=body,
        )
