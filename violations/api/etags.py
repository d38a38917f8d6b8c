"""Tags of versions: whoever has the same one needs no body, and whoever changes another one is told so."""

import re
from http import HTTPStatus

from fastapi import Request

from violations.api.problems import ProblemError

TAG = re.compile(r'(?:W/)?("[^"]*")')


def version_tag(version: int | str) -> str:
    """The ETag of a thing in this version."""
    return f'"v{version}"'


def not_modified(request: Request, tag: str) -> bool:
    """Whether the caller has this very version (If-None-Match): then the answer is 304 with the tag."""
    return _names(request.headers.get("if-none-match", ""), tag)


def check_if_match(request: Request, version: int | str) -> None:
    """Raise ProblemError (412) when the caller changes another version than this one. Without If-Match all is well."""
    if not is_read(request, version):
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED,
            "version-conflict",
            "It has changed in the meantime",
            f"if-match: wanted {version_tag(version)}, the version now, found another; read it again first",
        )


def is_read(request: Request, version: int | str) -> bool:
    """Whether the caller read this version (If-Match), or does not say which."""
    wanted = request.headers.get("if-match")
    return wanted is None or _names(wanted, version_tag(version))


def _names(tags: str, tag: str) -> bool:
    return tags.strip() == "*" or tag in TAG.findall(tags)
