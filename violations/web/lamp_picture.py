"""Where on the drawing each thing of the lamp timeline stands: the spans, the crossing and how uncertain both are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from vision.events.lamps import Lamp, LampSpan

LEFT, RIGHT = 12, 788
BEFORE_S, AFTER_S = 2.0, 3.0
LONGEST_BEFORE_S, LONGEST_AFTER_S = 60.0, 8.0
STEPS_S = (0.5, 1, 2, 5, 10)
TICKS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """One lamp state on the drawing. `doubt`: half-width of the uncertain change at `start`, 0 where not drawn."""

    state: Lamp
    start: float
    end: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Tick:
    """`second` counts from the zero of the axis."""

    x: float
    second: float
    digits: int


@dataclass(frozen=True, slots=True)
class LampPicture:
    """All positions in units of a drawing 800 wide. Where no stretch lies, nobody told us what the lamp showed.

    span: the lamp at the crossing, None where unknown. after_s: seconds from that lamp's change to the crossing;
    the axis then counts from the change, else from the crossing. error_from, error_to: the crossing's own error,
    equal where nobody states it.
    """

    span: LampSpan | None
    after_s: float | None
    stretches: tuple[Stretch, ...]
    crossing: float
    error_from: float
    error_to: float
    ticks: tuple[Tick, ...]


def lamp_picture(spans: Sequence[LampSpan], at_s: float, at_error_s: float | None) -> LampPicture:
    """`spans` in order of time, in media seconds like `at_s`."""
    span = next((one for one in spans if one.since_s <= at_s < one.until_s), None)
    first_s = max(min(span.since_s if span else at_s, at_s) - BEFORE_S, at_s - LONGEST_BEFORE_S)
    last_s = min(max(at_s + AFTER_S, span.until_s + BEFORE_S if span else at_s), at_s + LONGEST_AFTER_S)
    scale = (RIGHT - LEFT) / (last_s - first_s)

    def x_of(second: float) -> float:
        return round(LEFT + (min(max(second, first_s), last_s) - first_s) * scale, 1)

    error_s = at_error_s or 0.0
    return LampPicture(
        span=span,
        after_s=at_s - span.since_s if span else None,
        stretches=tuple(
            Stretch(
                one.state,
                x_of(one.since_s),
                x_of(one.until_s),
                round(one.error_s * scale, 1) if one.since_s >= first_s else 0.0,
            )
            for one in spans
            if one.until_s > first_s and one.since_s < last_s
        ),
        crossing=x_of(at_s),
        error_from=x_of(at_s - error_s),
        error_to=x_of(at_s + error_s),
        ticks=_ticks(first_s, last_s, span.since_s if span else at_s, x_of),
    )


def _ticks(first_s: float, last_s: float, zero_s: float, x_of: Callable[[float], float]) -> tuple[Tick, ...]:
    """Round seconds counted from the lamp's change, so that the officer reads `4 s after red` off the axis."""
    step_s = next(step for step in STEPS_S if (last_s - first_s) / step <= TICKS_AT_MOST)
    first, last = ceil((first_s - zero_s) / step_s), floor((last_s - zero_s) / step_s)
    digits = 1 if step_s < 1 else 0
    return tuple(Tick(x_of(zero_s + n * step_s), n * step_s, digits) for n in range(first, last + 1))
