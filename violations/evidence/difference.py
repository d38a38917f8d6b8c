"""What a verifier found to differ, named by file and field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from violations.evidence.canonical import canonical_json, read_json
from violations.evidence.stated import Stated

StatedT = TypeVar("StatedT", bound=Stated)


@dataclass(frozen=True, slots=True)
class Difference:
    """where: a file, or a field of it such as `manifest.json: record.at_s`."""

    where: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: wanted {self.wanted}, found {self.found}"


def read_stated(where: str, content: bytes, model: type[StatedT]) -> tuple[StatedT | None, list[Difference]]:
    """The statement in canonical JSON, or every field that is none; no value has two spellings."""
    try:
        if canonical_json(read_json(content)) != content:
            return None, [Difference(where, "canonical JSON", "other spacing, order, numbers or doubled fields")]
        return model.model_validate_json(content, strict=True), []
    except ValidationError as error:
        return None, [_fault(where, one["loc"], one["msg"]) for one in error.errors(include_url=False)]
    except (ValueError, RecursionError) as error:
        return None, [Difference(where, "canonical JSON", str(error))]


def changed_fields(where: str, wanted: bytes, found: bytes) -> Iterator[Difference]:
    """Field by field, what is not as in the bytes that were wanted."""
    if wanted == found:
        return
    try:
        yield from _compare(f"{where}: ", "", read_json(wanted), read_json(found))
    except (ValueError, RecursionError) as error:
        yield Difference(where, "JSON", str(error))


def _compare(prefix: str, place: str, wanted: object, found: object) -> Iterator[Difference]:
    match wanted, found:
        case dict(), dict():
            for key in sorted(wanted.keys() | found.keys()):
                below = f"{place}.{key}" if place else str(key)
                yield from _compare(prefix, below, wanted.get(key, _Absent), found.get(key, _Absent))
        case list(), list() if len(wanted) == len(found):
            for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
                yield from _compare(prefix, f"{place}[{number}]", one, other)
        case _ if wanted != found or type(wanted) is not type(found):
            yield Difference(prefix + place, _short(wanted), _short(found))


class _Absent:
    """Stands for a field that is not there, which null is not."""


def _short(value: object) -> str:
    return "nothing" if value is _Absent else json.dumps(value, ensure_ascii=False)[:200]


def _fault(where: str, place: tuple[int | str, ...], message: str) -> Difference:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
    return Difference(f"{where}: {path}" if path else where, "a sound field", message)
