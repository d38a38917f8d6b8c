"""One way to write a JSON value as bytes, so that equal facts have equal hashes: RFC 8785 (JCS).

The whole of the RFC for the values pydantic hands out: objects with text keys, arrays, text, booleans, null, whole
numbers up to 2**53 either way (beyond, JSON readers disagree) and finite floats.
"""

import json
import math
from decimal import Decimal

LARGEST_WHOLE = 2**53


def canonical_json(value: object) -> bytes:
    """UTF-8 without spaces, keys in the order of their UTF-16 units, numbers as ECMAScript writes them.

    Raises ValueError for what RFC 8785 cannot hold: NaN, infinity, larger whole numbers, half a surrogate pair.
    """
    return _text(value).encode("utf-8")


def read_json(content: bytes) -> object:
    """The value of JSON bytes, every number as the double that JSON means. Raises ValueError, RecursionError."""
    return json.loads(content, parse_int=_as_double)


def _as_double(digits: str) -> int | float:
    return int(digits) if len(digits) < len(str(LARGEST_WHOLE)) else float(digits)


def _text(value: object) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            return _whole(value)
        case float():
            return _float(value)
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
        case dict():
            return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in _sorted_keys(value)) + "}"
    raise ValueError(f"canonical JSON: wanted a JSON value, found {type(value).__name__}")


def _sorted_keys(value: dict[object, object]) -> list[str]:
    keys = [key for key in value if isinstance(key, str)]
    if len(keys) != len(value):
        raise ValueError("canonical JSON: wanted text as keys")
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _whole(value: int) -> str:
    if abs(value) > LARGEST_WHOLE:
        raise ValueError(f"canonical JSON: wanted a whole number within ±2**53, found {value}")
    return str(value)


def _float(value: float) -> str:
    """ECMAScript's Number::toString. Python's repr has the same shortest digits and other ideas of exponents."""
    if not math.isfinite(value):
        raise ValueError(f"canonical JSON: wanted a finite number, found {value}")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # repr gives the shortest digits that read back as the same number; Decimal takes it apart.
    _, shortest, exponent = Decimal(repr(abs(value))).as_tuple()
    digits = "".join(map(str, shortest))
    assert isinstance(exponent, int)
    return sign + _placed(digits.rstrip("0"), len(digits) + exponent)


def _placed(digits: str, point: int) -> str:
    """The number 0.digits × 10**point, with an exponent only where ECMAScript has one."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"
