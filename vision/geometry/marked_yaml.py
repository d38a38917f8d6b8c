"""Reads a YAML file into plain values that remember their lines.

YAML's own surprises are left out: keys are always text (`on:` is no truth value, `1:` no number), only `true` and
`false` are truth values, nothing is a date or an octal number, and a key given twice is a problem rather than a loss
nobody notices.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from vision.errors import SceneError
from vision.geometry.sentences import said

Loc = tuple[str | int, ...]
LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` is 1-based; 0 where the whole file is meant."""

    line: int
    text: str


@dataclass(slots=True)
class MarkedDocument:
    """`value` is what the file says; `problems` are the keys given twice and the like; `sha256` is of the very bytes
    that were read."""

    value: object = None
    sha256: str = ""
    problems: list[Problem] = field(default_factory=list)
    _lines: dict[Loc, int] = field(default_factory=dict)

    def mark(self, loc: Loc, line: int) -> None:
        self._lines[loc] = line

    def line_of(self, loc: Loc) -> int:
        """The line of the value at `loc`, or of the nearest thing around it that stands in the file."""
        while loc and loc not in self._lines:
            loc = loc[:-1]
        return self._lines.get(loc, 1)


class _PlainLoader(yaml.SafeLoader):
    """SafeLoader that takes only plain decimal numbers, true, false and null for what they look like."""


PLAIN: Mapping[str, tuple[re.Pattern[str], list[str]]] = {
    "null": (re.compile(r"^(?:~|null|)$"), ["~", "n", ""]),
    "bool": (re.compile(r"^(?:true|false)$"), ["t", "f"]),
    "int": (re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")),
    "float": (
        re.compile(
            r"^(?:[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.inf|\.nan)$"
        ),
        list("-+.0123456789"),
    ),
}
"""By YAML tag: which unquoted words are no text, and how those begin."""
_PlainLoader.yaml_implicit_resolvers = {}
for _tag, (_pattern, _first) in PLAIN.items():
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _first)


def read_marked(path: Path) -> MarkedDocument:
    """SceneError where the file cannot be read or is not YAML; the wrong line where there is one."""
    content = _read_bytes(path)
    text = _decoded(path, content)
    try:
        loader = _PlainLoader(text)
        try:
            node = loader.get_single_node()
            document = _Reader(loader).read(node) if node is not None else MarkedDocument()
            document.sha256 = sha256(content).hexdigest()
            return document
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(path, text, error) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SceneError(
            path, line, said("character {character:#x} is not allowed in YAML", character=error.character)
        ) from error
    except RecursionError as error:
        raise SceneError(path, 0, said("nested far too deeply for a scene")) from error


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SceneError(
                path,
                0,
                said(
                    "wanted a scene of at most {most} bytes, found {found}",
                    most=LARGEST_BYTES,
                    found=path.stat().st_size,
                ),
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SceneError(path, 0, "no such file (`ngatu scene new` writes one to start from)") from error
    except OSError as error:
        raise SceneError(path, 0, said("cannot be read: {why}", why=error.strerror)) from error


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SceneError(
            path, 0, said("wanted text in UTF-8, found the byte {byte:#04x}", byte=error.object[error.start])
        ) from error


def _not_yaml(path: Path, text: str, error: yaml.MarkedYAMLError) -> SceneError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    written = text.splitlines()[line - 1] if 0 < line <= len(text.splitlines()) else ""
    if re.match(r" *\t", written):
        return SceneError(path, line, said("indented with a tab: YAML wants spaces"))
    return SceneError(path, line, said("not YAML: {why}", why=error.problem or error.context))


class _Reader:
    """Walks the nodes once; an anchor used often is read each time at its own place, never inside itself."""

    def __init__(self, loader: _PlainLoader) -> None:
        self._loader = loader
        self._open: set[int] = set()
        self._document = MarkedDocument()
        self._nodes = 0

    def read(self, node: Node) -> MarkedDocument:
        self._document.value = self._value(node, ())
        return self._document

    def _value(self, node: Node, loc: Loc) -> object:
        self._nodes += 1
        if id(node) in self._open or self._nodes > LARGEST_BYTES:
            raise yaml.composer.ComposerError(None, None, "an anchor that grows without end", node.start_mark)
        self._open.add(id(node))
        self._document.mark(loc, node.start_mark.line + 1)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, loc)
            if isinstance(node, SequenceNode):
                return [self._value(item, (*loc, place)) for place, item in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, object]:
        found: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._document.problems.append(
                    Problem(line, said("a key must be a plain word, found a list or mapping"))
                )
                continue
            key = str(key_node.value)
            if key in first_lines:
                self._document.problems.append(
                    Problem(
                        line,
                        said("key '{key}' given twice; it first stands in line {line}", key=key, line=first_lines[key]),
                    )
                )
                continue
            first_lines[key] = line
            found[key] = self._value(value_node, (*loc, key))
            self._document.mark((*loc, key), self._line(value_node) if isinstance(value_node, ScalarNode) else line)
            self._document.mark((*loc, key, "[key]"), line)
        return found

    @staticmethod
    def _line(node: Node) -> int:
        return int(node.start_mark.line) + 1

    def _scalar(self, node: Node) -> object:
        try:
            return self._loader.construct_object(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error
