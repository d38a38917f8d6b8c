"""Forms as they were posted: the fields, or the page that says why the form was not taken."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from violations.web.error_pages import error_page, forged_page
from violations.web.errors import ForgedForm, FormTooLarge
from violations.web.forms import check_form, read_form
from violations.web.frame import Frame

Fields = Mapping[str, str] | FormTooLarge


async def form_fields(request: Request) -> Fields:
    """The form, or the fault that the page should explain."""
    try:
        return await read_form(request)
    except FormTooLarge as fault:
        return fault


def sound_form(frame: Frame, request: Request, fields: Fields, back: str) -> Mapping[str, str] | Response:
    """The fields of a form of our own; for any other the page that says so and leads `back`."""
    if isinstance(fields, FormTooLarge):
        return error_page(frame, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        check_form(request, fields)
    except ForgedForm as fault:
        return forged_page(frame, request, fault, back=back)
    return fields
