"""The published JSON Schemas of the YAML files of plan libraries and streets, from which editors complete them:
`ngatu signals plans --schema`, `ngatu signals wave --schema`."""

import json
from typing import Any

from pydantic import BaseModel

from signals.library.described import LibraryIn, StreetIn

# Names may have letters of any alphabet. Editors read patterns as JavaScript does, where a backslash and w is ASCII, so
# they are given what a name may not have instead: the other signs of ASCII.
NAME_PATTERN, NAME_FOR_EDITORS = r"^[\w.-]+$", r"^[^\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\xa0]+$"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def library_schema() -> str:
    """Exactly as docs/schema/plan-library-v1.schema.json holds it."""
    return _text(LibraryIn, "plan-library", "Ngã Tư: plans of a junction and when each runs, version 1")


def street_schema() -> str:
    """Exactly as docs/schema/street-v1.schema.json holds it."""
    return _text(StreetIn, "street", "Ngã Tư: a street whose junctions are coordinated, version 1")


def _text(model: type[BaseModel], name: str, title: str) -> str:
    """What a person writes: defaults may be left out."""
    schema: dict[str, Any] = model.model_json_schema(mode="validation")
    document = {"$schema": DIALECT, "$id": f"urn:ngatu:schema:{name}:v1", **_for_editors(schema), "title": title}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _for_editors(node: Any) -> Any:
    if isinstance(node, dict):
        closed = {"additionalProperties": False} if "patternProperties" in node else {}  # no key of another form
        return {_other(key): _for_editors(value) for key, value in node.items()} | closed
    if isinstance(node, list):
        return [_for_editors(one) for one in node]
    return _other(node)


def _other(word: Any) -> Any:
    return NAME_FOR_EDITORS if word == NAME_PATTERN else word
