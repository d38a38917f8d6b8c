"""What a lamp showed when somebody passed its line, and when the doubt of yellow began."""

from collections.abc import Iterator
from typing import NamedTuple

from violations.rules.accusation import Doubt, Withheld
from vision.events.lamps import LampSpan

LAMP_DOUBTS = {"file": Doubt.LAMP_FROM_FILE, "image": Doubt.LAMP_FROM_IMAGE}


class Shown(NamedTuple):
    """lamp: the span that covers the moment, None where nobody knows. yellow: the one just before, None where nobody
    saw one: then the start of the red itself is what one may have been on the line at."""

    lamp: LampSpan | None
    yellow: LampSpan | None = None


NOBODY_KNOWS = Shown(None)


def on_line(clear_s: float | None, shown: Shown) -> Withheld | None:
    """Whoever was on the line, or past it, when yellow began may drive on (signs code QCVN 41:2024, on yellow).

    clear_s: the last moment at which all of it surely lay before the line; None: never seen so.
    """
    onset = shown.yellow if shown.yellow is not None else shown.lamp
    if clear_s is None or onset is None:
        return Withheld.YELLOW_UNSEEN
    return None if clear_s >= onset.since_s + onset.error_s else Withheld.ON_LINE_AT_YELLOW


def lamp_doubts(lamp: LampSpan) -> Iterator[Doubt]:
    if lamp.origin in LAMP_DOUBTS:
        yield LAMP_DOUBTS[lamp.origin]
