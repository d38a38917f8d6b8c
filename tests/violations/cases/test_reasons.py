"""What must be said beside a verdict."""

import pytest

from violations.cases.errors import ReasonError
from violations.cases.reasons import NOTE_MAX, REJECTION_REASONS, Ruling, check_ruling
from violations.cases.states import Verdict


@pytest.mark.parametrize("reason", [reason.code for reason in REJECTION_REASONS])
def test_every_listed_reason_rejects_when_it_is_given_with_words(reason):
    assert check_ruling(Ruling(Verdict.REJECT, reason, " seen on the clip ")).note == "seen on the clip"


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling(Verdict.REJECT),
        Ruling(Verdict.REJECT, note="no code"),
        Ruling(Verdict.REJECT, "because"),
        Ruling(Verdict.REJECT, "other"),
        Ruling(Verdict.REJECT, "other", "   "),
        Ruling(Verdict.ACCEPT, "duplicate"),
        Ruling(Verdict.ACCEPT, note="x" * (NOTE_MAX + 1)),
        Ruling(Verdict.ACCEPT, note="a\x00b"),
    ],
)
def test_a_ruling_without_what_it_needs_is_refused(ruling):
    with pytest.raises(ReasonError):
        check_ruling(ruling)


def test_accepting_needs_no_words():
    assert check_ruling(Ruling(Verdict.ACCEPT)) == Ruling(Verdict.ACCEPT)


def test_reasons_are_told_apart_and_said_in_both_languages():
    assert len({reason.code for reason in REJECTION_REASONS}) == len(REJECTION_REASONS)
    assert all(reason.vi and reason.en and reason.vi != reason.en for reason in REJECTION_REASONS)
