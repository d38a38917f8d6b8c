"""Decoding no more than somebody wants to see.

Pictures to which no other picture refers can be left undecoded without harm to the rest. How many those are, only the
stream shows, so it is tried: where enough pictures remain for the wanted rate, it stays so.
"""

from av.video.codeccontext import VideoCodecContext

WINDOW_S = 2.0
WORTH_TRYING = 1.5
"""A stream must give this many times the wanted rate before anything is left out,"""
ENOUGH = 1.2
"""and this many times while something is: the rest is not evenly spaced."""


class Thrift:
    """Told of every picture, it switches the decoder of one opened stream."""

    def __init__(self, context: VideoCodecContext, rate_fps: float) -> None:
        self._context = context
        self._rate_fps = rate_fps
        self._since_s: float | None = None
        self._pictures = 0
        self._least = WORTH_TRYING
        self.saves = False
        self._over = False

    def saw(self, media_s: float) -> None:
        """A picture came out of the decoder."""
        if self._over:
            return
        if self._since_s is None:
            self._since_s = media_s
        elif media_s - self._since_s >= WINDOW_S:
            self._judge(self._pictures / (media_s - self._since_s))
            self._since_s, self._pictures = media_s, 0
        self._pictures += 1

    def _judge(self, given_fps: float) -> None:
        """`given_fps`: what the decoder gave in the last window."""
        enough = given_fps >= self._least * self._rate_fps
        self._over = not enough
        self._least = ENOUGH
        if enough != self.saves:
            self.saves = enough
            self._context.skip_frame = "NONREF" if enough else "DEFAULT"
