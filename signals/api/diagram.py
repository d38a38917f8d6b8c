"""The cycle as a bar diagram: one row per movement, green, yellow and red over time. SVG for screen and print."""

from collections.abc import Iterator
from html import escape

from signals.plan.check import green_spans
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan

WIDTH_PX = 960
LABEL_PX = 150
ROW_PX = 26
BAR_PX = 14
TOP_PX = 46
BOTTOM_PX = 30
GREEN, YELLOW, RED, INK = "#1f8f4e", "#e0a800", "#c9372c", "#1b1f24"


def stage_diagram(plan: TimingPlan, junction: Junction) -> str:
    """A standalone SVG document. Red is a thin line and green a full bar, so that it reads in black and white too."""
    height_px = TOP_PX + ROW_PX * len(junction.movements) + BOTTOM_PX
    title = escape(f"{junction.name}: cycle {plan.cycle_s:g} s")
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {height_px}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH_PX}" height="{height_px}" fill="#ffffff"/>',
        f'<text x="8" y="18" font-size="14" font-weight="bold">{title}</text>',
        *_stage_marks(plan, height_px),
    ]
    for i, movement in enumerate(junction.movements):
        rows += _row(plan, junction, movement.name, TOP_PX + ROW_PX * i)
    return "\n".join([*rows, "</svg>"])


def _x_px(plan: TimingPlan, at_s: float) -> float:
    return LABEL_PX + (WIDTH_PX - LABEL_PX - 16) * at_s / plan.cycle_s


def _stage_marks(plan: TimingPlan, height_px: int) -> Iterator[str]:
    foot_px = height_px - BOTTOM_PX
    for timing in plan.stages:
        x_px = _x_px(plan, timing.start_s)
        yield f'<path d="M{x_px:.1f} 30V{foot_px + 6}" stroke="#8c959f" stroke-dasharray="3 3"/>'
        yield f'<text x="{x_px + 4:.1f}" y="40">{escape(timing.stage)} {timing.green_s:g} s</text>'
        yield f'<text x="{x_px:.1f}" y="{foot_px + 20}" text-anchor="middle">{timing.start_s:g}</text>'
    end_px = _x_px(plan, plan.cycle_s)
    yield f'<text x="{end_px:.1f}" y="{foot_px + 20}" text-anchor="middle">{plan.cycle_s:g} s</text>'


def _row(plan: TimingPlan, junction: Junction, movement: str, top_px: int) -> Iterator[str]:
    middle_px = top_px + ROW_PX / 2
    yield f'<text x="8" y="{middle_px + 4:.1f}">{escape(movement)}</text>'
    yield f'<path stroke="{RED}" stroke-width="3" d="{_stroke(plan, 0, plan.cycle_s, middle_px)}"/>'
    for span in green_spans(plan, junction, movement):
        yellow_s = min(junction.yellow_s, plan.cycle_s - span.length_s)
        green = _stroke(plan, span.start_s, span.length_s, middle_px)
        yellow = _stroke(plan, span.start_s + span.length_s, yellow_s, middle_px)
        yield f'<path stroke="{GREEN}" stroke-width="{BAR_PX}" d="{green}"/>'
        yield f'<path stroke="{YELLOW}" stroke-width="{BAR_PX}" d="{yellow}"/>'


def _stroke(plan: TimingPlan, start_s: float, length_s: float, middle_px: float) -> str:
    """SVG path of a span; one that runs past the end of the cycle goes on at its start."""
    start_s %= plan.cycle_s
    first_s = min(length_s, plan.cycle_s - start_s)
    pieces = [(start_s, start_s + first_s), (0.0, length_s - first_s)]
    return "".join(
        f"M{_x_px(plan, from_s):.1f} {middle_px:g}H{_x_px(plan, to_s):.1f}" for from_s, to_s in pieces if to_s > from_s
    )
