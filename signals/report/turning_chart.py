"""Who went where: entries on the left, exits on the right, bands as wide as the number of vehicles."""

from collections.abc import Sequence
from dataclasses import dataclass

from signals.report.number import Number, total
from signals.report.svg import Drawing
from signals.report.words import Words

WIDTH_PX, LEFT_PX, RIGHT_PX = 760, 190, 570
BANDS_PX, GAP_PX, TOP_PX, BAR_PX = 220, 26, 30, 8
LEAST_PX = 1.5


@dataclass(frozen=True, slots=True)
class Flow:
    """Vehicles from one line to another. movement: its name in the scene, None where it has none."""

    entry: str
    exit: str
    movement: str | None
    number: Number


def draw_turning_chart(flows: Sequence[Flow], label: str, words: Words) -> Drawing:
    """`flows` with at least one vehicle among them; those that are not known are named in the table, not drawn."""
    known = [flow for flow in flows if flow.number.value]
    per_vehicle_px = BANDS_PX / sum(flow.number.value or 0.0 for flow in known)
    entries = _Side(known, [flow.entry for flow in known], per_vehicle_px)
    exits = _Side(known, [flow.exit for flow in known], per_vehicle_px)
    drawing = Drawing(WIDTH_PX, max(entries.foot_px, exits.foot_px) + 8, label)
    drawing.text("tick", LEFT_PX, 14, words("turning.entry"), "end")
    drawing.text("tick", RIGHT_PX, 14, words("turning.exit"))
    for number, flow in enumerate(known):
        band_px = max((flow.number.value or 0.0) * per_vehicle_px, LEAST_PX)
        start, end = entries.take(flow.entry, band_px), exits.take(flow.exit, band_px)
        _draw_band(drawing, ("first", "second")[number % 2], start, end, band_px)
    for side, x, anchor in ((entries, LEFT_PX, "end"), (exits, RIGHT_PX, "start")):
        for name, (top_px, height_px, sum_of) in side.bars.items():
            drawing.rect("bar", x - (BAR_PX if anchor == "end" else 0), top_px, BAR_PX, height_px)
            words_x = x - 14 if anchor == "end" else x + 14
            middle = top_px + height_px / 2
            drawing.text("name", words_x, middle - 1, name, "end" if anchor == "end" else "start")
            drawing.text("tick", words_x, middle + 14, words.measured(sum_of), "end" if anchor == "end" else "start")
    return drawing


class _Side:
    """One column of names with their bars, and how much of each is already taken by bands."""

    def __init__(self, flows: Sequence[Flow], names: Sequence[str], per_vehicle_px: float) -> None:
        self.bars: dict[str, tuple[float, float, Number]] = {}
        self._taken: dict[str, float] = {}
        top_px = float(TOP_PX)
        for name in dict.fromkeys(sorted(names)):
            mine = [flow.number for flow, own in zip(flows, names, strict=True) if own == name]
            height_px = sum(max((one.value or 0.0) * per_vehicle_px, LEAST_PX) for one in mine)
            self.bars[name] = (top_px, height_px, total(mine))
            self._taken[name] = top_px
            top_px += max(height_px, 14) + GAP_PX
        self.foot_px = top_px

    def take(self, name: str, band_px: float) -> float:
        """The upper edge of the next band at that name."""
        top_px = self._taken[name]
        self._taken[name] += band_px
        return top_px


def _draw_band(drawing: Drawing, look: str, start_px: float, end_px: float, band_px: float) -> None:
    middle = (LEFT_PX + RIGHT_PX) / 2
    drawing.path(
        f"band {look}",
        f"M{LEFT_PX} {start_px:.1f}C{middle} {start_px:.1f} {middle} {end_px:.1f} {RIGHT_PX} {end_px:.1f}v{band_px:.1f}"
        f"C{middle} {end_px + band_px:.1f} {middle} {start_px + band_px:.1f} {LEFT_PX} {start_px + band_px:.1f}Z",
    )
