"""Numbers the events of one camera and one boot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from vision.events.bodies import Body
from vision.events.envelope import EVENT_OF, Event


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

    def wrap(self, body: Body, media_s: float) -> Event:
        """KeyError for a body that no event carries."""
        wrap: Callable[..., Event] = EVENT_OF[type(body)]
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
