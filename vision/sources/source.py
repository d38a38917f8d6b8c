"""What every source of pictures promises to the stages behind it."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from vision.frame import Frame
from vision.sources.report import SourceReport
from vision.sources.ring import PacketRing


class Source(Protocol):
    """Frames of one camera, in order, with the stream's own clock.

    A recorded source (file, folder) is read once from first to last; asking it for a second pass raises SourceError.
    A live source hands out the freshest frame, blocks while the camera is away, and ends only when it is closed.
    """

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height) of the first frame, as a viewer sees it (rotation already applied)."""

    @property
    def fps(self) -> float | None:
        """Nominal frames per second; None when the stream does not say. Never a substitute for media_s."""

    @property
    def frames_expected(self) -> int | None:
        """How many frames the container states, or an estimate from its duration; None when nobody knows."""

    @property
    def live(self) -> bool:
        """True for a camera or URL: frames may be dropped and the source has no end of its own."""

    @property
    def ring(self) -> PacketRing | None:
        """The last seconds of the original encoded packets; None unless asked for and the source is encoded video."""

    def __iter__(self) -> Iterator[Frame]: ...

    def report(self) -> SourceReport:
        """What was read so far; may be asked at any time and from any thread."""

    def close(self) -> None:
        """Release file, socket and thread; wakes a waiting iteration. Closing twice is harmless."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
