"""The chain of entries on both databases: what is added stays, and what somebody did to it is found."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from violations.accounts.caller import Caller
from violations.audit.anchor import make_anchor, read_anchors
from violations.audit.errors import AnchorError
from violations.audit.log import EntriesWanted, Note, head, list_entries, note, note_view
from violations.audit.verify import verify
from violations.cases.states import Role
from violations.evidence.keys import load_or_make_key
from violations.store.database import reading, writing

LAN = Caller("lan", frozenset({Role.REVIEWER}), frozenset({"HK"}), "10.0.0.7")
AUDITOR = Caller("kim", frozenset({Role.AUDITOR}), None, "10.0.0.8")


@pytest.fixture
def ten(engine, noon):
    """A log of ten entries."""
    for n in range(10):
        with writing(engine) as session:
            note(session, LAN, Note("case.verdict", f"case/{n}", {"verdict": "accept", "nth": n, "x": None}), noon)
    return engine


def tamper(engine, *statements):
    """What an administrator of the database could do: the guards go first."""
    sqlite = engine.dialect.name == "sqlite"
    guards = ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_no_replace")
    with writing(engine) as session:
        for statement in (*(guards if sqlite else ("DROP TRIGGER audit_no_change ON audit",)), *statements):
            session.execute(text(statement))


def test_a_log_that_was_only_added_to_is_whole(ten):
    report = verify(ten)
    assert (report.entries, report.head.number, report.faults) == (10, 10, ())


def test_an_empty_log_is_whole(engine):
    assert verify(engine).faults == ()


@pytest.mark.parametrize(
    ("statements", "where"),
    [
        (["DELETE FROM audit WHERE id = 4"], 5),
        (["DELETE FROM audit WHERE id = 1"], 2),
        (["UPDATE audit SET who = 'nobody' WHERE id = 6"], 6),
        (["UPDATE audit SET subject = 'case/99' WHERE id = 10"], 10),
        (["UPDATE audit SET details = '{}' WHERE id = 3"], 3),
        (["UPDATE audit SET hash = previous, previous = hash WHERE id = 2"], 2),
        (["UPDATE audit SET id = 70 WHERE id = 7", "UPDATE audit SET id = 7 WHERE id = 8",
          "UPDATE audit SET id = 8 WHERE id = 70"], 7),
        (["DELETE FROM audit WHERE id = 5", "UPDATE audit SET id = id - 1 WHERE id > 5"], 5),
    ],
    ids=["removed", "first removed", "changed", "last changed", "details", "hashes", "reordered", "closed up"],
)  # fmt: skip
def test_removal_change_and_reorder_are_found_where_they_are(ten, statements, where):
    tamper(ten, *statements)
    faults = verify(ten).faults
    assert faults
    assert faults[0].number == where


def test_a_cut_end_and_a_rewritten_log_are_found_by_an_anchor(ten, noon, tmp_path):
    key = load_or_make_key(tmp_path / "auditor.key")
    with reading(ten) as session:
        anchor = make_anchor(head(session), key, noon)
    assert verify(ten, [anchor]).anchored == 10
    tamper(ten, "DELETE FROM audit WHERE id > 7")
    assert verify(ten).faults == ()
    assert [fault.number for fault in verify(ten, [anchor]).faults] == [10]
    for n in range(3):
        with writing(ten) as session:
            note(session, LAN, Note("case.view", f"case/{n}"), noon)
    assert verify(ten).faults == ()
    assert "of an anchor" in verify(ten, [anchor]).faults[0].sentence


def test_an_anchor_counts_only_as_its_key_signed_it(ten, noon, tmp_path):
    ours, theirs = (load_or_make_key(tmp_path / f"{name}.key") for name in ("ours", "theirs"))
    with reading(ten) as session:
        anchors = [make_anchor(head(session), key, noon) for key in (ours, theirs)]
    file = tmp_path / "anchors.jsonl"
    file.write_text("".join(anchor.line() + "\n" for anchor in anchors))
    assert list(read_anchors(file)) == anchors
    with pytest.raises(AnchorError, match="line 2"):
        read_anchors(file, [ours.public])
    file.write_text(anchors[0].line().replace('"number":10', '"number":9'))
    with pytest.raises(AnchorError, match="does not fit"):
        read_anchors(file)


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET who = 'x'", "DELETE FROM audit WHERE id = 1", "DELETE FROM audit"],
)
def test_the_database_refuses_to_change_an_entry(ten, change):
    with pytest.raises(DBAPIError, match="append only"), writing(ten) as session:
        session.execute(text(change))


def test_replacing_an_entry_is_refused_too(sqlite_url, noon):
    from violations.store.database import open_database

    engine = open_database(sqlite_url)
    with writing(engine) as session:
        note(session, LAN, Note("case.view", "case/1"), noon)
    with pytest.raises(DBAPIError, match="append only"), writing(engine) as session:
        session.execute(text("INSERT OR REPLACE INTO audit SELECT * FROM audit"))
    engine.dispose()


def test_a_deed_that_fails_leaves_no_entry(engine, noon):
    with pytest.raises(RuntimeError), writing(engine) as session:
        note(session, LAN, Note("case.verdict", "case/1"), noon)
        raise RuntimeError
    assert verify(engine).entries == 0


def test_looking_again_within_a_minute_is_one_look_and_later_another(engine, noon):
    clip = Note("evidence.view", "evidence/ab")
    for seconds in (0, 5, 59):
        note_view(engine, LAN, clip, noon + timedelta(seconds=seconds))
    assert verify(engine).entries == 1
    note_view(engine, LAN, clip, noon + timedelta(seconds=61))
    note_view(engine, AUDITOR, clip, noon + timedelta(seconds=61))
    note_view(engine, LAN, Note("evidence.view", "evidence/cd"), noon + timedelta(seconds=61))
    assert verify(engine).entries == 4


def test_writers_at_the_same_moment_make_one_chain(engine, noon):
    together = Barrier(6)

    def write(n):
        together.wait()
        for k in range(5):
            with writing(engine) as session:
                note(session, LAN, Note("case.view", f"case/{n}-{k}"), noon)

    threads = [Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(engine)
    assert (report.entries, report.head.number, report.faults) == (30, 30, ())


def test_what_no_database_can_hold_is_left_out_of_an_entry(engine, noon):
    odd = Caller("a\x00b", frozenset(), None, "x" * 200)
    with writing(engine) as session:
        note(session, odd, Note("a.b", "s\ud800", {"q": "\x00=1", "list": ["\udfff"]}), noon)
    entry = list_entries(engine, EntriesWanted())[0].entry
    assert (entry.who, entry.subject, entry.details["q"], len(entry.address)) == ("ab", "s?", "=1", 80)
    assert verify(engine).faults == ()


def test_entries_are_found_by_who_what_and_when_page_by_page(ten, noon):
    with writing(ten) as session:
        note(session, AUDITOR, Note("audit.read", "audit"), noon + timedelta(hours=1))
    by_lan = list_entries(ten, EntriesWanted(who="lan"), limit=4)
    assert [one.entry.number for one in by_lan] == [10, 9, 8, 7]
    assert [one.entry.number for one in list_entries(ten, EntriesWanted(who="lan"), limit=4, before=3)] == [2, 1]
    assert [one.entry.who for one in list_entries(ten, EntriesWanted(since=noon + timedelta(minutes=1)))] == ["kim"]
    assert [one.entry.number for one in list_entries(ten, EntriesWanted(subject="case/3"))] == [4]
