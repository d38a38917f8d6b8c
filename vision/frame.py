"""One picture of one camera, with the time the camera itself gave it."""

from dataclasses import dataclass

from vision.arrays import U8


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """
    index        place among the source's good frames, from 0
    media_s      the stream's own presentation time, seconds from its first frame; never wall time
    image        (height, width, 3) uint8, BGR, full resolution; never edited in place
    arrived_s    time.monotonic() when decoding ended: ages and timeouts are taken from this
    """

    index: int
    media_s: float
    image: U8
    arrived_s: float

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height)."""
        return self.image.shape[1], self.image.shape[0]
