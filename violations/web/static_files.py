"""The style sheet and the scripts: read once, served under names that change with their content."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    content: bytes
    media_type: str
    version: str


def load_static(folder: Path = STATIC) -> dict[str, StaticFile]:
    """Every file of `folder` by name; only types we know, so nothing left there by accident is served."""
    return {
        file.name: StaticFile(content, MEDIA_TYPES[file.suffix], sha256(content).hexdigest()[:12])
        for file in sorted(folder.iterdir())
        if file.suffix in MEDIA_TYPES and (content := file.read_bytes()) is not None
    }


def answer(request: Request, file: StaticFile) -> Response:
    """A year in the cache for the current version; any other address of the file is asked again each time."""
    current = request.query_params.get("v") == file.version
    tag = f'"{file.version}"'
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
