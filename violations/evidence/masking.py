"""Who is made unrecognisable in a copy that leaves, and where: everybody but the accused. Pure.

In doubt more is masked, never less: in a frame that nobody looked at, and in one in which nobody was seen at all though
somebody is accused, everything is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from violations.evidence.believed import Believed, BelievedFrame, Row
from violations.evidence.record import EvidenceRecord, Still

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels of the frame; x2 and y2 just outside it."""

MARGIN = 0.15
LEAST_MARGIN_PX = 4
# Between two frames that were looked at, everybody is somewhere between where they were in both; not over a longer gap.
GAP_S = 0.5
# Whoever was seen this long before or after was there in between too: a detector blinks, people do not.
BLINK_S = 0.5
SAME_FRAME_S = 0.002
ABOUT_THE_RIDER = frozenset({"no_helmet", "passengers"})
# The share of the accused's box, from its top, where heads are: riders' above the machine, drivers' behind the glass.
HEAD_SHARE = {"motorbike": 0.4, "bicycle": 0.4, "car": 0.55, "bus": 0.65, "truck": 0.65, "pedestrian": 0.35}
# A walker this much inside the accused's box is the accused's own rider.
OWN_RIDER_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Mask:
    """boxes: what is masked; all of the picture where None. clear: what stays to be seen all the same."""

    boxes: tuple[Box, ...] | None
    clear: tuple[Box, ...] = ()


EVERYTHING = Mask(None)


class MaskPlan:
    """The masks of one package. believed: None where the package does not say who was where: all is masked."""

    def __init__(self, record: EvidenceRecord, believed: Believed | None) -> None:
        self._record = record
        self._believed = believed
        self._by_index = {frame.frame: frame for frame in believed.frames} if believed else {}

    def still(self, still: Still) -> Mask:
        frame = self._by_index.get(still.frame)
        if frame is None or abs(frame.media_s - still.media_s) > SAME_FRAME_S:
            return EVERYTHING
        return Mask(self._masked([frame], frame.media_s), self._plate_in(still))

    def at(self, media_s: float) -> Mask:
        """Of the picture of the clip at this time."""
        if self._believed is None:
            return EVERYTHING
        before, after = self._believed.around(media_s + SAME_FRAME_S)
        if before and abs(before[-1].media_s - media_s) <= SAME_FRAME_S:
            return Mask(self._masked([before[-1]], media_s))
        if not (before and after and before[-1].media_s >= media_s - GAP_S and after[0].media_s <= media_s + GAP_S):
            return EVERYTHING
        return Mask(self._masked([before[-1], after[0]], media_s))

    def since(self, since_s: float) -> Callable[[float], Mask]:
        """As `at`, by seconds on the clock of a clip that begins at `since_s`."""
        return lambda clip_s: self.at(since_s + clip_s)

    def _masked(self, frames: Sequence[BelievedFrame], media_s: float) -> tuple[Box, ...] | None:
        """Boxes of everybody in these frames, each one's united; None (everything) where nobody was seen."""
        rows: dict[int, list[Row]] = {}
        for row in (row for frame in frames for row in frame.tracks):
            rows.setdefault(row[0], []).append(row)
        if not rows:
            return None
        for row in self._blinking(media_s):
            rows.setdefault(row[0], [row])
        accused = _hull(rows.get(self._record.track, []))
        boxes = [box for who, theirs in rows.items() if (box := self._box_of(who, theirs, accused)) is not None]
        return tuple(boxes)

    def _box_of(self, who: int, rows: Sequence[Row], accused: Box | None) -> Box | None:
        box = _hull(rows)
        assert box is not None and self._believed is not None
        about_the_rider = self._record.offence in ABOUT_THE_RIDER
        if who == self._record.track:
            return None if about_the_rider else self._clipped(_head(box, self._record.vehicle))
        if about_the_rider and accused and self._walks(rows) and _share_inside(box, accused) >= OWN_RIDER_SHARE:
            return None
        return self._clipped(_grown(box))

    def _walks(self, rows: Sequence[Row]) -> bool:
        assert self._believed is not None
        kinds = self._believed.kinds
        return all(row[1] < len(kinds) and kinds[row[1]] == "pedestrian" for row in rows)

    def _blinking(self, media_s: float) -> Iterator[Row]:
        """Of everybody seen shortly before or after, where they were nearest in time."""
        assert self._believed is not None
        near = [frame for frame in self._believed.frames if abs(frame.media_s - media_s) <= BLINK_S]
        for frame in sorted(near, key=lambda frame: abs(frame.media_s - media_s)):
            yield from frame.tracks

    def _plate_in(self, still: Still) -> tuple[Box, ...]:
        """The accused's own plate stays to be read in the still it was read in."""
        crop = self._record.plate.crop if self._record.plate else None
        if crop is None or crop.still != still.name:
            return ()
        xs, ys = [x for x, _ in crop.quad], [y for _, y in crop.quad]
        return (self._clipped((floor(min(xs)), floor(min(ys)), ceil(max(xs)), ceil(max(ys)))),)

    def _clipped(self, box: Box) -> Box:
        assert self._believed is not None
        width, height = self._believed.size_px
        x1, y1, x2, y2 = box
        return max(0, x1), max(0, y1), min(width, x2), min(height, y2)


def _hull(rows: Sequence[Row]) -> Box | None:
    if not rows:
        return None
    return min(r[2] for r in rows), min(r[3] for r in rows), max(r[4] for r in rows), max(r[5] for r in rows)


def _grown(box: Box) -> Box:
    x1, y1, x2, y2 = box
    across = max(LEAST_MARGIN_PX, ceil(MARGIN * (x2 - x1)))
    along = max(LEAST_MARGIN_PX, ceil(MARGIN * (y2 - y1)))
    return x1 - across, y1 - along, x2 + across, y2 + along


def _head(box: Box, vehicle: str) -> Box:
    x1, y1, x2, _ = _grown(box)
    return x1, y1, x2, box[1] + ceil(HEAD_SHARE.get(vehicle, 1.0) * (box[3] - box[1]))


def _share_inside(box: Box, other: Box) -> float:
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0, width) * max(0, height) / area if area > 0 else 0.0
