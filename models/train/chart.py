"""One curve as a small SVG picture with axes: text that any browser shows and any printer prints."""

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 548, 12, 212
TICKS_AT_MOST = 6

Point = tuple[float, float]


def curve_svg(name: str, points: Sequence[Point], x_name: str) -> str:
    """The points joined in their order; `name` and `x_name` (with units) stand at the axes.

    Points that are no numbers (a loss that burst) are left out and counted below the curve; without one left a sentence
    stands in the curve's place.
    """
    sound = [point for point in points if all(map(math.isfinite, point))]
    xs, ys = (_span([point[axis] for point in sound]) for axis in (0, 1))
    parts = [_grid(xs, ys), _line(sound, xs, ys) if sound else _words("chưa có điểm nào · no points yet")]
    if len(sound) < len(points):
        parts.append(_lost(len(points) - len(sound)))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}: {escape(x_name)}">'
        f"{''.join(parts)}"
        f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x_name)}</text></svg>'
    )


def ticks(low: float, high: float) -> list[float]:
    """Round values (1, 2 or 5 times a power of ten) from `low` to `high`, which must be more."""
    rough = (high - low) / (TICKS_AT_MOST - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest value, widened where all are the same; 0 to 1 without any."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    spare = abs(low) / 2 or 0.5
    return low - spare, high + spare


def _x(value: float, span: Point) -> float:
    return LEFT + (value - span[0]) / (span[1] - span[0]) * (RIGHT - LEFT)


def _y(value: float, span: Point) -> float:
    return BOTTOM - (value - span[0]) / (span[1] - span[0]) * (BOTTOM - TOP)


def _grid(xs: Point, ys: Point) -> str:
    """Frame, lines and numbers."""
    parts = [f'<path class="axis" d="M{LEFT},{TOP}V{BOTTOM}H{RIGHT}"/>']
    for value in ticks(*ys):
        y = _y(value, ys)
        parts.append(f'<path class="grid" d="M{LEFT},{y:.1f}H{RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,.6g}</text>')
    for value in ticks(*xs):
        x = _x(value, xs)
        parts.append(f'<path class="axis" d="M{x:.1f},{BOTTOM}v4"/>')
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 18}" text-anchor="middle">{value:,.6g}</text>')
    return "".join(parts)


def _line(points: Sequence[Point], xs: Point, ys: Point) -> str:
    """A single point is a dot: a line of one point shows nothing."""
    if len(points) == 1:
        return f'<circle class="curve-dot" cx="{_x(points[0][0], xs):.1f}" cy="{_y(points[0][1], ys):.1f}" r="3"/>'
    steps = " ".join(f"{_x(x, xs):.1f},{_y(y, ys):.1f}" for x, y in points)
    return f'<polyline class="curve" points="{steps}"/>'


def _words(text: str) -> str:
    return f'<text x="{(LEFT + RIGHT) / 2}" y="{(TOP + BOTTOM) / 2}" text-anchor="middle">{text}</text>'


def _lost(number: int) -> str:
    text = f"{number} điểm không phải số · {number} points that are no numbers"
    return f'<text x="{RIGHT}" y="{TOP + 12}" text-anchor="end">{text}</text>'
