import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.errors import OutboxError
from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxMedia
from vision.events.bodies import Health
from vision.events.envelope import EVENT, Event
from vision.events.stream import EventStream

MakeEvent = Callable[..., Event]
MakeFile = Callable[[bytes], OutboxMedia]


def test_rows_come_back_in_the_order_of_their_commits_and_word_for_word(outbox: Outbox, health: MakeEvent):
    events = [health(n) for n in range(7)]
    outbox.commit(events[:3])
    outbox.commit(events[3:])
    assert [EVENT.validate_json(row.envelope) for row in outbox.pending(100)] == events
    assert [row.id for row in outbox.pending(2)] == [event.id for event in events[:2]]
    assert outbox.depth() == 7


def test_the_file_is_kept_with_a_log_synced_at_every_commit(outbox: Outbox):
    database = outbox._database
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)
    assert database.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_row_leaves_only_when_it_is_acknowledged(outbox: Outbox, health: MakeEvent):
    first, second = health(1), health(2)
    outbox.commit([first, second])
    assert outbox.acknowledge([second.id, "cam-9/b1/0"]) == 1
    assert [row.id for row in outbox.pending(9)] == [first.id]


def test_waiting_rows_outlive_the_process(tmp_path: Path, health: MakeEvent):
    event = health(1)
    with Outbox.open(tmp_path / "o.db") as outbox:
        outbox.commit([event])
    with Outbox.open(tmp_path / "o.db") as outbox:
        assert [row.id for row in outbox.pending(9)] == [event.id]
        assert outbox.set_aside is None


def test_a_commit_is_all_or_nothing(outbox: Outbox, health: MakeEvent, evidence: MakeFile):
    event = health(1)
    outbox.commit([event])
    with pytest.raises(OutboxError, match=f"event {event.id}: wanted an id never used before"):
        outbox.commit([health(2), event], [evidence(b"orphan")])
    assert [row.id for row in outbox.pending(9)] == [event.id]
    assert outbox.media_pending() == []


def test_a_claim_without_its_files_is_not_stored(outbox: Outbox, finding: MakeEvent, evidence: MakeFile):
    proof = evidence(b"still")
    with pytest.raises(OutboxError, match=f"names file {proof.sha256}, which was not committed with it"):
        outbox.commit([finding(proof)])
    assert outbox.depth() == 0


def test_a_claim_is_ready_only_when_its_files_are_at_the_centre(
    outbox: Outbox, finding: MakeEvent, health: MakeEvent, evidence: MakeFile
):
    still, clip = evidence(b"still"), evidence(b"clip")
    claim, fact = finding(still, clip), health(1)
    outbox.commit([claim, fact], [still, clip])
    assert outbox.media_pending() == [still, clip]
    assert [row.id for row in outbox.ready(9)] == [fact.id]
    outbox.media_sent([still.sha256])
    assert outbox.media_pending() == [clip]
    assert [row.id for row in outbox.ready(9)] == [fact.id]
    outbox.media_sent([clip.sha256])
    assert [row.id for row in outbox.ready(9)] == [claim.id, fact.id]
    assert set(outbox.ready(9)[0].media) == {still.sha256, clip.sha256}


def test_a_file_the_centre_lost_waits_again(outbox: Outbox, finding: MakeEvent, evidence: MakeFile):
    still = evidence(b"still")
    outbox.commit([finding(still)], [still])
    outbox.media_sent([still.sha256])
    assert outbox.media_missing([still.sha256, "b" * 64]) == 1
    assert outbox.media_pending() == [still]
    assert outbox.ready(9) == []


def test_a_file_two_claims_share_is_forgotten_with_the_last_of_them(
    outbox: Outbox, finding: MakeEvent, evidence: MakeFile
):
    still = evidence(b"still")
    first, second = finding(still), finding(still)
    outbox.commit([first], [still])
    outbox.commit([second], [still])
    outbox.media_sent([still.sha256])
    outbox.acknowledge([first.id])
    assert outbox.media_missing([still.sha256]) == 1
    outbox.media_sent([still.sha256])
    outbox.acknowledge([second.id])
    assert outbox.media_missing([still.sha256]) == 0
    assert still.path.exists()


def test_a_refused_event_is_kept_aside_and_counted(outbox: Outbox, finding: MakeEvent, evidence: MakeFile):
    still = evidence(b"still")
    claim = finding(still)
    outbox.commit([claim], [still])
    assert outbox.refuse(claim.id, "no such camera", datetime(2026, 11, 21, 3, tzinfo=UTC))
    assert not outbox.refuse(claim.id, "twice")
    assert (outbox.depth(), outbox.refused_count(), outbox.media_pending()) == (0, 1, [])
    [row] = outbox.refused()
    assert EVENT.validate_json(row.envelope) == claim
    assert (row.reason, row.refused_at) == ("no such camera", "2026-11-21T03:00:00+00:00")


def test_a_file_that_is_gone_takes_its_claims_aside_and_no_others(
    outbox: Outbox, finding: MakeEvent, evidence: MakeFile
):
    lost, kept = evidence(b"lost"), evidence(b"kept")
    first, second = finding(lost), finding(kept)
    outbox.commit([first, second], [lost, kept])
    assert outbox.refuse_needing(lost.sha256, "file is gone") == 1
    assert [row.id for row in outbox.pending(9)] == [second.id]
    assert outbox.media_pending() == [kept]


def test_boot_names_grow_and_never_repeat(tmp_path: Path):
    names = []
    for _ in range(3):
        with Outbox.open(tmp_path / "o.db") as outbox:
            names += [outbox.next_boot(), outbox.next_boot()]
    assert names == sorted(set(names))
    assert names[0].startswith("b000001-")
    assert names[5].startswith("b000006-")


def test_boot_names_do_not_repeat_after_the_database_is_lost(tmp_path: Path):
    with Outbox.open(tmp_path / "o.db") as outbox:
        before = outbox.next_boot()
    (tmp_path / "o.db").unlink()
    with Outbox.open(tmp_path / "o.db") as outbox:
        assert outbox.next_boot() != before


def test_a_newer_schema_is_left_alone(tmp_path: Path):
    path = tmp_path / "o.db"
    Outbox.open(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 7")
    with pytest.raises(OutboxError, match="wanted schema version 1 or older, found 7"):
        Outbox.open(path)


def test_another_programs_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "o.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cats (name TEXT)")
    with pytest.raises(OutboxError, match="found another program's database"):
        Outbox.open(path)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxError, match=r"outbox .*file/o\.db: "):
        Outbox.open(tmp_path / "file" / "o.db")


def test_a_closed_outbox_says_so(tmp_path: Path):
    outbox = Outbox.open(tmp_path / "o.db")
    outbox.close()
    outbox.close()
    with pytest.raises(OutboxError, match="closed"):
        outbox.depth()


class OutboxModel(RuleBasedStateMachine):
    """Whatever the order of commits, answers and restarts: waiting = committed - acknowledged - refused, in order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "o.db"
        self.outbox = Outbox.open(self.path)
        self.stream = EventStream("cam", self.outbox.next_boot(), datetime(2026, 1, 1, tzinfo=UTC))
        self.waiting: list[str] = []
        self.aside = 0

    @rule(count=st.integers(1, 4))
    def commit(self, count: int) -> None:
        events = [self.stream.wrap(Health(state="running", frames=0), 0.0) for _ in range(count)]
        self.outbox.commit(events)
        self.waiting += [event.id for event in events]

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        gone = data.draw(st.sets(st.sampled_from(self.waiting)))
        assert self.outbox.acknowledge(gone) == len(gone)
        self.waiting = [event_id for event_id in self.waiting if event_id not in gone]

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from(self.waiting))
        assert self.outbox.refuse(gone, "no")
        self.waiting.remove(gone)
        self.aside += 1

    @rule()
    def restart(self) -> None:
        self.outbox.close()
        self.outbox = Outbox.open(self.path)
        self.stream = EventStream("cam", self.outbox.next_boot(), datetime(2026, 1, 1, tzinfo=UTC))

    @invariant()
    def holds_what_was_not_answered(self) -> None:
        assert [row.id for row in self.outbox.pending(10_000)] == self.waiting
        assert (self.outbox.depth(), self.outbox.refused_count()) == (len(self.waiting), self.aside)

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            self.outbox.close()
            self.folder.cleanup()


TestOutboxModel = OutboxModel.TestCase
TestOutboxModel.settings = settings(max_examples=10, stateful_step_count=10, deadline=None)
