"""What of a picture can be made out in a copy that leaves: the accused, and the place and lamps of the offence. Pure.

All the rest is made so coarse that nobody can be made out in it, whether anybody was detected there or not. The accused
too is in cells, too large for a face or for the plate of whoever stands beside it; as it was is shown only its plate,
where it was read, and what the offence is about. In doubt everything is as coarse as the rest: in a frame that nobody
looked at, and in one in which the accused was not really seen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from violations.evidence.believed import Believed, BelievedFrame, Corners, Pixel, Row
from violations.evidence.record import EvidenceRecord, Still

Box = Corners
"""x1, y1, x2, y2 in pixels of the frame; x2 and y2 just outside it."""

# Around the accused's box a little of the road, and at the feet enough to see a line that is crossed.
REGION_MARGIN = 0.06
REGION_BELOW = 0.12
MARGIN = 0.15
LEAST_MARGIN_PX = 4
# Between two frames that were looked at, everybody is somewhere between where they were in both; not over a longer gap.
GAP_S = 0.5
# Whoever was seen this long before or after was there in between too: a detector blinks, people do not.
BLINK_S = 0.5
# A place that was only predicted may show somebody else: so near to it the accused must have been really seen.
REALLY_SEEN_WITHIN_S = 0.25
SAME_FRAME_S = 0.002
ABOUT_THE_RIDER = frozenset({"no_helmet", "passengers"})
# Of what an offence is about, from and to, as shares of the accused's box from its top: this alone is shown as it was.
SHOWN = {"no_helmet": (0.0, 0.6), "passengers": (0.0, 0.8), "plate_covered": (0.4, 1.0)}
# A walker this much inside the accused's box is the accused's own rider.
OWN_RIDER_SHARE = 0.6
# Cells along the accused's longer side: about 0.04 m of a motorbike, 0.05 to 0.1 m of a car. The vehicle and its colour
# are told; a face of 0.2 m has 5 cells across, a line of a motorbike's plate 5 for its 5 characters, of a car's 7 to 12
# for 5 to 8.
CELLS_IN_THE_ACCUSED = {"motorbike": 48, "bicycle": 48, "pedestrian": 48, "car": 40, "bus": 50, "truck": 50}
# And outside of it, at the accused's largest: about 0.3 m of a motorbike, 0.45 m of a car, 0.7 m of a bus.
CELLS_OVER_THE_ACCUSED = {"motorbike": 6, "bicycle": 6, "pedestrian": 6, "car": 10, "bus": 16, "truck": 16}
OTHERWISE = "pedestrian"
"""Who is masked like any other kind of vehicle: the coarsest of all."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Everything is coarse; the regions of the `accused` are less so, in `accused_cells` along their longer side.

    clear: shown as it was, but for `hidden`. plate: shown as it was, whatever lies over it. lamps: in finer cells of
    their own: colour and place of a light, and nothing else. cell_px: least side of a coarse cell. strokes, outlines,
    captions: what is drawn over the coarse part: the place, the others, the words.
    """

    accused: tuple[Box, ...] = ()
    accused_cells: int = 1
    clear: tuple[Box, ...] = ()
    hidden: tuple[Box, ...] = ()
    plate: tuple[Box, ...] = ()
    lamps: tuple[Box, ...] = ()
    cell_px: int = 1
    strokes: tuple[tuple[Pixel, ...], ...] = ()
    outlines: tuple[Box, ...] = ()
    captions: tuple[str, ...] = ()


EVERYTHING = Mask()


class MaskPlan:
    """The masks of one package. believed: None where the package does not say who was where: nothing is clear."""

    def __init__(self, record: EvidenceRecord, believed: Believed | None) -> None:
        self._record = record
        self._believed = believed
        self._by_index = {frame.frame: frame for frame in believed.frames} if believed else {}
        self._nobody = EVERYTHING if believed is None else self._of_the_scene(believed)

    def still(self, still: Still) -> Mask:
        frame = self._by_index.get(still.frame)
        if frame is None or abs(frame.media_s - still.media_s) > SAME_FRAME_S:
            return self._nobody
        return self._mask([frame], frame.media_s, self._plate_in(still), self._captions(still))

    def at(self, media_s: float) -> Mask:
        """Of the picture of the clip at this time."""
        if self._believed is None:
            return EVERYTHING
        before, after = self._believed.around(media_s + SAME_FRAME_S)
        if before and abs(before[-1].media_s - media_s) <= SAME_FRAME_S:
            return self._mask([before[-1]], media_s)
        if not (before and after and before[-1].media_s >= media_s - GAP_S and after[0].media_s <= media_s + GAP_S):
            return self._nobody
        return self._mask([before[-1], after[0]], media_s)

    def since(self, since_s: float) -> Callable[[float], Mask]:
        """As `at`, by seconds on the clock of a clip that begins at `since_s`."""
        return lambda clip_s: self.at(since_s + clip_s)

    def _of_the_scene(self, believed: Believed) -> Mask:
        """What is the same in every picture: how coarse it is, the lamps, the place."""
        boxes = [row[2:6] for frame in believed.frames for row in frame.tracks if row[0] == self._record.track]
        largest_px = max((max(x2 - x1, y2 - y1) for x1, y1, x2, y2 in boxes), default=1)
        kind = self._record.vehicle if self._record.vehicle in CELLS_IN_THE_ACCUSED else OTHERWISE
        return Mask(
            accused_cells=CELLS_IN_THE_ACCUSED[kind],
            cell_px=max(1, ceil(largest_px / CELLS_OVER_THE_ACCUSED[kind])),
            lamps=tuple(map(self._clipped, believed.lamps)),
            strokes=believed.strokes,
        )

    def _mask(
        self,
        frames: Sequence[BelievedFrame],
        media_s: float,
        plate: tuple[Box, ...] = (),
        captions: tuple[str, ...] = (),
    ) -> Mask:
        """Of a picture in which everybody is somewhere between where they were in `frames`."""
        rows: dict[int, list[Row]] = {}
        for row in (row for frame in frames for row in frame.tracks):
            rows.setdefault(row[0], []).append(row)
        mask = replace(self._nobody, plate=plate, captions=captions)
        accused = _hull(rows.pop(self._record.track, [])) if self._is_really_seen(media_s) else None
        if accused is None:
            return mask
        outlines = tuple(self._clipped(box) for theirs in rows.values() if (box := _hull(theirs)) is not None)
        for row in self._blinking(media_s):
            rows.setdefault(row[0], [row])
        others = (_hull(theirs) for theirs in rows.values() if not self._is_own_rider(theirs, accused))
        return replace(
            mask,
            accused=(self._clipped(_with_its_road(accused)),),
            clear=tuple(self._clipped(box) for box in _shown(accused, self._record.offence)),
            hidden=tuple(self._clipped(_grown(box)) for box in others if box is not None),
            outlines=outlines,
        )

    def _is_own_rider(self, rows: Sequence[Row], accused: Box) -> bool:
        box = _hull(rows)
        about_the_rider = self._record.offence in ABOUT_THE_RIDER and self._walks(rows)
        return about_the_rider and box is not None and _share_inside(box, accused) >= OWN_RIDER_SHARE

    def _is_really_seen(self, media_s: float) -> bool:
        """Whether the accused was seen, not only expected, at about this time."""
        return any(
            row[0] == self._record.track and row[6]
            for frame in self._near(media_s, REALLY_SEEN_WITHIN_S)
            for row in frame.tracks
        )

    def _walks(self, rows: Sequence[Row]) -> bool:
        assert self._believed is not None
        kinds = self._believed.kinds
        return all(row[1] < len(kinds) and kinds[row[1]] == "pedestrian" for row in rows)

    def _blinking(self, media_s: float) -> Iterator[Row]:
        """Of everybody else seen shortly before or after, where they were nearest in time."""
        for frame in sorted(self._near(media_s, BLINK_S), key=lambda frame: abs(frame.media_s - media_s)):
            yield from (row for row in frame.tracks if row[0] != self._record.track)

    def _near(self, media_s: float, within_s: float) -> list[BelievedFrame]:
        assert self._believed is not None
        _, later = self._believed.around(media_s - within_s - SAME_FRAME_S)
        _, beyond = self._believed.around(media_s + within_s + SAME_FRAME_S)
        return list(later[: len(later) - len(beyond)])

    def _plate_in(self, still: Still) -> tuple[Box, ...]:
        """The accused's own plate stays to be read in the still it was read in."""
        crop = self._record.plate.crop if self._record.plate else None
        if crop is None or crop.still != still.name:
            return ()
        xs, ys = [x for x, _ in crop.quad], [y for _, y in crop.quad]
        return (self._clipped((floor(min(xs)), floor(min(ys)), ceil(max(xs)), ceil(max(ys)))),)

    def _captions(self, still: Still) -> tuple[str, ...]:
        """The words of the explained picture, which become coarse with the rest and are written again."""
        if still.shows != "overlay":
            return ()
        return tuple(f"{one.name} {one.value:.2f} +- {one.error:.2f} {one.unit}" for one in self._record.measures)

    def _clipped(self, box: Box) -> Box:
        assert self._believed is not None
        width, height = self._believed.size_px
        x1, y1, x2, y2 = box
        return max(0, x1), max(0, y1), min(width, x2), min(height, y2)


def _hull(rows: Sequence[Row]) -> Box | None:
    if not rows:
        return None
    return min(r[2] for r in rows), min(r[3] for r in rows), max(r[4] for r in rows), max(r[5] for r in rows)


def _with_its_road(box: Box) -> Box:
    x1, y1, x2, y2 = box
    across, along = ceil(REGION_MARGIN * (x2 - x1)), ceil(REGION_MARGIN * (y2 - y1))
    return x1 - across, y1 - along, x2 + across, y2 + ceil(REGION_BELOW * (y2 - y1))


def _grown(box: Box) -> Box:
    x1, y1, x2, y2 = box
    across = max(LEAST_MARGIN_PX, ceil(MARGIN * (x2 - x1)))
    along = max(LEAST_MARGIN_PX, ceil(MARGIN * (y2 - y1)))
    return x1 - across, y1 - along, x2 + across, y2 + along


def _shown(box: Box, offence: str) -> tuple[Box, ...]:
    """The part of the accused's box that the offence is about; nothing where that is not how somebody looks."""
    if offence not in SHOWN:
        return ()
    x1, y1, x2, y2 = _with_its_road(box)
    top, bottom = SHOWN[offence]
    return ((x1, y1 if top == 0 else box[1] + floor(top * (box[3] - box[1])), x2, _lower(box, bottom, y2)),)


def _lower(box: Box, share: float, end: int) -> int:
    return end if share == 1 else box[1] + ceil(share * (box[3] - box[1]))


def _share_inside(box: Box, other: Box) -> float:
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0, width) * max(0, height) / area if area > 0 else 0.0
