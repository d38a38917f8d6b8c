"""Turns pydantic's report of one wrong value into a sentence for whoever wrote the file."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

LONGEST_SHOWN = 80
_PLACES = frozenset({"polygon", "line", "direction", "at"})
_WANTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "names, each with keys of its own",
    "model_type": "keys and values",
    "finite_number": "a finite number",
    "string_pattern_mismatch": "a name of letters, digits, '_', '-' and '.' alone",
    "string_too_short": "a text that is not empty",
}


def word(model: type[BaseModel], error: ErrorDetails) -> str:
    """The wanted and the found, in plain words; for a wrong key also the allowed ones and the nearest."""
    loc, found, context = error["loc"], shown(error["input"]), error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            sentence = _unknown_key(str(loc[-1]), _keys_at(model, loc[:-1]))
        case "missing" if isinstance(loc[-1], str):
            sentence = f"the key '{loc[-1]}' is missing"
        case "missing" | "too_long":
            sentence = f"wanted two values, found {found}"
        case "literal_error":
            sentence = f"{found} is not allowed here; allowed: {str(context['expected']).replace(' or ', ', ')}"
        case "greater_than_equal" | "less_than_equal" if _PLACES.intersection(loc):
            sentence = f"wanted a fraction of the frame, 0 to 1, found {found}"
        case "value_error":
            sentence = str(context["error"])
        case "string_type" if isinstance(error["input"], int | float):
            sentence = f"wanted text, found {found}: put it in quotes"
        case kind if kind in _WANTED:
            sentence = f"wanted {_WANTED[kind]}, found {found}"
        case _:
            sentence = f"{error['msg'][:1].lower()}{error['msg'][1:]}, found {found}"
    return sentence


def shown(value: object) -> str:
    """A value as its writer would know it again, never longer than a line."""
    match value:
        case None:
            text = "nothing"
        case bool():
            text = str(value).lower()
        case str():
            text = f"'{value}'"
        case list() | tuple():
            text = f"a list of {len(value)}"
        case dict():
            text = f"the keys {', '.join(map(str, value))}" if value else "no keys"
        case _:
            text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _unknown_key(key: str, allowed: list[str]) -> str:
    near = get_close_matches(key, allowed, n=1)
    meant = f"; did you mean '{near[0]}'?" if near else ";"
    return f"unknown key '{key}'{meant} allowed here: {', '.join(allowed)}"


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that holds the value at `loc`, reached through mappings and lists of models."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = next(_models_in(field.annotation), None) if field else None
        model = inner or model
    return list(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
