"""The published schemas are those that the code speaks, and take and refuse what the code does."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from signals.cli import app
from signals.library.schema import library_schema, street_schema

PUBLISHED = Path(__file__).parents[3] / "docs/schema"
FILES = {"plans": ("plan-library-v1", library_schema), "wave": ("street-v1", street_schema)}


@pytest.mark.parametrize("command", FILES)
def test_the_published_schema_is_current_and_printed_by_the_command(command):
    name, text = FILES[command]
    published = (PUBLISHED / f"{name}.schema.json").read_text("utf-8")
    assert published == text(), f"run: ngatu signals {command} --schema > docs/schema/{name}.schema.json"
    assert CliRunner().invoke(app, ["signals", command, "--schema"]).stdout == published
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


@pytest.mark.parametrize(("words", "file"), [("plans", "library_file"), ("wave", "street_file")])
def test_a_file_that_runs_fits_its_schema(words, file, request):
    document = yaml.load(request.getfixturevalue(file).read_text("utf-8"), yaml.BaseLoader)
    jsonschema.validate(_numbers(document), json.loads(FILES[words][1]()))


@pytest.mark.parametrize(
    ("at", "value", "fits"),
    [
        (("days", "workday"), {"06:00": "ngày"}, True),
        (("days", "workday"), {"6 giờ": "day"}, False),
        (("days", "monday"), {"00:00": "day"}, False),
        (("plans", "ngày"), {"greens_s": {"A": 30}}, True),
        (("plans", "day"), {"greens_s": {"A": 30}, "offset": 3}, False),
        (("junction", "yellow_s"), 1, False),
    ],
)
def test_editors_are_told_what_the_code_would_refuse(library_file, at, value, fits):
    document = _numbers(yaml.load(library_file.read_text("utf-8"), yaml.BaseLoader))
    document[at[0]][at[1]] = value
    validator = jsonschema.Draft202012Validator(json.loads(library_schema()))
    assert validator.is_valid(document) == fits


def _numbers(node):
    """BaseLoader leaves all words as they stand, so that no date becomes one; numbers are numbers again."""
    if isinstance(node, dict):
        return {key: _numbers(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_numbers(one) for one in node]
    try:
        return json.loads(node)
    except ValueError:
        return node
