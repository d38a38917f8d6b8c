"""What an ONNX file says of itself, read before any runtime is given it.

A model comes from outside, so three things are settled first: that the file is ONNX at all, that it is complete in
itself (weights in side files would be read from paths the model names), and that it needs no operator but the
standard ones (others mean loading foreign code). Only the outline of the protobuf is walked; the field numbers are
those of onnx.proto3, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vision.errors import ModelError

STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""`com.microsoft` holds onnxruntime's own quantised operators; they are part of every build of it."""
DEEPEST = 24

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5


@dataclass(slots=True)
class OnnxOutline:
    """
    domains     operator domains that nodes name, those of functions the file itself defines left out
    external    whether any tensor lies outside the file
    metadata    the file's own key-value pairs
    has_graph   False: whatever this is, it is no model
    """

    domains: set[str] = field(default_factory=set)
    external: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    has_graph: bool = False


class MalformedError(ValueError):
    """The bytes are not a protobuf message of the wanted kind."""


# Fields to follow: {message: {field number: message it holds}}. All else is skipped unread.
_CHILDREN: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 14: "metadata", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_NODE_DOMAIN, _FUNCTION_DOMAIN = 7, 10
_TENSOR_EXTERNAL, _TENSOR_LOCATION = 13, 14


def outline(content: bytes) -> OnnxOutline:
    """Walk the file; raise MalformedError when it is no protobuf or holds no graph."""
    found, own = OnnxOutline(), set[str]()
    try:
        _walk("model", memoryview(content), found, own, 0)
    except UnicodeDecodeError as error:
        raise MalformedError("a name that is not UTF-8") from error
    if not found.has_graph:
        raise MalformedError("no graph in it")
    found.domains -= own
    return found


def refuse_unsafe(found: OnnxOutline, name: str) -> None:
    """Raise ModelError for a model that reaches outside its own file or the standard operators."""
    if found.external:
        raise ModelError(
            f"{name}: wanted an ONNX file complete in itself, found weights kept in other files; "
            "save it again with its weights inside (onnx.save_model with save_as_external_data=False)"
        )
    foreign = sorted(found.domains - STANDARD_DOMAINS)
    if foreign:
        raise ModelError(
            f"{name}: wanted standard ONNX operators only, found operators of {', '.join(foreign)}; "
            "export the model without custom operators"
        )


def _walk(kind: str, message: memoryview, found: OnnxOutline, own: set[str], depth: int) -> None:
    if depth > DEEPEST:
        raise MalformedError(f"wanted graphs nested at most {DEEPEST} messages deep")
    if kind == "metadata":
        pair = {number: str(value, "utf-8") for number, value in _fields(message) if isinstance(value, memoryview)}
        found.metadata[pair.get(1, "")] = pair.get(2, "")
        return
    children = _CHILDREN.get(kind, {})
    for number, value in _fields(message):
        if isinstance(value, memoryview) and number in children:
            found.has_graph |= kind == "model" and number == 7
            _walk(children[number], value, found, own, depth + 1)
        elif kind == "node" and number == _NODE_DOMAIN and isinstance(value, memoryview):
            found.domains.add(str(value, "utf-8"))
        elif kind == "function" and number == _FUNCTION_DOMAIN and isinstance(value, memoryview):
            own.add(str(value, "utf-8"))
        elif kind == "tensor" and (number == _TENSOR_EXTERNAL or (number == _TENSOR_LOCATION and value == 1)):
            found.external = True


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Field numbers and values of one message; 4- and 8-byte numbers are of no interest and given as 0."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        value: int | memoryview = 0
        if number == 0:
            raise MalformedError("a field without a number")
        if wire == VARINT:
            value, at = _varint(message, at)
        elif wire == LENGTH:
            length, at = _varint(message, at)
            value, at = message[at : at + length], at + length
        elif wire in (EIGHT_BYTES, FOUR_BYTES):
            at += 8 if wire == EIGHT_BYTES else 4
        else:
            raise MalformedError(f"wire type {wire}, which ONNX does not use")
        if at > len(message):
            raise MalformedError("it ends in the middle of a field")
        yield number, value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise MalformedError("it ends in the middle of a number")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
    raise MalformedError("a number longer than 64 bits")
