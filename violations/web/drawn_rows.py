"""Lines of lists as they were drawn within this minute: fifty people open the same queue again and again, and a line is
most of the work of the page. A line holds nothing of whoever looks, and only the cases that they may see are asked for.
"""

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request

from violations.web.frame import Frame
from violations.web.preferences import preferences_of
from violations.web.texts import Language
from violations.web.views import CaseLine

MOST = 4_000


class DrawnRows:
    """template: draws `case`, a CaseLine. Its ages and clocks are those of the minute in which it was drawn."""

    def __init__(self, frame: Frame, template: str) -> None:
        self._frame = frame
        self._template = template
        self._minute: datetime | None = None
        self._drawn: dict[tuple[Language, CaseLine], Markup] = {}

    def of(self, request: Request) -> Callable[[CaseLine], Markup]:
        """What draws a line for this page."""
        minute = self._frame.now().replace(second=0, microsecond=0)
        if minute != self._minute or len(self._drawn) >= MOST:
            self._minute, self._drawn = minute, {}
        drawn, language = self._drawn, preferences_of(request).language

        def draw(case: CaseLine) -> Markup:
            key = (language, case)
            if key not in drawn:
                drawn[key] = self._frame.piece(request, self._template, case=case)
            return drawn[key]

        return draw
