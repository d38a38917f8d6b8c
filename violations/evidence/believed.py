"""`tracks.json` of a package: where the agent believed whom to be, frame by frame, as far as it looked.

Sealed with the rest, so that masking a copy and drawing over a clip need no second opinion. It holds no picture and no
name: numbers of tracks, their kinds and boxes; and what of the scene stands still and belongs to the proof.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from violations.evidence.canonical import LARGEST_WHOLE, canonical_json
from violations.evidence.stated import Stated

TRACKS = "tracks.json"
LARGEST_TRACKS_BYTES = 32_000_000
"""Twenty seconds of four hundred tracks at fifty frames a second have less."""
Whole = Annotated[int, Field(ge=-(2**24), le=2**24)]
Row = tuple[
    Annotated[int, Field(ge=1, le=LARGEST_WHOLE)], Annotated[int, Field(ge=0, le=127)], Whole, Whole, Whole, Whole, bool
]
"""id, kind (index into `kinds`), x1, y1, x2, y2 in pixels of the frame, and whether it was really seen in it."""


Pixel = tuple[Whole, Whole]
Corners = tuple[Whole, Whole, Whole, Whole]
"""x1, y1, x2, y2 in pixels of the frame."""


class BelievedFrame(Stated):
    frame: Annotated[int, Field(ge=0)]
    media_s: Annotated[float, Field(allow_inf_nan=False)]
    tracks: tuple[Row, ...]


class Believed(Stated):
    """size_px: (width, height) of the frames. kinds: the names of the kinds. frames: those looked at, in order of time;
    of the others nobody believed anything.

    Since ngatu-tracks-2: strokes: the place in the scene that the offence is about, from point to point. lamps: the
    signal heads that the scene names.
    """

    format: Literal["ngatu-tracks-1", "ngatu-tracks-2"] = "ngatu-tracks-2"
    size_px: tuple[Annotated[int, Field(ge=1, le=2**16)], Annotated[int, Field(ge=1, le=2**16)]]
    kinds: tuple[str, ...]
    frames: tuple[BelievedFrame, ...]
    strokes: Annotated[tuple[tuple[Pixel, ...], ...], Field(max_length=64)] = ()
    lamps: Annotated[tuple[Corners, ...], Field(max_length=64)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for before, after in zip(self.frames, self.frames[1:], strict=False):
            if not after.media_s > before.media_s:
                raise ValueError(f"frames: wanted one later than {before.media_s} s, found {after.media_s} s")
        if self.format == "ngatu-tracks-1" and self.model_fields_set & {"strokes", "lamps"}:
            raise ValueError("strokes, lamps: wanted them in ngatu-tracks-2 alone, found them in ngatu-tracks-1")
        return self

    def written(self) -> bytes:
        return canonical_json(self.model_dump(mode="json"))

    def around(self, media_s: float) -> tuple[Sequence[BelievedFrame], Sequence[BelievedFrame]]:
        """The frames up to and with this time, and those after it, in order of time."""
        place = bisect_left(self.frames, media_s + 1e-9, key=lambda frame: frame.media_s)
        return self.frames[:place], self.frames[place:]
