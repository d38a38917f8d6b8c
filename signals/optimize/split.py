"""Shares the green of a cycle among stages, within bounds, and rounds to whole seconds."""

from collections.abc import Sequence
from math import floor

LEAST_WEIGHT = 1e-9
"""A stage nobody needs still takes what is left over when every other stage stands at its longest green."""


def split(total: float, weights: Sequence[float], low: Sequence[float], high: Sequence[float]) -> tuple[float, ...]:
    """Parts that add up to `total`, in proportion to `weights` wherever `low` and `high` let them.

    Wants Σ low ≤ total ≤ Σ high. Raising one weight never lowers that part and never raises another.
    """
    if not sum(low) <= total + 1e-9 or not total <= sum(high) + 1e-9:
        raise ValueError(f"total must lie between {sum(low):g} and {sum(high):g}, found {total:g}")
    weights = [max(weight, LEAST_WEIGHT) for weight in weights]
    bounds = list(zip(weights, low, high, strict=True))

    def filled(scale: float) -> float:
        return sum(min(max(scale * weight, least), most) for weight, least, most in bounds)

    # `filled` is a straight line between these scales, at which one part reaches a bound.
    corners = sorted({bound / weight for weight, *both in bounds for bound in both})
    before = after = corners[0]
    for after in corners:
        if filled(after) >= total:
            break
        before = after
    rise = filled(after) - filled(before)
    scale = after if rise <= 0 else before + (after - before) * (total - filled(before)) / rise
    return tuple(min(max(scale * weight, least), most) for weight, least, most in bounds)


def whole_parts(parts: Sequence[float], total: int) -> tuple[int, ...]:
    """Whole numbers that add up to `total`, by largest remainder; equal remainders go to the earlier part.

    `parts` add up to `total`. With whole bounds, no part is rounded past its bound.
    """
    steady = [round(part, 9) for part in parts]
    whole = [floor(part) for part in steady]
    remainders = [part - base for part, base in zip(steady, whole, strict=True)]
    order = sorted(range(len(whole)), key=lambda i: (-round(remainders[i], 9), i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return tuple(whole)
