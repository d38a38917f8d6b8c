"""The published JSON Schema of everything a camera may say: `python -m vision.events.schema`."""

import json
from typing import Any

from vision.events.envelope import EVENT

SCHEMA_ID = "urn:ngatu:schema:events:v1"


def event_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one event, as it travels."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Ngã Tư events, version 1",
        **EVENT.json_schema(mode="serialization"),
    }


def as_text() -> str:
    """The schema exactly as the published file holds it."""
    return json.dumps(event_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(as_text(), end="")
