"""What the editor may offer, read off the scene's own models: the fields of each kind of thing, and what each takes."""

from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vision.geometry.parts import CountingLine, Lane, Movement, RedLightLimits, SignalHead, StopLine, Zone
from vision.geometry.rules import DAYS, NAMES_IN, Marking, Rule
from vision.geometry.scene import LINE_KINDS, Scene
from vision.vehicles import KIND_NAMES

PLACES = {
    "lanes": {"polygon": "ring", "direction": "arrow"},
    "stop_lines": {"line": "line"},
    "counting_lines": {"line": "line"},
    "zones": {"polygon": "ring"},
    "markings": {"points": "path"},
    "signal_heads": {"box": "box"},
}
"""By kind: the fields that are places in the picture, and their shape."""
PARTS: dict[str, type[BaseModel]] = {
    "lanes": Lane,
    "stop_lines": StopLine,
    "counting_lines": CountingLine,
    "zones": Zone,
    "markings": Marking,
    "signal_heads": SignalHead,
    "movements": Movement,
}
OF_SCENE = ("note", "timezone", "pcu_table")
REFERENCES = {"entry": LINE_KINDS, "exit": LINE_KINDS, **NAMES_IN}


def vocabulary() -> dict[str, Any]:
    """Ready for JSON. A field's `input` is choice, kinds, hours, refs, ref, number or text; `of`: what may be named."""
    rules = {offence: model for model in get_args(get_args(Rule)[0]) for offence in _choices(model, "offence")}
    return {
        "places": PLACES,
        "fields": {kind: _fields(model, PLACES.get(kind, {})) for kind, model in PARTS.items()},
        "rules": {offence: _fields(model, {"offence": ""}) for offence, model in rules.items()},
        "scene": [_field(name, Scene.model_fields[name]) for name in OF_SCENE],
        "limits": {"red_light": _fields(RedLightLimits, {})},
        "vehicles": list(KIND_NAMES),
        "days": list(DAYS),
    }


def _fields(model: type[BaseModel], left_out: dict[str, str]) -> list[dict[str, Any]]:
    return [_field(name, info) for name, info in model.model_fields.items() if name not in left_out]


def _field(name: str, info: FieldInfo) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "required": info.is_required()}
    options = _literals(info.annotation)
    if name == "kinds":
        return said | {"input": "kinds"}
    if name == "hours":
        return said | {"input": "hours"}
    if name == "lanes":
        return said | {"input": "refs", "of": ["lanes"]}
    if name in REFERENCES:
        return said | {"input": "ref", "of": list(REFERENCES[name])}
    if options:
        return said | {"input": "choice", "options": options}
    return said | {"input": "number" if _is_number(info.annotation) else "text"}


def _choices(model: type[BaseModel], name: str) -> list[str]:
    return _literals(model.model_fields[name].annotation)


def _literals(annotation: Any) -> list[str]:
    """The words of a choice, of an optional one too; none for anything else."""
    if get_origin(annotation) is Literal:
        return [str(option) for option in get_args(annotation)]
    if get_origin(annotation) in {Union, UnionType}:
        return [option for inner in get_args(annotation) for option in _literals(inner)]
    return []


def _is_number(annotation: Any) -> bool:
    return annotation in {int, float} or any(_is_number(inner) for inner in get_args(annotation))
