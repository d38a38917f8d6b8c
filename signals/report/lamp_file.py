"""Reads a lamp file `{group: [{state, since_s, until_s, error_s}, …]}` for the hi-resolution log."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from signals.report.errors import WiringError
from vision.errors import SceneError
from vision.events.lamps import LampSpan, LampTimeline
from vision.geometry.marked_yaml import read_marked

_GROUPS = TypeAdapter(dict[str, tuple[LampSpan, ...]])


def load_lamps(file: Path) -> Mapping[str, LampTimeline]:
    """The timeline of each signal group, on the camera's media clock. Raises WiringError with file and line."""
    try:
        document = read_marked(file)
    except SceneError as error:
        raise WiringError(file, error.line, error.problem) from error
    try:
        groups = _GROUPS.validate_python(document.value)
        return {group: LampTimeline(group=group, spans=spans) for group, spans in groups.items()}
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"{where}: {first['msg']}" if where else first["msg"]
        raise WiringError(file, document.line_of(first["loc"]), sentence) from error
