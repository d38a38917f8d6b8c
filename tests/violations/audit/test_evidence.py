"""Opening a case is the look at its files; a file asked for alone has an entry of its own."""

from datetime import timedelta

import pytest

from violations.accounts.caller import local_caller
from violations.audit import evidence
from violations.audit.evidence import note_case, note_evidence
from violations.audit.log import EntriesWanted, list_entries
from violations.store.cases import get_case
from violations.store.ingest import ingest

ME, OTHER = local_caller("10.0.0.1"), local_caller("10.0.0.2")


@pytest.fixture
def case(engine, shelf, stored_files, make_finding, noon):
    ingest(engine, shelf, [make_finding(1)], noon)
    return get_case(engine, 1)


def actions(engine):
    return [one.entry.action for one in reversed(list_entries(engine, EntriesWanted()))]


@pytest.mark.parametrize("forgotten", [False, True], ids=["this process", "another process"])
def test_a_case_that_was_opened_covers_its_files_for_a_minute(engine, case, noon, monkeypatch, forgotten):
    note_case(engine, ME, case, noon)
    if forgotten:
        monkeypatch.setattr(evidence, "_remembered", {})
    for file in case.finding.media:
        note_evidence(engine, ME, file.sha256, noon + timedelta(seconds=59))
    assert actions(engine) == ["case.view"]
    note_evidence(engine, ME, case.finding.media[0].sha256, noon + timedelta(seconds=60))
    assert actions(engine) == ["case.view", "evidence.view"]


def test_looking_again_within_the_minute_does_not_stretch_it(engine, case, noon):
    note_case(engine, ME, case, noon)
    note_case(engine, ME, case, noon + timedelta(seconds=50))
    note_evidence(engine, ME, case.finding.package, noon + timedelta(seconds=70))
    assert actions(engine) == ["case.view", "evidence.view"]


def test_a_look_covers_nobody_else_and_no_other_place(engine, case, noon):
    note_case(engine, ME, case, noon)
    note_evidence(engine, OTHER, case.finding.package, noon)
    assert actions(engine) == ["case.view", "evidence.view"]
