"""Reads what the signal lamps showed from a file: `{group: [{state, since_s, until_s, error_s}, …]}`, YAML or JSON.

The file is read as a tree of marked nodes, not as values: so each error has its line, and the lamp state `off` stays a
word where YAML would make it a boolean.
"""

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from edge.errors import LampFileError
from vision.events.lamps import Lamp, LampSpan, LampTimeline

# A file that does not say how exact its times are is taken to be rounded to the tenth, not to be perfect.
UNSAID_ERROR_S = 0.1
FIELDS = ("state", "since_s", "until_s", "error_s")
NEEDED = FIELDS[:3]


def load_timelines(path: Path) -> dict[str, LampTimeline]:
    """The timeline of each signal group, on the camera's media clock.

    Spans may leave gaps, in which nobody knows what the lamp showed; they may not overlap. Raises LampFileError with
    file, line and the allowed values.
    """
    groups = _mapping(path, _parse(path), "the file: wanted signal groups, each with its spans")
    return {name: _timeline(path, name, node) for name, _, node in groups}


def _parse(path: Path) -> Node:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".json":
            json.loads(text)
            text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise LampFileError(path, 0, f"cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise LampFileError(path, error.lineno, f"wanted JSON: {error.msg}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise LampFileError(path, line, f"wanted YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise LampFileError(path, 0, f"wanted YAML: {error}") from error
    if node is None:
        raise LampFileError(path, 0, "wanted signal groups, each with its spans, found nothing")
    return node


def _timeline(path: Path, group: str, node: Node) -> LampTimeline:
    if not isinstance(node, SequenceNode):
        raise LampFileError(path, _line(node), f"group {group}: wanted a list of spans")
    spans = [(_line(item), _span(path, group, item)) for item in node.value]
    for (_, before), (line, after) in pairwise(spans):
        if after.since_s < before.until_s:
            raise LampFileError(
                path, line, f"group {group}: wanted since_s {before.until_s} or later, found {after.since_s}"
            )
    return LampTimeline(group=group, spans=tuple(span for _, span in spans))


def _span(path: Path, group: str, node: Node) -> LampSpan:
    where = f"group {group}"
    fields: dict[str, Node] = {}
    for name, key, value in _mapping(path, node, f"{where}: wanted a span with {', '.join(FIELDS)}"):
        if name not in FIELDS:
            raise LampFileError(path, _line(key), f"{where}: wanted {', '.join(FIELDS)}; found {name!r}")
        fields[name] = value
    absent = [name for name in NEEDED if name not in fields]
    if absent:
        raise LampFileError(path, _line(node), f"{where}: the span has no {' and no '.join(absent)}")
    times = {name: _seconds(path, name, fields[name]) for name in FIELDS[1:] if name in fields}
    try:
        return LampSpan(state=_state(path, fields["state"]), **{"error_s": UNSAID_ERROR_S, **times}, origin="file")
    except ValidationError as error:
        raise LampFileError(path, _line(node), f"{where}: {error.errors()[0]['msg']}") from error


def _state(path: Path, node: Node) -> Lamp:
    word = str(node.value) if isinstance(node, ScalarNode) else ""
    try:
        return Lamp(word)
    except ValueError as error:
        raise LampFileError(path, _line(node), f"state: wanted {', '.join(Lamp)}; found {word!r}") from error


def _seconds(path: Path, name: str, node: Node) -> float:
    word = node.value if isinstance(node, ScalarNode) else None
    try:
        seconds = float(word) if isinstance(word, str) else math.nan
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise LampFileError(path, _line(node), f"{name}: wanted seconds such as 12.4, found {word!r}")
    return seconds


def _mapping(path: Path, node: Node, wanted: str) -> Iterator[tuple[str, Node, Node]]:
    """(name, key node, value node) of each entry; a doubled name is an error, not the last one's win."""
    if not isinstance(node, MappingNode):
        raise LampFileError(path, _line(node), wanted)
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if not name or name in seen:
            raise LampFileError(path, _line(key), f"wanted each name once, found {name or 'none'!r} again")
        seen.add(name)
        yield name, key, value


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
