"""Two numbers of the same thing beside each other, thing by thing: counted by hand above, by the engine below."""

from collections.abc import Sequence
from dataclasses import dataclass

from signals.report.number import Number
from signals.report.svg import Drawing
from signals.report.time_chart import round_up
from signals.report.words import Words

WIDTH_PX, LEFT_PX, RIGHT_PX = 760, 230, 700
TOP_PX, ROW_PX, BAR_PX, FOOT_PX, CAP_PX = 8, 34, 11, 26, 2.5


@dataclass(frozen=True, slots=True)
class Pair:
    """engine: may be unknown, then its place is hatched; its whisker is its own error."""

    label: str
    hand: int
    engine: Number


def draw_paired_chart(pairs: Sequence[Pair], label: str, words: Words) -> Drawing:
    """Vehicles; at least one pair."""
    foot_px = TOP_PX + ROW_PX * len(pairs)
    drawing = Drawing(WIDTH_PX, foot_px + FOOT_PX, label)
    reach = max(max(pair.hand, (pair.engine.value or 0.0) + (pair.engine.error or 0.0)) for pair in pairs)
    scale = round_up(reach)
    per_vehicle_px = (RIGHT_PX - LEFT_PX) / scale
    for share in (0.5, 1.0):
        x = LEFT_PX + (RIGHT_PX - LEFT_PX) * share
        drawing.line("grid", x, TOP_PX, x, foot_px)
    for place, pair in enumerate(pairs):
        _draw_pair(drawing, pair, TOP_PX + ROW_PX * place, per_vehicle_px)
    drawing.line("axis", LEFT_PX, TOP_PX, LEFT_PX, foot_px)
    drawing.text("tick", LEFT_PX, foot_px + 15, "0", "middle")
    drawing.text("tick", RIGHT_PX, foot_px + 15, f"{words.number(scale)} {words('chart.vehicles')}", "middle")
    return drawing


def _draw_pair(drawing: Drawing, pair: Pair, top: float, per_vehicle_px: float) -> None:
    drawing.text("name", LEFT_PX - 8, top + ROW_PX / 2 + 2, pair.label, "end")
    drawing.rect("first", LEFT_PX, top + 4, pair.hand * per_vehicle_px, BAR_PX)
    own = top + 4 + BAR_PX + 1
    if pair.engine.value is None:
        drawing.hatch(LEFT_PX, own, RIGHT_PX - LEFT_PX, BAR_PX)
        return
    drawing.rect("second", LEFT_PX, own, pair.engine.value * per_vehicle_px, BAR_PX)
    if pair.engine.error:
        low, high = (max(pair.engine.value + way * pair.engine.error, 0.0) for way in (-1, 1))
        middle = own + BAR_PX / 2
        left, right = LEFT_PX + low * per_vehicle_px, LEFT_PX + high * per_vehicle_px
        drawing.error_bar((left, middle), (right, middle), CAP_PX)
