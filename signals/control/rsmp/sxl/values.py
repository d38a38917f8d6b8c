"""The kinds of values in the exchange list. On the wire all but `array` are strings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from re import ASCII, fullmatch
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """fault: what is wrong with a value, None where nothing is. is_list: comes as a list of objects (core 3.2)."""

    name: str
    fault: Callable[[Any], str | None]
    is_list: bool = False


def _checked(name: str, wanted: str, fits: Callable[[str], bool]) -> Kind:
    def fault(value: object) -> str | None:
        return None if isinstance(value, str) and fits(value) else f"wanted {wanted}, found {str(value)!r:.60}"

    return Kind(name, fault)


def _is_whole(value: str, low: int, high: int) -> bool:
    return fullmatch(r"-?\d{1,9}", value, ASCII) is not None and low <= int(value) <= high


def whole(low: int, high: int) -> Kind:
    return _checked("integer", f"a whole number from {low} to {high}", lambda value: _is_whole(value, low, high))


def wholes(low: int, high: int) -> Kind:
    """Whole numbers with commas between."""
    return _checked(
        "integer_list",
        f"whole numbers from {low} to {high} with commas between",
        lambda value: all(_is_whole(each, low, high) for each in value.split(",")),
    )


def text(pattern: str, wanted: str) -> Kind:
    return _checked("string", wanted, lambda value: fullmatch(pattern, value, ASCII) is not None)


def choice(*words: str) -> Kind:
    return _checked("string", "one of " + ", ".join(words), lambda value: value in words)


def choices(*words: str) -> Kind:
    """Words with commas between, each one of these."""
    return _checked(
        "string_list",
        "words with commas between, each one of " + ", ".join(words),
        lambda value: all(each in words for each in value.split(",")),
    )


ANY_TEXT = _checked("string", "a text", lambda value: len(value) <= 1 << 20)
BOOLEAN = choice("True", "False")
BOOLEANS = choices("True", "False")
TIMESTAMP = text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "a UTC time with milliseconds")
BASE64 = text(r"[A-Za-z0-9+/]*={0,2}", "base64")
INTERSECTIONS = wholes(0, 255)
DIGITS = text(r"[01-]*", "one of 0, 1 and - for each")
SOURCES = ("operator_panel", "calendar_clock", "control_block", "forced", "startup", "other")


@dataclass(frozen=True, slots=True)
class Part:
    """One name in the objects of an array."""

    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _Objects:
    parts: Mapping[str, Part] = field(default_factory=dict)

    def fault(self, value: object) -> str | None:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return f"wanted a list of objects, found {str(value)!r:.60}"
        for each in value:
            if unknown := set(each) - set(self.parts):
                return f"unknown name {min(unknown)!r:.40}"
            for name, part in self.parts.items():
                if name not in each and not part.optional:
                    return f"{name} is missing"
                if name in each and (wrong := part.kind.fault(each[name])):
                    return f"{name}: {wrong}"
        return None


def array(**parts: Kind | Part) -> Kind:
    objects = _Objects({name: part if isinstance(part, Part) else Part(part) for name, part in parts.items()})
    return Kind("array", objects.fault, is_list=True)
