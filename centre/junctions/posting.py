"""Forms posted to pages of the signals: done, or the page again with the reason in its language and what was typed."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from centre.junctions.flow_form import NotANumberError
from signals.errors import SignalsError
from signals.live.errors import UnknownJunctionError
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, sound_form
from violations.web.preferences import preferences_of

Typed = Mapping[str, str]


def answer_post(
    frame: Frame,
    request: Request,
    fields: Fields,
    way: str,
    *,
    do: Callable[[Typed], Response],
    again: Callable[[HTTPStatus, str, Typed], Response],
) -> Response:
    """way: where a form that is not ours leads back to. again: the page with its status, the reason, what was typed."""
    sound = sound_form(frame, request, fields, way)
    if isinstance(sound, Response):
        return sound
    try:
        return do(sound)
    except UnknownJunctionError:
        return error_page(frame, request, HTTPStatus.NOT_FOUND)
    except (SignalsError, NotANumberError) as error:
        return again(HTTPStatus.UNPROCESSABLE_ENTITY, refusal(frame, request, error), sound)


def refusal(frame: Frame, request: Request, error: SignalsError | NotANumberError) -> str:
    """In the reader's language, with what would make it possible."""
    if isinstance(error, NotANumberError):
        return frame.texts(request)("signals.not_a_number", what=error.what, found=error.found)
    return error.told(preferences_of(request).language)
