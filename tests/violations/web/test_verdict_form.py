import pytest

from violations.cases.reasons import NOTE_MAX, check_ruling
from violations.web.verdict_form import TypedVerdict

FIELDS = {"verdict": "reject", "reason": "duplicate", "note": "", "reviewer": "Lan", "version": "3"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"verdict": "accept", "reason": ""}, None),
        ({"verdict": ""}, "missing_verdict"),
        ({"verdict": "delete"}, "missing_verdict"),
        ({"reviewer": "  "}, "missing_reviewer"),
        ({"reason": ""}, "missing_reason"),
        ({"reason": "because"}, "unknown_reason"),
        ({"reason": "other"}, "missing_note"),
        ({"reason": "other", "note": "xe cứu hộ"}, None),
        ({"note": "x" * (NOTE_MAX + 1)}, "note_too_long"),
        ({"note": "a\x00b"}, "note_too_long"),
    ],
)
def test_the_first_missing_thing_is_named_and_what_passes_is_a_valid_ruling(changes, problem):
    typed = TypedVerdict.read(FIELDS | changes)
    assert typed.problem() == problem
    if problem is None:
        check_ruling(typed.ruling())


def test_accepting_drops_a_reason_that_was_ticked_by_mistake():
    assert TypedVerdict.read(FIELDS | {"verdict": "accept"}).ruling().reason is None


@pytest.mark.parametrize("version", ["", "-1", "x", "٣", "9" * 40])
def test_a_version_that_is_no_number_matches_no_case(version):
    assert TypedVerdict.read(FIELDS | {"version": version}).version == -1
