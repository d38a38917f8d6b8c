"""The centre keeps what is needed, deletes what is not with a receipt, and a hold beats everything."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from violations.accounts.caller import Caller
from violations.audit.log import EntriesWanted, list_entries
from violations.audit.verify import verify
from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step
from violations.cases.states import Actor, CaseState, Role
from violations.retention.closing import close_settled
from violations.retention.purge import Purger, set_case_hold
from violations.retention.rules import CentreRules, Ended, Kept, load_centre_rules
from violations.store.backup import back_up
from violations.store.case_steps import take_steps
from violations.store.cases import get_case
from violations.store.database import reading, writing
from violations.store.errors import CaseNotFoundError, EvidenceNotFoundError, RetentionError
from violations.store.ingest import ingest
from violations.store.packages import open_packages
from violations.store.restore import missing_evidence
from violations.store.retention_tables import EvidencePurgeRow
from violations.store.tables import CaseFileRow, CaseRow

AN, LAN = Actor("An", Role.REVIEWER), Actor("Lan", Role.REVIEWER)
WHO = Caller("console:test", frozenset(), None, "console")
RULES = CentreRules.model_validate(
    {
        "version": 1,
        "close_after_days": {"rejected": 14},
        "rules": [
            {
                "name": how.value,
                "since": "2026-01-01",
                "applies_to": how.value,
                "keep_days": 30,
                "source": "a test",
                "certainty": "I",
            }
            for how in (Ended.REJECTED, Ended.MERGED, Ended.UNATTACHED)
        ],
    }
)


@pytest.fixture
def put(shelf, noon):
    def receive(content):
        name = sha256(content).hexdigest()
        with shelf.receive(name) as upload:
            upload.write(content)
            upload.finish("image/jpeg", noon)
        return name

    return receive


@pytest.fixture
def add(engine, shelf, put, make_event, noon):
    """A case of its own pictures; shared: content that other cases hold too. Its number and the names of its files."""
    numbers = iter(range(100))

    def make(shared=None):
        number = next(numbers)
        contents = [f"still {number}".encode(), *([shared] if shared else []), f"manifest {number}".encode()]
        names = [put(content) for content in contents]
        media = [
            {
                "name": f"{row}.jpg",
                "shows": f"s{row}",
                "sha256": name,
                "size_bytes": len(content),
                "media_type": "image/jpeg",
            }
            for row, (name, content) in enumerate(zip(names, contents, strict=True))
        ]
        data = {
            "offence": "red_light",
            "vehicle": "car",
            "track": number + 1,
            "at_s": 1.0,
            "measures": [],
            "package": names[-1],
            "media": media,
        }
        event = make_event("finding", number, data, at_s=3600.0 * number)
        assert ingest(engine, shelf, [event], noon).refused == ()
        with reading(engine) as session:
            case_id = session.scalar(select(CaseRow.id).where(CaseRow.event_id == event["id"]))
        return case_id, names

    return make


@pytest.fixture
def close(engine, noon):
    def end(case_id):
        for events in ([Event(Step.TAKE)], [Event(Step.REJECT, "vehicle_unclear")]):
            take_steps(engine, case_id, events, actor=AN, version=None, now=noon)
        head = Actor("Hùng", Role.SUPERVISOR, "director")
        take_steps(engine, case_id, [Event(Step.CLOSE)], actor=head, version=None, now=noon)

    return end


@pytest.fixture
def purger(engine, shelf):
    forgotten = []
    made = Purger(engine, shelf, RULES, WHO, forgotten.append)
    return made, forgotten


def test_the_files_of_a_closed_case_go_when_their_rule_is_past_each_with_a_receipt(
    engine, shelf, add, close, purger, noon
):
    purge, forgotten = purger
    case_id, names = add()
    close(case_id)
    assert purge.purge(noon + timedelta(days=30)).files == 0
    found = purge.purge(noon + timedelta(days=31))
    assert (found.cases, found.files, found.unattached) == (1, len(names), 0)
    assert forgotten == [names[-1]]
    assert not any(shelf.path_of(name).exists() for name in names)
    with reading(engine) as session:
        receipts = session.scalars(select(EvidencePurgeRow)).all()
    assert {one.sha256 for one in receipts} == set(names)
    assert {(one.case_id, one.rule, one.keep_days, one.not_needed_since) for one in receipts} == {
        (case_id, "rejected", 30, noon)
    }
    [entry] = list_entries(engine, EntriesWanted(action="evidence.purge"))
    assert (entry.entry.subject, entry.entry.who) == (f"case/{case_id}", "console:test")
    assert verify(engine).faults == ()
    with pytest.raises(EvidenceNotFoundError, match="deleted on 22/12/2026 as the rules of retention say"):
        shelf.get(names[0])
    assert get_case(engine, case_id).state is CaseState.CLOSED  # the case itself stays
    assert purge.purge(noon + timedelta(days=32)).files == 0


def test_nothing_under_an_open_case_goes_however_old_it_is(shelf, add, purger, noon):
    _, names = add()
    found = purger[0].purge(noon + timedelta(days=40_000))
    assert found.files == 0
    assert all(shelf.path_of(name).exists() for name in names)


def test_a_file_that_an_open_case_shares_stays(engine, shelf, add, close, purger, noon):
    (closed, gone), (_, kept) = add(b"shared"), add(b"shared")
    close(closed)
    assert purger[0].purge(noon + timedelta(days=60)).files == len(gone) - 1
    assert all(shelf.path_of(name).exists() for name in kept)


def test_files_that_two_closed_cases_share_go_with_both(shelf, add, close, purger, noon):
    cases = [add(b"shared"), add(b"shared")]
    for case_id, _ in cases:
        close(case_id)
    assert purger[0].purge(noon + timedelta(days=60)).files == 5
    assert not any(shelf.path_of(name).exists() for _, names in cases for name in names)


def test_a_legal_hold_beats_the_purge_until_it_is_taken_back(engine, shelf, add, close, purger, noon):
    case_id, names = add()
    close(case_id)
    set_case_hold(engine, WHO, case_id, held=True, why="court, case 12", now=noon)
    found = purger[0].purge(noon + timedelta(days=400))
    assert (found.files, found.verdicts[0].kept) == (0, Kept.HELD)
    with pytest.raises(RetentionError, match="it is held already"):
        set_case_hold(engine, WHO, case_id, held=True, why="again", now=noon)
    set_case_hold(engine, WHO, case_id, held=False, why="court is done", now=noon)
    assert purger[0].purge(noon + timedelta(days=400)).files == len(names)
    actions = [one.entry.action for one in list_entries(engine, EntriesWanted(subject=f"case/{case_id}"))]
    assert actions == ["evidence.purge", "case.release_hold", "case.hold"]


@pytest.mark.parametrize("partner", ["held", "open"])
def test_joined_cases_keep_each_others_files(engine, add, close, purger, noon, partner):
    (closed, _), (other, _) = add(), add()
    close(closed)
    with writing(engine) as session:
        for case_id in (closed, other):
            session.get(CaseRow, case_id).file_name = "29A/1"
    if partner == "held":
        close(other)
        set_case_hold(engine, WHO, other, held=True, why="court", now=noon)
    found = purger[0].purge(noon + timedelta(days=400))
    assert found.files == 0
    assert found.verdicts[0].kept is (Kept.HELD if partner == "held" else Kept.OPEN)


def test_a_merged_case_waits_for_the_one_that_stays(engine, add, close, purger, noon):
    (stays, _), (goes, names) = add(), add()
    merge = Event(Step.MERGE, into=stays)
    take_steps(engine, goes, [merge], actor=Actor("centre", Role.SYSTEM), version=None, now=noon)
    assert [one.kept for one in purger[0].purge(noon + timedelta(days=400)).verdicts] == [Kept.OPEN]
    close(stays)
    assert purger[0].purge(noon + timedelta(days=400)).files == 2 * len(names)


def test_what_no_case_ever_named_goes_after_its_days_and_may_come_again(engine, shelf, put, purger, noon):
    name = put(b"nobody's")
    assert purger[0].purge(noon + timedelta(days=30)).files == 0
    found = purger[0].purge(noon + timedelta(days=32))
    assert (found.files, found.unattached, found.cases) == (1, 1, 0)
    assert shelf.size_of(name) is None
    assert put(b"nobody's") == name
    assert shelf.get(name)[1].read_bytes() == b"nobody's"


def test_a_dry_run_says_the_same_and_changes_nothing(engine, shelf, add, close, put, purger, noon):
    case_id, names = add()
    close(case_id)
    put(b"nobody's")
    late = noon + timedelta(days=60)
    planned = purger[0].plan(late)
    assert all(shelf.path_of(name).exists() for name in names)
    assert list_entries(engine, EntriesWanted(action="evidence.purge")) == ()
    assert purger[0].purge(late) == planned


def test_a_crash_between_receipt_and_bytes_is_finished_by_the_next_run(shelf, add, close, purger, noon, monkeypatch):
    case_id, names = add()
    close(case_id)

    def crash(_, name):
        raise OSError(5, "the power went")

    with monkeypatch.context() as patch:
        patch.setattr(type(shelf), "remove", crash)
        with pytest.raises(OSError, match="the power went"):
            purger[0].purge(noon + timedelta(days=60))
    assert shelf.path_of(names[0]).exists()
    purger[0].purge(noon + timedelta(days=60))
    assert not any(shelf.path_of(name).exists() for name in names)


def test_receipts_and_holds_cannot_be_changed(engine, add, close, purger, noon):
    case_id, _ = add()
    close(case_id)
    set_case_hold(engine, WHO, case_id, held=True, why="court", now=noon)
    set_case_hold(engine, WHO, case_id, held=False, why="done", now=noon)
    purger[0].purge(noon + timedelta(days=60))
    for statement in ("DELETE FROM case_holds", "UPDATE evidence_purges SET rule = 'x'"):
        with pytest.raises(DatabaseError, match="append only"), writing(engine) as session:
            session.execute(text(statement))


@pytest.mark.parametrize("why", ["", "  ", "x" * 400])
def test_a_hold_needs_a_reason_and_a_case(engine, add, noon, why):
    case_id, _ = add()
    with pytest.raises(RetentionError, match="wanted a reason"):
        set_case_hold(engine, WHO, case_id, held=True, why=why, now=noon)
    with pytest.raises(CaseNotFoundError, match="wanted the case 999"):
        set_case_hold(engine, WHO, 999, held=True, why="court", now=noon)


def test_settled_cases_are_closed_when_nobody_took_them_up_again(engine, add, noon):
    case_id, _ = add()
    for events in ([Event(Step.TAKE)], [Event(Step.REJECT, "vehicle_unclear")]):
        take_steps(engine, case_id, events, actor=AN, version=None, now=noon)
    assert close_settled(engine, RULES, noon + timedelta(days=13), DeskRules()) == 0
    assert close_settled(engine, RULES, noon + timedelta(days=15), DeskRules()) == 1
    assert get_case(engine, case_id).state is CaseState.CLOSED


def test_what_was_purged_goes_from_the_backup_too_and_is_not_missed(engine, shelf, add, close, purger, noon, tmp_path):
    case_id, names = add()
    _, kept = add()
    close(case_id)
    list(back_up(engine, tmp_path, tmp_path / "backup", noon))
    purger[0].purge(noon + timedelta(days=60))
    list(back_up(engine, tmp_path, tmp_path / "backup", noon))
    held = {path.parent.name + path.name for path in (tmp_path / "backup" / "evidence").glob("??/*")}
    assert held == set(kept)
    assert missing_evidence(engine, tmp_path) == []
    assert open_packages(engine, {names[-1]}) == (set(), set())


def test_the_rules_that_ship_name_every_end(tmp_path):
    rules = load_centre_rules(tmp_path)
    assert {rule.applies_to for rule in rules.rules} == set(Ended)


def test_an_office_writes_its_own_and_a_mistake_has_its_line(tmp_path):
    (tmp_path / "retention.yaml").write_text("version: 1\nrules:\n  - name: x\n    keep_days: 0\n")
    with pytest.raises(Exception, match=r"retention\.yaml") as caught:
        load_centre_rules(tmp_path)
    assert type(caught.value).__name__ == "RetentionFileError"


def test_every_file_of_a_case_is_in_its_list(engine, add):
    """The purge goes by `case_files`: the manifest and every picture stand there."""
    case_id, names = add()
    with reading(engine) as session:
        assert set(session.scalars(select(CaseFileRow.sha256).where(CaseFileRow.case_id == case_id))) == set(names)
