"""What the lamps showed, as a patrol asks for it."""

from collections.abc import Mapping

from violations.rules.shown import NOBODY_KNOWS, Shown
from vision.events.lamps import Lamp, LampSpan, LampTimeline

# Two spans of a lamp that lie no farther apart follow each other.
BETWEEN_SPANS_S = 1.0


def shown_at(lamps: Mapping[str, LampTimeline], group: str, media_s: float) -> Shown:
    timeline = lamps.get(group)
    lamp = timeline.at(media_s) if timeline is not None else None
    if timeline is None or lamp is None:
        return NOBODY_KNOWS
    return Shown(lamp, yellow_before(timeline, lamp))


def yellow_before(timeline: LampTimeline, red: LampSpan) -> LampSpan | None:
    """The yellow that went over into that red; None where nobody saw one."""
    for span in reversed(timeline.spans):
        if span.since_s < red.since_s and span.until_s <= red.since_s + BETWEEN_SPANS_S:
            follows = red.since_s - span.until_s <= BETWEEN_SPANS_S
            return span if span.state is Lamp.YELLOW and follows else None
    return None
