"""Pages for what went wrong: what happened, what was kept, what to do next. In the reader's language."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse

from violations.web.errors import ForgedForm
from violations.web.frame import Frame


def wants_page(request: Request) -> bool:
    """True for a browser that asks for a page; programs that ask for JSON or anything keep their problem+json."""
    return "text/html" in request.headers.get("accept", "")


def error_page(frame: Frame, request: Request, status: int) -> HTMLResponse:
    """The page for an HTTP status; any status has one."""
    t = frame.texts(request)
    if status == HTTPStatus.NOT_FOUND:
        title, sentence = t("error.not_found_title"), t("error.not_found")
    elif status == HTTPStatus.FORBIDDEN:
        title, sentence = t("account.not_allowed_title"), t("account.not_allowed")
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        title, sentence = t("account.busy_title"), t("account.busy")
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        title, sentence = t("error.server_title"), t("error.server")
    else:
        title, sentence = t("error.other_title"), t("error.other", status=status)
    return frame.render(
        request,
        "error.html",
        status,
        title=title,
        sentence=sentence,
        kept=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        moment=frame.now(),
        back=None,
    )


def forged_page(frame: Frame, request: Request, fault: ForgedForm, back: str) -> HTMLResponse:
    """A refused form: nothing was recorded, and `back` leads to the page with a fresh form."""
    t = frame.texts(request)
    return frame.render(
        request,
        "error.html",
        HTTPStatus.FORBIDDEN,
        title=t("forged.title"),
        sentence=t(f"forged.{fault.why}"),
        kept=False,
        moment=frame.now(),
        back=back,
    )
