"""How versions of the core are written in a Version message, and how its times are read."""

from collections.abc import Iterable
from datetime import UTC, datetime

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.wire.core import CORE_NAMES, Version


def core_names(cores: Iterable[Version]) -> list[str]:
    """Every name of these versions: `3.2` is told under both of its names."""
    wanted = set(cores)
    return [name for name in CORE_NAMES if Version.parse(name) in wanted]


def moment(text: str) -> datetime:
    """Raises NotUnderstoodError for a time that looks like one and is none, such as the 31st of April."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise NotUnderstoodError(f"No such time: {text}") from error
