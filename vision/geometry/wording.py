"""Turns pydantic's report of one wrong value into a sentence for whoever wrote the file."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from vision.geometry.sentences import said

LONGEST_SHOWN = 80
_PLACES = frozenset({"polygon", "line", "direction", "at"})
_WANTED = {
    "float_type": said("a number"),
    "float_parsing": said("a number"),
    "int_type": said("a whole number"),
    "int_parsing": said("a whole number"),
    "string_type": said("text"),
    "tuple_type": said("a list"),
    "dict_type": said("names, each with keys of its own"),
    "model_type": said("keys and values"),
    "finite_number": said("a finite number"),
    "string_pattern_mismatch": said("a name of letters, digits, '_', '-' and '.' alone"),
    "string_too_short": said("a text that is not empty"),
}
_BOUNDS = {
    "greater_than": ("input should be greater than {bound}", "gt"),
    "greater_than_equal": ("input should be greater than or equal to {bound}", "ge"),
    "less_than": ("input should be less than {bound}", "lt"),
    "less_than_equal": ("input should be less than or equal to {bound}", "le"),
}


def word(model: type[BaseModel], error: ErrorDetails) -> str:
    """The wanted and the found, in plain words; for a wrong key also the allowed ones and the nearest."""
    loc, found, context = error["loc"], shown(error["input"]), error.get("ctx", {})
    sentence: str
    match error["type"]:
        case "extra_forbidden":
            sentence = _unknown_key(str(loc[-1]), _keys_at(model, loc[:-1]))
        case "missing" if isinstance(loc[-1], str):
            sentence = said("the key '{key}' is missing", key=loc[-1])
        case "missing" | "too_long":
            sentence = said("wanted two values, found {found}", found=found)
        case "literal_error":
            allowed = str(context["expected"]).replace(" or ", ", ")
            sentence = said("{found} is not allowed here; allowed: {allowed}", found=found, allowed=allowed)
        case "greater_than_equal" | "less_than_equal" if _PLACES.intersection(loc):
            sentence = said("wanted a fraction of the frame, 0 to 1, found {found}", found=found)
        case "value_error":
            sentence = _raised(context["error"])
        case "string_type" if isinstance(error["input"], int | float):
            sentence = said("wanted text, found {found}: put it in quotes", found=found)
        case kind if kind in _WANTED:
            sentence = said("wanted {wanted}, found {found}", wanted=_WANTED[kind], found=found)
        case kind if kind in _BOUNDS:
            sentence = _out_of_bounds(kind, context, found)
        case _:
            sentence = f"{error['msg'][:1].lower()}{error['msg'][1:]}, found {found}"
    return sentence


def _raised(error: BaseException) -> str:
    """A validator's own words, which may be a Sentence: `str` of the error would lose that."""
    told = error.args[0] if error.args else ""
    return told if isinstance(told, str) else str(error)


def _out_of_bounds(kind: str, context: Mapping[str, Any], found: str) -> str:
    template, name = _BOUNDS[kind]
    bound = context[name]
    whole = int(bound) if isinstance(bound, float) and bound.is_integer() else bound
    return said("{wanted}, found {found}", wanted=said(template, bound=whole), found=found)


def shown(value: object) -> str:
    """A value as its writer would know it again, never longer than a line."""
    match value:
        case None:
            return said("nothing")
        case bool():
            text = str(value).lower()
        case str():
            text = f"'{value}'"
        case list() | tuple():
            return said("a list of {count}", count=len(value))
        case dict():
            return _cut(said("the keys {keys}", keys=", ".join(map(str, value)))) if value else said("no keys")
        case _:
            text = str(value)
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _unknown_key(key: str, allowed: list[str]) -> str:
    near, known = get_close_matches(key, allowed, n=1), ", ".join(allowed)
    if near:
        return said(
            "unknown key '{key}'; did you mean '{near}'? allowed here: {allowed}", key=key, near=near[0], allowed=known
        )
    return said("unknown key '{key}'; allowed here: {allowed}", key=key, allowed=known)


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
